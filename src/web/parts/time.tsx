/** A moment: relative in the text, absolute for the pointer and for machines. */
export const Time = ({ atMs, nowMs }: { atMs: number; nowMs: number }) => (
  <time dateTime={new Date(atMs).toISOString()} title={absoluteTime(atMs)} data-relative>
    {relativeTime(atMs, nowMs)}
  </time>
);

/** A span of time; one that has not ended says since when, and the client counts on. */
export const Duration = ({ fromMs, toMs, nowMs }: { fromMs: number; toMs: number | null; nowMs: number }) =>
  toMs === null ? (
    <span class="duration" data-since={fromMs}>
      {durationText(Math.max(0, nowMs - fromMs))}
    </span>
  ) : (
    <span class="duration">{durationText(toMs - fromMs)}</span>
  );

/** `2026-11-22 14:03:11 UTC`. */
export const absoluteTime = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `14:03:11.042`. */
export const clockTime = (atMs: number): string => new Date(atMs).toISOString().slice(11, 23);

/** `just now`, `4 min ago`, `yesterday`; after a month the date. */
export const relativeTime = (atMs: number, nowMs: number): string => {
  const seconds = Math.round((nowMs - atMs) / 1000);
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 172_800) return 'yesterday';
  if (seconds < 30 * 86_400) return `${Math.floor(seconds / 86_400)} days ago`;
  return new Date(atMs).toISOString().slice(0, 10);
};

/** `340 ms`, `4.2 s`, `3 min 04 s`, `2 h 05 min`. */
export const durationText = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
};

const two = (number: number): string => String(number).padStart(2, '0');

/** `812 bytes`, `4.1 KB`, `200 MB`: decimal units. */
export const bytesText = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
};
