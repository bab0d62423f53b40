/** The address says which moment the slider shows; htmx fetches the moment itself. */
document.addEventListener('input', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.id !== 'moment-slider') return;
  const address = new URL(location.href);
  address.searchParams.set('at', target.value);
  history.replaceState(history.state, '', address);
});

export {};
