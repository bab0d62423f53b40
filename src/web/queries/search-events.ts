import { and, asc, eq, gte, lt, lte, type SQL, sql } from 'drizzle-orm';
import { type EventRow, events, type StoreReader } from '../../store/index.js';

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

/** Numbers of events, both ends included. */
export interface SeqRange {
  readonly low: number;
  readonly high: number;
}

export interface SearchResult {
  /** Numbers of events that match, ascending. */
  readonly seqs: readonly number[];
  /** The last number that was looked at, in the direction of the search. */
  readonly reached: number;
}

/** How long a search may look for more once it has looked at a first block. */
const searchMs = 2;

/**
 * Events that are looked at in one go. Always from the lower number to the higher: only so does the system read a
 * file ahead. 2000 events that were not in memory took 22 ms backwards and 3 ms forwards, 500 took 1.3.
 */
const blockSize = 500;

/** For a search by the clock: true until its time is over. */
export const whileThereIsTime = (): (() => boolean) => {
  const endMs = performance.now() + searchMs;
  return () => performance.now() < endMs;
};

/**
 * Looks for up to `wanted` matching events, from one end of `range` towards the other. Type, actor and repository
 * have no index on the events, since each would cost every append a page. So a search ends when its time does,
 * and its caller goes on where it has come to: at 2,000,000 events that is 500 to 1500 of them from a cold disk
 * and about five thousand from memory (`npm run bench -- web` has such pages).
 */
export const searchEvents = (
  read: Read,
  filter: EventFilter,
  { low, high }: SeqRange,
  { towards, wanted, mayGoOn }: { towards: 'lower' | 'higher'; wanted: number; mayGoOn: () => boolean },
): SearchResult => {
  const matching = read
    .select({ seq: events.seq })
    .from(events)
    .where(
      and(
        gte(events.seq, sql.placeholder('low')),
        lte(events.seq, sql.placeholder('high')),
        ...conditionsOf(filter),
      ),
    )
    .orderBy(asc(events.seq))
    .prepare();
  const seqsIn = (block: SeqRange) => matching.all({ ...block }).map(({ seq }) => seq);
  let seqs: number[] = [];
  if (towards === 'lower') {
    for (let top = high; ; top -= blockSize) {
      const bottom = Math.max(low, top - blockSize + 1);
      seqs = [...seqsIn({ low: bottom, high: top }), ...seqs];
      if (seqs.length >= wanted) return { seqs: seqs.slice(-wanted), reached: seqs.at(-wanted)! };
      if (bottom === low || !mayGoOn()) return { seqs, reached: bottom };
    }
  }
  for (let bottom = low; ; bottom += blockSize) {
    const top = Math.min(high, bottom + blockSize - 1);
    seqs = [...seqs, ...seqsIn({ low: bottom, high: top })];
    if (seqs.length >= wanted) return { seqs: seqs.slice(0, wanted), reached: seqs[wanted - 1]! };
    if (top === high || !mayGoOn()) return { seqs, reached: top };
  }
};

/** What a filter demands of a row; its times are a range of numbers. */
export const conditionsOf = ({ type, actor, repo }: EventFilter): SQL[] => {
  const conditions: SQL[] = [];
  if (type !== undefined) {
    const [group, rest = ''] = type.split('.', 2);
    // '/' follows '.' in ASCII: everything between the two begins with the group and its dot.
    const inGroup = and(gte(events.type, `${group}.`), lt(events.type, `${group}/`))!;
    conditions.push(rest === '' ? inGroup : eq(events.type, type));
  }
  if (actor !== undefined) conditions.push(eq(events.actor, actor as EventRow['actor']));
  if (repo !== undefined) conditions.push(ofRepo(repo));
  return conditions;
};

/**
 * Whether an event is of a repository. A range of one id leads SQLite to the index on repository and id, where the
 * runs of one time lie side by side; an equal id leads it to each of their rows, and took half as long again.
 */
const ofRepo = (repo: string): SQL => {
  const runId = sql`substr(${events.stream}, 5)`;
  const pushId = sql`substr(${events.stream}, 6)`;
  return sql`CASE substr(${events.stream}, 1, 4)
    WHEN 'run/' THEN EXISTS (
      SELECT 1 FROM runs WHERE runs.repo = ${repo} AND runs.id >= ${runId} AND runs.id <= ${runId})
    WHEN 'push' THEN EXISTS (
      SELECT 1 FROM pushes WHERE pushes.repo = ${repo} AND pushes.id >= ${pushId} AND pushes.id <= ${pushId})
    ELSE ${events.stream} = ${`repo/${repo}`} END`;
};
