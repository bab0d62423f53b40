import { and, asc, desc, eq, gt, lt, or, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { type RunRow, type RunState, runs } from '../../../projections/index.js';
import type { StoreReader } from '../../store/index.js';
import type { Access } from '../access.js';

export interface RunFilter {
  readonly repo?: string;
  readonly state?: RunState;
  readonly ref?: string;
  readonly actor?: string;
  /** Found in the subject, the ref, the author, or the start of the sha or id. */
  readonly text?: string;
}

export interface RunPlace {
  /** Only older runs than this id. */
  readonly before?: string;
  /** Only newer ones. */
  readonly after?: string;
}

export interface RunPage {
  /** Newest first. */
  readonly runs: readonly RunRow[];
  /** Ask for these to turn the page; undefined where there is none. */
  readonly older?: string;
  readonly newer?: string;
}

export const runsPerPage = 50;

/**
 * How many runs a search looks at for one page. Filters without an index of their own would otherwise read the
 * whole table to find out that nothing matches; the next page goes on where this one ended. The runs of one
 * repository lie apart, each on a page of the file of its own, so they take about four times as long: either
 * number costs 2 ms at 100,000 runs.
 */
const maxScannedOf = ({ repo }: RunFilter): number => (repo === undefined ? 3000 : 800);

/** One page of runs by keyset: page a thousand costs what page one does. */
export const listRuns = (
  read: StoreReader['read'],
  access: Access,
  filter: RunFilter,
  place: RunPlace = {},
): RunPage => {
  const forward = place.after !== undefined;
  const indexed = and(
    access.only(runs.repo, 'runs'),
    filter.repo === undefined ? undefined : eq(runs.repo, filter.repo),
    filter.repo === undefined || filter.ref === undefined ? undefined : eq(runs.ref, filter.ref),
    filter.state === undefined ? undefined : eq(runs.state, filter.state),
    place.before === undefined ? undefined : lt(runs.id, place.before),
    place.after === undefined ? undefined : gt(runs.id, place.after),
  );
  const order = forward ? asc(runs.id) : desc(runs.id);
  const searched = searchOf(filter);
  const wanted = runsPerPage + 1;
  if (searched === undefined) {
    const rows = read.select().from(runs).where(indexed).orderBy(order).limit(wanted).all();
    return pageOf(rows.slice(0, runsPerPage), rows.length === wanted ? rows.at(-2)?.id : undefined, place);
  }
  const maxScanned = maxScannedOf(filter);
  const scanned = read
    .select({ id: runs.id })
    .from(runs)
    .where(indexed)
    .orderBy(order)
    .limit(maxScanned)
    .as('scanned');
  const rows = read
    .select()
    .from(runs)
    .where(and(sql`${runs.id} IN (SELECT id FROM ${scanned})`, searched))
    .orderBy(order)
    .limit(wanted)
    .all();
  const end = rows.length === wanted ? rows.at(-2)?.id : endOfScan(read, indexed, order, maxScanned);
  return pageOf(rows.slice(0, runsPerPage), end, place);
};

/** Runs that are active or wait, oldest first: few by nature, and bounded all the same. */
export const openRuns = (read: StoreReader['read'], access: Access, state: 'active' | 'queued'): RunRow[] =>
  read
    .select()
    .from(runs)
    .where(and(eq(runs.state, state), access.only(runs.repo, 'runs')))
    .orderBy(asc(runs.id))
    .limit(runsPerPage)
    .all();

const searchOf = ({ repo, ref, actor, text }: RunFilter): SQL | undefined =>
  and(
    repo === undefined && ref !== undefined ? eq(runs.ref, ref) : undefined,
    actor === undefined ? undefined : or(eq(runs.pusher, actor), eq(runs.author, actor)),
    text === undefined
      ? undefined
      : or(
          contains(runs.subject, text),
          contains(runs.ref, text),
          contains(runs.author, text),
          sql`instr(${runs.sha}, lower(${text})) = 1`,
          eq(runs.id, text),
        ),
  );

const contains = (column: SQLiteColumn, text: string): SQL =>
  sql`instr(lower(${column}), lower(${text})) > 0`;

const endOfScan = (
  read: StoreReader['read'],
  indexed: SQL | undefined,
  order: SQL,
  maxScanned: number,
): string | undefined =>
  read
    .select({ id: runs.id })
    .from(runs)
    .where(indexed)
    .orderBy(order)
    .limit(1)
    .offset(maxScanned - 1)
    .get()?.id;

const pageOf = (rows: readonly RunRow[], end: string | undefined, place: RunPlace): RunPage => {
  if (place.after === undefined) {
    return {
      runs: rows,
      older: end,
      newer: place.before === undefined ? undefined : (rows[0]?.id ?? place.before),
    };
  }
  const newestFirst = rows.toReversed();
  return { runs: newestFirst, newer: end, older: newestFirst.at(-1)?.id ?? place.after };
};
