import { and, count, desc, gt, isNotNull, isNull, lt, ne, or, sql } from 'drizzle-orm';
import { type RunRow, runs } from '../../projections/index.js';
import type { StoreReader } from '../store/index.js';

/** Another run that had been taken and had not ended while a run waited. */
export interface RunInTheWay {
  readonly id: string;
  /** Of the same repository and ref, of which one runs at a time. */
  readonly sameRef: boolean;
  readonly queuedAtMs: number;
  readonly claimedAtMs: number;
  /** Null when it goes on. */
  readonly finishedAtMs: number | null;
}

export interface RunsInTheWay {
  /** Those that ended last; the last one made way. At most 1000. */
  readonly runs: readonly RunInTheWay[];
  readonly total: number;
}

const maxRuns = 1000;

/** The runs that were taken before `untilMs` and ended, if at all, after `run` was queued. */
export const runsInTheWay = (
  { read }: Pick<StoreReader, 'read'>,
  run: RunRow,
  untilMs: number,
): RunsInTheWay => {
  const overlaps = and(
    ne(runs.id, run.id),
    isNotNull(runs.claimedAtMs),
    lt(runs.claimedAtMs, untilMs),
    or(isNull(runs.finishedAtMs), gt(runs.finishedAtMs, run.queuedAtMs)),
  );
  const rows = read
    .select()
    .from(runs)
    .where(overlaps)
    .orderBy(desc(sql`coalesce(${runs.finishedAtMs}, 9e15)`), desc(runs.id))
    .limit(maxRuns)
    .all();
  const total =
    rows.length < maxRuns
      ? rows.length
      : (read.select({ n: count() }).from(runs).where(overlaps).get()?.n ?? 0);
  return {
    total,
    runs: rows.toReversed().map(({ id, repo, ref, queuedAtMs, claimedAtMs, finishedAtMs }) => ({
      id,
      sameRef: repo === run.repo && ref === run.ref,
      queuedAtMs,
      claimedAtMs: claimedAtMs ?? 0,
      finishedAtMs,
    })),
  };
};

/** How many of these were under way at once at most: the limit they had reached. */
export const mostAtOnce = (others: readonly RunInTheWay[]): number => {
  const steps = others.flatMap(({ claimedAtMs, finishedAtMs }) => [
    { atMs: claimedAtMs, by: 1 },
    { atMs: finishedAtMs ?? Number.POSITIVE_INFINITY, by: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { by } of steps.toSorted((a, b) => a.atMs - b.atMs || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
};
