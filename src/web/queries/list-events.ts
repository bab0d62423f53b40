import { and, asc, desc, eq, gt, gte, lt, lte, type SQL, sql } from 'drizzle-orm';
import { runStream } from '../../events/index.js';
import { type EventRow, events, type StoreReader } from '../../store/index.js';
import { prepared } from './prepared.js';

type Read = StoreReader['read'];

export interface EventFilter {
  /** An event type, or the part before its dot. */
  readonly type?: string;
  readonly actor?: string;
  readonly repo?: string;
  /** Recorded at or after, and before. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

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

/** Filters have no index of their own: so many events are looked at for one page, and the next goes on there. */
const windowOf = (filter: EventFilter): number => (filter.repo === undefined ? 8000 : 1500);

/** Events of the whole server, newest first, before `before` or directly after `after`. */
export const listEvents = (
  read: Read,
  filter: EventFilter,
  place: { readonly before?: number | undefined; readonly after?: number | undefined },
  head: number,
): EventPage => {
  const first = filter.fromMs === undefined ? 1 : firstSeqAt(read, filter.fromMs, head);
  const last = filter.toMs === undefined ? head : firstSeqAt(read, filter.toMs, head) - 1;
  const isFiltered = [filter.type, filter.actor, filter.repo].some((value) => value !== undefined);
  const span = isFiltered ? windowOf(filter) : eventsPerPage;
  if (place.after !== undefined) {
    const low = Math.max(first, place.after + 1);
    const high = Math.min(last, low + span - 1);
    const rows = select(read, filter, low, high, 'ascending').toReversed();
    const top = rows.length === eventsPerPage ? rows[0]!.seq : high;
    return { events: rows, ...(low > first && { older: low }), ...(top < last && { newer: top }) };
  }
  const high = Math.min(last, (place.before ?? last + 1) - 1);
  const low = Math.max(first, high - span + 1);
  const rows = select(read, filter, low, high, 'descending');
  const bottom = rows.length === eventsPerPage ? rows.at(-1)!.seq : low;
  return {
    events: rows,
    ...(bottom > first && { older: bottom }),
    ...(high < last && { newer: high }),
    ...(isFiltered && rows.length < eventsPerPage && { lookedBackTo: low }),
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

const select = (
  read: Read,
  filter: EventFilter,
  low: number,
  high: number,
  order: 'ascending' | 'descending',
): EventRow[] =>
  low > high
    ? []
    : read
        .select()
        .from(events)
        .where(and(gte(events.seq, low), lte(events.seq, high), ...conditionsOf(filter)))
        .orderBy(order === 'ascending' ? asc(events.seq) : desc(events.seq))
        .limit(eventsPerPage)
        .all();

const conditionsOf = ({ type, actor, repo }: EventFilter): SQL[] => {
  const conditions: SQL[] = [];
  if (type !== undefined) {
    const [group, rest = ''] = type.split('.', 2);
    // '/' follows '.' in ASCII: everything between the two begins with the group and its dot.
    const inGroup = and(gte(events.type, `${group}.`), lt(events.type, `${group}/`))!;
    conditions.push(rest === '' ? inGroup : eq(events.type, type));
  }
  if (actor !== undefined) conditions.push(eq(events.actor, actor as EventRow['actor']));
  if (repo !== undefined) {
    conditions.push(sql`(${events.stream} = ${`repo/${repo}`}
      OR EXISTS (SELECT 1 FROM runs WHERE runs.id = substr(${events.stream}, 5) AND runs.repo = ${repo})
      OR EXISTS (SELECT 1 FROM pushes WHERE pushes.id = substr(${events.stream}, 6) AND pushes.repo = ${repo}))`);
  }
  return conditions;
};

/** The first event recorded at or after a moment: numbers and times grow together, so halving finds it. */
const firstSeqAt = (read: Read, atMs: number, head: number): number => {
  let low = 1;
  let high = head + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = read.select({ at: events.recordedAtMs }).from(events).where(eq(events.seq, middle)).get();
    if (row !== undefined && row.at < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
};
