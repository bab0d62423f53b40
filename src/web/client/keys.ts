/** Keys: `/` filters, `j` and `k` walk a list, `[` and `]` walk through time, `g` then a letter goes somewhere, `?` tells them all. */
const places: Readonly<Record<string, string>> = { h: '/', r: '/runs', t: '/events', o: '/operations' };

/** Where letters are text, or choose. */
const typing = 'input:not([type="range"]), select, textarea';

let isGoing = false;

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target instanceof HTMLElement && event.target.matches(typing)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  if (isGoing) {
    isGoing = false;
    const place = places[event.key];
    if (place !== undefined) location.assign(place);
    return;
  }
  switch (event.key) {
    case 'g':
      isGoing = true;
      setTimeout(() => {
        isGoing = false;
      }, 1500);
      return;
    case '/': {
      const field = document.querySelector<HTMLInputElement>('[data-key="/"]');
      if (field === null) return;
      event.preventDefault();
      field.focus();
      return;
    }
    case '?':
      showHelp();
      return;
    case '[':
    case ']':
      document.querySelector<HTMLAnchorElement>(`[data-key="${event.key}"]`)?.click();
      return;
    case 'j':
      walk(1);
      return;
    case 'k':
      walk(-1);
      return;
  }
});

const help: readonly (readonly [keys: string, what: string])[] = [
  ['j  k', 'next and previous row'],
  ['Enter', 'open it'],
  ['/', 'filter or search'],
  ['[  ]', 'one event back and on, on the page of a run'],
  ['g h', 'repositories'],
  ['g r', 'runs'],
  ['g t', 'timeline'],
  ['g o', 'operations'],
  ['?', 'this help'],
];

const showHelp = (): void => {
  const dialog = document.querySelector<HTMLDialogElement>('#help') ?? makeHelp();
  if (!dialog.open) dialog.showModal();
};

const makeHelp = (): HTMLDialogElement => {
  const dialog = document.createElement('dialog');
  dialog.id = 'help';
  dialog.setAttribute('aria-labelledby', 'help-title');
  const list = element('dl');
  for (const [keys, what] of help) {
    const term = element('dt');
    term.append(element('kbd', keys));
    list.append(term, element('dd', what));
  }
  const title = element('h2', 'Keys');
  title.id = 'help-title';
  const close = document.createElement('button');
  close.textContent = 'Close';
  close.addEventListener('click', () => dialog.close());
  dialog.append(title, list, close);
  document.body.append(dialog);
  return dialog;
};

const element = (name: string, text = ''): HTMLElement =>
  Object.assign(document.createElement(name), { textContent: text });

/** Moves the focus to the next or the last row's link. */
const walk = (step: 1 | -1): void => {
  const rows = [
    ...document.querySelectorAll<HTMLElement>('[data-row], .subject, .job h3 a, .repos > li > .repo'),
  ];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step];
  next?.focus();
};

export {};
