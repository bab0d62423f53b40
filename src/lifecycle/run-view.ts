import type { JobRow, RunRow, ShRow } from '../../projections/index.js';
import { runStream } from '../events/index.js';
import type { EventRow, TransactionReader } from '../store/index.js';
import { runQueries } from './run-queries.js';

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
  const queries = runQueries(read);
  const run = queries.run.get({ runId });
  if (run === undefined) throw new UnknownRunError(runId);
  const stream = runStream(runId);
  return {
    run,
    acknowledged: () => queries.acknowledged.get({ stream })?.number ?? 0,
    job: (jobId) => queries.job.get({ runId, jobId }),
    sh: (jobId, n) => queries.sh.get({ runId, jobId, n }),
    allJobs: () => queries.allJobs.all({ runId }),
    openJobs: () => queries.openJobs.all({ runId }),
    openSh: () => queries.openSh.all({ runId }),
    lastSh: (jobId) => queries.lastSh.get({ runId, jobId }),
    earlierSuccess: (jobId) =>
      run.rerunOf === null ? undefined : queries.succeededJob.get({ runId: run.rerunOf, jobId }),
    sentEvent: (clientNumber) => queries.sentEvent.get({ stream, clientNumber }),
  };
};
