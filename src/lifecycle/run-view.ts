import { and, asc, desc, eq, gte, inArray, isNotNull } from 'drizzle-orm';
import { type JobRow, jobs, type RunRow, runs, type ShRow, sh } from '../../projections/index.js';
import { runStream } from '../events/index.js';
import { type EventRow, events, type TransactionReader } from '../store/index.js';

/** What a decider may know of one run: values, read within the append's transaction. */
export interface RunView {
  readonly run: RunRow;
  /** The highest event number of quire-ci that is stored; 0 when there is none. */
  acknowledged(): number;
  job(jobId: string): JobRow | undefined;
  sh(jobId: string, n: number): ShRow | undefined;
  allJobs(): readonly JobRow[];
  openJobs(): readonly JobRow[];
  openSh(): readonly ShRow[];
  /** The command of the job that an event touched last. */
  lastSh(jobId: string): ShRow | undefined;
  /** The job of the run that this one repeats, if it succeeded there. */
  earlierSuccess(jobId: string): JobRow | undefined;
  /** The stored event that quire-ci sent under this number. */
  sentEvent(clientNumber: number): EventRow | undefined;
}

/** There is no such run. */
export class UnknownRunError extends Error {
  readonly code = 'unknown-run';
  constructor(readonly runId: string) {
    super(`there is no run ${runId}`);
  }
}

/** Reads a run's rows on demand. Throws {@link UnknownRunError}. */
export const viewRun = (read: TransactionReader, runId: string): RunView => {
  const run = read.select().from(runs).where(eq(runs.id, runId)).get();
  if (run === undefined) throw new UnknownRunError(runId);
  const ofRun = eq(jobs.runId, runId);
  return {
    run,
    acknowledged: () =>
      read
        .select({ number: events.clientNumber })
        .from(events)
        .where(and(eq(events.stream, runStream(runId)), isNotNull(events.clientNumber)))
        .orderBy(desc(events.streamVersion))
        .limit(1)
        .get()?.number ?? 0,
    job: (jobId) =>
      read
        .select()
        .from(jobs)
        .where(and(ofRun, eq(jobs.jobId, jobId)))
        .get(),
    sh: (jobId, n) =>
      read
        .select()
        .from(sh)
        .where(and(eq(sh.runId, runId), eq(sh.jobId, jobId), eq(sh.n, n)))
        .get(),
    allJobs: () => read.select().from(jobs).where(ofRun).orderBy(jobs.position).all(),
    openJobs: () =>
      read
        .select()
        .from(jobs)
        .where(and(ofRun, inArray(jobs.state, ['queued', 'active'])))
        .orderBy(jobs.position)
        .all(),
    openSh: () =>
      read
        .select()
        .from(sh)
        .where(and(eq(sh.runId, runId), eq(sh.state, 'active')))
        .all(),
    lastSh: (jobId) =>
      read
        .select()
        .from(sh)
        .where(and(eq(sh.runId, runId), eq(sh.jobId, jobId)))
        .orderBy(desc(sh.n))
        .limit(1)
        .get(),
    earlierSuccess: (jobId) =>
      run.rerunOf === null
        ? undefined
        : read
            .select()
            .from(jobs)
            .where(and(eq(jobs.runId, run.rerunOf), eq(jobs.jobId, jobId), eq(jobs.state, 'succeeded')))
            .get(),
    // The number rises with the stream's version and is never above it: the index of the stream finds it.
    sentEvent: (clientNumber) =>
      read
        .select()
        .from(events)
        .where(
          and(
            eq(events.stream, runStream(runId)),
            gte(events.streamVersion, clientNumber),
            eq(events.clientNumber, clientNumber),
          ),
        )
        .orderBy(asc(events.streamVersion))
        .limit(1)
        .get(),
  };
};
