/** Says so when the page no longer hears from the server; htmx itself comes back and resumes. */
const say = (state: 'away' | 'here'): void => {
  document.documentElement.dataset.connection = state;
};

document.addEventListener('htmx:sse:error', () => say('away'));
document.addEventListener('htmx:sse:after:connection', () => say('here'));

export {};
