/**
 * Says so when the page no longer hears from the server. htmx comes back by itself once it was connected, and
 * rests while the page is in the background; the first connection is tried again here, and a page in the
 * background asks now and then how things stand, so that its title and icon tell.
 */
const retryMs = 2000;
const backgroundMs = 20_000;

const say = (state: 'away' | 'here'): void => {
  document.documentElement.dataset.connection = state;
};

const live = (): HTMLElement | null => document.querySelector<HTMLElement>('#live');

const onFailure = (event: Event): void => {
  if (event.target !== live()) return;
  say('away');
  setTimeout(() => live()?.dispatchEvent(new Event('reconnect')), retryMs);
};

document.addEventListener('htmx:error', onFailure);
document.addEventListener('htmx:response:error', onFailure);
document.addEventListener('htmx:sse:error', () => say('away'));
document.addEventListener('htmx:sse:after:connection', () => say('here'));

setInterval(async () => {
  if (!document.hidden || live() === null) return;
  try {
    const response = await fetch(location.href, { headers: { Accept: 'text/html' } });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    document.title = page.title;
    const icon = page.querySelector<HTMLLinkElement>('#icon')?.getAttribute('href');
    if (icon != null) document.querySelector('#icon')?.setAttribute('href', icon);
  } catch {
    // The server is away; the next time may find it.
  }
}, backgroundMs);

export {};
