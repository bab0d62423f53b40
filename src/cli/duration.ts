/** `340ms`, `12.3s`, `4m 05s`, `2h 03m`, `3d 04h`: at most seven characters up to 99 days. */
export const formatDuration = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms));
  if (whole < 1000) return `${whole}ms`;
  if (whole < 59_950) return `${(whole / 1000).toFixed(1)}s`;
  const seconds = Math.round(whole / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d ${twoDigits(hours % 24)}h`;
};

/** The time between two moments; up to `nowMs` while the second is not known; empty without the first. */
export const formatSpan = (startedAtMs: number | null, endedAtMs: number | null, nowMs: number): string =>
  startedAtMs === null ? '' : formatDuration((endedAtMs ?? nowMs) - startedAtMs);

/** `12s ago`, `5m ago`, `3h ago`, `2d ago`; the date when it is longer than a week ago. */
export const formatAge = (atMs: number, nowMs: number): string => {
  const seconds = Math.floor((nowMs - atMs) / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ago`;
  if (seconds < 7 * 86_400) return `${Math.floor(seconds / 86_400)}d ago`;
  return formatTime(atMs).slice(0, 10);
};

/** Local time with milliseconds: `2026-11-22 14:40:00.123`. */
export const formatTime = (atMs: number): string => {
  const at = new Date(atMs);
  const date = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':');
  return `${date} ${time}.${String(at.getMilliseconds()).padStart(3, '0')}`;
};

const twoDigits = (n: number): string => String(n).padStart(2, '0');
