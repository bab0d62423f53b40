import type { ReadEvent, StoreReader } from '../store/index.js';
import { historyOf, type Moment } from './run-history.js';

/** No event of the run is what was asked for. */
export class UnknownMomentError extends Error {
  readonly code = 'unknown-moment';
  constructor(runId: string, at: string, problem: string) {
    super(
      `run ${runId} has no moment ${JSON.stringify(at)}: ${problem}; ` +
        'a moment is an event number, a time (2026-11-22T14:40:00Z, 14:40:00.123), or an event type like job.failed or job.failed:test',
    );
  }
}

/**
 * The last event of a run up to `at`: an event number, a time, or the first event of a type, of one job when it is
 * given as `type:job`. Throws {@link UnknownMomentError}.
 */
export const momentAt = (reader: StoreReader, runId: string, at: string): Moment => {
  const seq = seqOf(reader, runId, at);
  for (const moment of historyOf(reader, runId)) if (moment.event.seq === seq) return moment;
  throw new UnknownMomentError(runId, at, 'there is no such run');
};

/** The number of the last event up to `at`. */
const seqOf = (reader: StoreReader, runId: string, at: string): number => {
  const events = [...historyOf(reader, runId)].map(({ event }) => event);
  const [first] = events;
  if (first === undefined) throw new UnknownMomentError(runId, at, 'there is no such run');
  const isName = /^[a-z]+\.[a-z-]+(:|$)/.test(at);
  const found = isName ? byName(events, at) : byPlace(events, at);
  if (found !== undefined) return found.seq;
  throw new UnknownMomentError(runId, at, isName ? 'it has no such event' : problemOf(events, at, first));
};

const problemOf = (events: readonly ReadEvent[], at: string, first: ReadEvent): string =>
  /^\d+$/.test(at) || !Number.isNaN(timeOf(events, at))
    ? `it begins with event ${first.seq} at ${new Date(first.occurredAtMs).toISOString()}`
    : 'it is none of these';

const byName = (events: readonly ReadEvent[], name: string): ReadEvent | undefined => {
  const colon = name.indexOf(':');
  const type = colon === -1 ? name : name.slice(0, colon);
  const job = colon === -1 ? undefined : name.slice(colon + 1);
  return events.find(
    (event) =>
      event.type === type && (job === undefined || (event.data as { jobId?: unknown }).jobId === job),
  );
};

const byPlace = (events: readonly ReadEvent[], at: string): ReadEvent | undefined => {
  if (/^\d+$/.test(at)) return events.findLast(({ seq }) => seq <= Number(at));
  const atMs = timeOf(events, at);
  return events.findLast(({ occurredAtMs }) => occurredAtMs <= atMs);
};

/** A time of day alone, as the history of a run shows them, is one of the day on which the run began or ended. */
const timeOf = (events: readonly ReadEvent[], at: string): number => {
  const [first] = events;
  if (first === undefined || !/^\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(at)) return Date.parse(at);
  const day = new Date(first.occurredAtMs);
  const [hours = 0, minutes = 0, seconds = 0] = at.split(':').map(Number);
  const atMs = day.setHours(hours, minutes, 0, 0) + Math.round(seconds * 1000);
  if (atMs >= first.occurredAtMs) return atMs;
  const nextDayMs = atMs + 24 * 3600 * 1000;
  return nextDayMs <= (events.at(-1) ?? first).occurredAtMs ? nextDayMs : atMs;
};
