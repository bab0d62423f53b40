import { and, asc, desc, eq, gt, gte, inArray, lte, sql } from 'drizzle-orm';
import { runStream } from '../../events/index.js';
import { type EventRow, events, type StoreReader } from '../../store/index.js';
import { prepared } from './prepared.js';
import {
  conditionsOf,
  type EventFilter,
  type SeqRange,
  searchEvents,
  whileThereIsTime,
} from './search-events.js';

type Read = StoreReader['read'];

export interface EventPage {
  /** Newest first. */
  readonly events: readonly EventRow[];
  /** Ask for events before this number to go on; undefined when there are none. */
  readonly older?: number;
  readonly newer?: number;
  /** How far back was looked, when a filter found less than a page. */
  readonly lookedBackTo?: number;
}

export const eventsPerPage = 100;

/**
 * Events of the whole server, newest first, before `before` or directly after `after`. With a filter, a page ends
 * where its search does, when `mayGoOn` says so or a page is full: it may hold a few events or none, and tells
 * where the next one goes on.
 */
export const listEvents = (
  read: Read,
  filter: EventFilter,
  place: { readonly before?: number | undefined; readonly after?: number | undefined },
  head: number,
  mayGoOn: () => boolean = whileThereIsTime(),
): EventPage => {
  const first = filter.fromMs === undefined ? 1 : firstSeqAt(read, filter.fromMs, head);
  const last = filter.toMs === undefined ? head : firstSeqAt(read, filter.toMs, head) - 1;
  const isFiltered = [filter.type, filter.actor, filter.repo].some((value) => value !== undefined);
  if (place.after !== undefined) {
    const low = Math.max(first, place.after + 1);
    const { rows, reached } = isFiltered
      ? found(read, filter, { low, high: last }, 'higher', mayGoOn)
      : all(read, { low, high: Math.min(last, low + eventsPerPage - 1) }, 'higher');
    return { events: rows, ...(low > first && { older: low }), ...(reached < last && { newer: reached }) };
  }
  const high = Math.min(last, (place.before ?? last + 1) - 1);
  const { rows, reached } = isFiltered
    ? found(read, filter, { low: first, high }, 'lower', mayGoOn)
    : all(read, { low: Math.max(first, high - eventsPerPage + 1), high }, 'lower');
  return {
    events: rows,
    ...(reached > first && { older: reached }),
    ...(high < last && { newer: high }),
    ...(isFiltered && rows.length < eventsPerPage && { lookedBackTo: reached }),
  };
};

/** One page of a run's own events in their order, behind the stream version `afterVersion`. */
export const listRunEvents = (
  read: Read,
  runId: string,
  afterVersion: number,
  limit: number,
  filter: Pick<EventFilter, 'type' | 'actor'> = {},
): EventRow[] =>
  read
    .select()
    .from(events)
    .where(
      and(
        eq(events.stream, runStream(runId)),
        gt(events.streamVersion, afterVersion),
        ...conditionsOf(filter),
      ),
    )
    .orderBy(asc(events.streamVersion))
    .limit(limit)
    .all();

/** The last events of a run, in their order. */
export const lastRunEvents = (
  read: Read,
  runId: string,
  limit: number,
  toSeq: number = Number.MAX_SAFE_INTEGER,
): EventRow[] =>
  lastOfStream(read)
    .all({ stream: runStream(runId), limit, toSeq })
    .toReversed();

const lastOfStream = prepared((read) =>
  read
    .select()
    .from(events)
    .where(and(eq(events.stream, sql.placeholder('stream')), lte(events.seq, sql.placeholder('toSeq'))))
    .orderBy(desc(events.streamVersion))
    .limit(sql.placeholder('limit'))
    .prepare(),
);

export const findEvent = (read: Read, seq: number): EventRow | undefined =>
  read.select().from(events).where(eq(events.seq, seq)).get();

/** What an event led to: looked for among the next thousand of the same push or command. */
export const effectsOf = (read: Read, event: EventRow): EventRow[] =>
  read
    .select()
    .from(events)
    .where(and(eq(events.correlationId, event.correlationId), gt(events.seq, event.seq)))
    .orderBy(asc(events.seq))
    .limit(1000)
    .all()
    .filter(({ causationSeq }) => causationSeq === event.seq)
    .slice(0, 100);

/** The events that led to an event, nearest first, at most twenty. */
export const causesOf = (read: Read, event: EventRow): EventRow[] => {
  const causes: EventRow[] = [];
  let next = event.causationSeq;
  while (next !== null && causes.length < 20) {
    const cause = findEvent(read, next);
    if (cause === undefined) break;
    causes.push(cause);
    next = cause.causationSeq;
  }
  return causes;
};

interface Found {
  /** Newest first. */
  readonly rows: readonly EventRow[];
  /** The last number that was looked at. */
  readonly reached: number;
}

/** Every event of a range. */
const all = (read: Read, { low, high }: SeqRange, towards: 'lower' | 'higher'): Found => {
  const rows = low > high ? [] : rangeOf(read).all({ low, high }).toReversed();
  return { rows, reached: towards === 'lower' ? low : high };
};

/** Read from the lower number to the higher, as everything here: see search-events.ts. */
const rangeOf = prepared((read) =>
  read
    .select()
    .from(events)
    .where(and(gte(events.seq, sql.placeholder('low')), lte(events.seq, sql.placeholder('high'))))
    .orderBy(asc(events.seq))
    .prepare(),
);

/** The events of a range that a filter lets through. */
const found = (
  read: Read,
  filter: EventFilter,
  range: SeqRange,
  towards: 'lower' | 'higher',
  mayGoOn: () => boolean,
): Found => {
  if (range.low > range.high) return { rows: [], reached: towards === 'lower' ? range.low : range.high };
  const { seqs, reached } = searchEvents(read, filter, range, { towards, wanted: eventsPerPage, mayGoOn });
  if (seqs.length === 0) return { rows: [], reached };
  const rows = read
    .select()
    .from(events)
    .where(inArray(events.seq, [...seqs]))
    .orderBy(asc(events.seq))
    .all();
  return { rows: rows.toReversed(), reached };
};

/** The first event recorded at or after a moment: numbers and times grow together, so halving finds it. */
const firstSeqAt = (read: Read, atMs: number, head: number): number => {
  let low = 1;
  let high = head + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = momentOf(read).get({ seq: middle });
    if (row !== undefined && row.at < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
};

const momentOf = prepared((read) =>
  read
    .select({ at: events.recordedAtMs })
    .from(events)
    .where(eq(events.seq, sql.placeholder('seq')))
    .prepare(),
);
