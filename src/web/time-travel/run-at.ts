import { and, asc, eq, lte, sql } from 'drizzle-orm';
import type { JobRow, RunRow, ShRow } from '../../../projections/index.js';
import { runStream } from '../../events/index.js';
import { foldRun } from '../../history/index.js';
import { decodeForFolding, type EventRow, events, type StoreReader } from '../../store/index.js';
import { NotFoundError } from '../errors.js';
import { prepared } from '../queries/prepared.js';

/** A run as it was right after one event. */
export interface RunMoment {
  /** The run's own last event at that moment. */
  readonly event: EventRow;
  readonly run: RunRow;
  /** In the order they run. */
  readonly jobs: readonly JobRow[];
  /** By job and number. */
  readonly commands: readonly ShRow[];
}

/**
 * Folds the events of a run up to number `seq` as `quire replay --at` does. Throws
 * NotFoundError when the run did not exist yet.
 */
export const runAt = (read: StoreReader['read'], runId: string, seq: number): RunMoment => {
  const rows = read
    .select()
    .from(events)
    .where(and(eq(events.stream, runStream(runId)), lte(events.seq, seq)))
    .orderBy(asc(events.streamVersion))
    .all();
  const last = rows.at(-1);
  if (last === undefined) throw new NotFoundError(`Run ${runId} did not exist yet at event ${seq}.`);
  const { run, jobs, sh } = foldRun(rows.map(decodeForFolding));
  return {
    event: last,
    run: run!,
    jobs,
    commands: sh.toSorted((a, b) => (a.jobId === b.jobId ? a.n - b.n : a.jobId < b.jobId ? -1 : 1)),
  };
};

/** The numbers of a run's first and last event, and of the ones beside `seq`. */
export const neighboursOf = (
  read: StoreReader['read'],
  runId: string,
  current: EventRow,
): { readonly previous: number | null; readonly next: number | null; readonly first: number } => {
  const version = (wanted: number) =>
    seqOfVersion(read).get({ stream: runStream(runId), version: wanted })?.seq ?? null;
  return {
    previous: version(current.streamVersion - 1),
    next: version(current.streamVersion + 1),
    first: version(1) ?? current.seq,
  };
};

const seqOfVersion = prepared((read) =>
  read
    .select({ seq: events.seq })
    .from(events)
    .where(
      and(eq(events.stream, sql.placeholder('stream')), eq(events.streamVersion, sql.placeholder('version'))),
    )
    .prepare(),
);
