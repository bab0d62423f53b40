/** Keys: `/` filters, `j` and `k` walk a list, `[` and `]` walk through time, `g` then a letter goes somewhere. */
const places: Readonly<Record<string, string>> = { h: '/', r: '/runs', t: '/events', o: '/operations' };

let isGoing = false;

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target instanceof HTMLElement && event.target.matches('input, select, textarea')) {
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
