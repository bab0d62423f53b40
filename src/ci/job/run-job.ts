import type { Location } from '../../events/field.js';
import { FennelError, formatError } from '../../fennel/index.js';
import { LuaError, type LuaTable, type Vm } from '../../lua/index.js';
import { messageWithoutPosition } from '../../pipeline/index.js';
import type { JobEnd } from '../run/run-context.js';
import type { JobRun } from './job-run.js';
import { decideOutcome, type Ended, type Outcome } from './outcome.js';
import { OutputError, takeOutputs } from './outputs.js';
import { recordFailure, recordSkip, recordStop, recordSuccess } from './record-end.js';
import { UnreadFailureError } from './unread-failure.js';

/** The VM a job runs in, and the table its run-fn is given. */
export interface JobMachine {
  readonly vm: Vm;
  readonly runtime: LuaTable;
}

/** Runs a job to its end, attempts and all, and records it. Rejects only when the run itself cannot go on. */
export const runJob = async (jobRun: JobRun, machine: JobMachine): Promise<JobEnd> => {
  try {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await tryOnce(jobRun, machine);
      if (jobRun.stopped !== undefined) return recordStop(jobRun, jobRun.stopped);
      if (outcome.kind === 'succeeded') return await recordSuccess(jobRun, outcome.outputs);
      if (outcome.kind === 'skipped') return recordSkip(jobRun);
      if (!mayRetry(jobRun, attempt)) return recordFailure(jobRun, outcome);
      const { message, location } = outcome;
      jobRun.start();
      const next = { jobId: jobRun.job.id, attempt: attempt + 1 };
      jobRun.run.journal.emit('job.retried', { ...next, message, location });
    }
  } finally {
    jobRun.close();
  }
};

const mayRetry = ({ job, run }: JobRun, attempt: number): boolean =>
  attempt <= job.options.retry && !run.journal.isFull;

const tryOnce = async (jobRun: JobRun, machine: JobMachine): Promise<Outcome> => {
  jobRun.lastFailed = undefined;
  const ended = await callRunFn(jobRun, machine);
  const { unread } = jobRun;
  await jobRun.settle();
  return decideOutcome(ended, jobRun.started, unread);
};

const callRunFn = async (jobRun: JobRun, { vm, runtime }: JobMachine): Promise<Ended> => {
  const { job, signal } = jobRun;
  try {
    const [value] = await vm.call(job.runFn, [runtime], { data: jobRun, signal });
    return { kind: 'returned', outputs: takeOutputs(value) };
  } catch (error) {
    if (error instanceof LuaError) jobRun.stopWhenUnknown(error.cause);
    return explain(error);
  }
};

/** A fault of quire itself is not blamed on the pipeline. */
const explain = (error: unknown): Ended => {
  if (error instanceof OutputError) {
    return { kind: 'raised', message: error.message, location: null, exitCode: null };
  }
  if (!(error instanceof LuaError)) throw error;
  if (error.cause instanceof UnreadFailureError) {
    const { exit: exitCode, location } = error.cause.result.fields;
    return { kind: 'raised', message: error.cause.message, location, exitCode };
  }
  if (error.cause instanceof FennelError) {
    const { file, line, column } = error.cause;
    const message = formatError(error.cause);
    return { kind: 'raised', message, location: { file, line, column }, exitCode: null };
  }
  return {
    kind: 'raised',
    message: messageWithoutPosition(error),
    location: locationOf(error),
    exitCode: null,
  };
};

const locationOf = ({ file, line }: LuaError): Location | null =>
  file === undefined || line === undefined ? null : { file, line };
