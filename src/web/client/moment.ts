/** The address says which moment the slider shows; htmx fetches the moment itself. */
document.addEventListener('input', ({ target }) => {
  if (!isSlider(target)) return;
  const address = new URL(location.href);
  address.searchParams.set('at', target.value);
  history.replaceState(history.state, '', address);
});

/**
 * Arrow keys go from one event of the run to the next. The slider itself would go from one number to the next, and
 * most numbers belong to other runs.
 */
document.addEventListener('keydown', (event) => {
  const { target, key } = event;
  const step = steps[key];
  if (step === undefined || !isSlider(target)) return;
  event.preventDefault();
  const link = document.querySelector<HTMLAnchorElement>(`[data-key="${step}"]`);
  if (link === null) return;
  target.value = new URL(link.href).searchParams.get('at') ?? target.max;
  target.dispatchEvent(new Event('input', { bubbles: true }));
});

const steps: Readonly<Record<string, '[' | ']'>> = {
  ArrowLeft: '[',
  ArrowDown: '[',
  ArrowRight: ']',
  ArrowUp: ']',
};

const isSlider = (target: EventTarget | null): target is HTMLInputElement =>
  target instanceof HTMLInputElement && target.id === 'moment-slider';

export {};
