/** Counts on what the server wrote: durations of what still runs, every second; relative times, every ten. */
const startedAtMs = Date.now();

const durationText = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
};

const two = (number: number): string => String(number).padStart(2, '0');

const relativeText = (ms: number): string | undefined => {
  const seconds = Math.round(ms / 1000);
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return undefined;
};

const setText = (element: Element, text: string | undefined): void => {
  if (text !== undefined && element.textContent !== text) element.textContent = text;
};

let ticks = 0;
setInterval(() => {
  if (document.hidden || document.querySelector('main[data-past]') !== null) return;
  const nowMs = Date.now();
  for (const element of document.querySelectorAll<HTMLElement>('[data-since]')) {
    setText(element, durationText(Math.max(0, nowMs - Number(element.dataset.since))));
  }
  ticks += 1;
  if (ticks % 10 !== 0 || nowMs - startedAtMs < 0) return;
  for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
    setText(element, relativeText(nowMs - Date.parse(element.dateTime)));
  }
}, 1000);

export {};
