import type { JobEnd } from '../run/run-context.js';
import type { JobRun, Stop } from './job-run.js';
import type { Failure } from './outcome.js';
import type { Outputs } from './outputs.js';
import { outputsToJson } from './outputs-json.js';

/** Outputs whose JSON is longer are kept as a blob. */
const maxInlineBytes = 64 * 1024;

/** A message of an error may quote anything, however long. */
const maxMessageLength = 16_384;

/** A job that ended well. Large outputs become a blob before they are spoken of. */
export const recordSuccess = async (jobRun: JobRun, outputs: Outputs): Promise<JobEnd> => {
  const { job, run } = jobRun;
  const json = run.redactor.redactJson(outputsToJson(outputs));
  const text = Buffer.from(JSON.stringify(json));
  const outputsSha256 = text.length > maxInlineBytes ? await run.session.storeBlob(text) : null;
  if (jobRun.stopped !== undefined) return recordStop(jobRun, jobRun.stopped);
  jobRun.start();
  run.journal.emit('job.succeeded', {
    jobId: job.id,
    outputs: outputsSha256 === null ? json : null,
    outputsSha256,
  });
  return { state: 'succeeded', outputs };
};

/** A job that ended badly. */
export const recordFailure = (jobRun: JobRun, failure: Failure): JobEnd => {
  const { job, run } = jobRun;
  jobRun.start();
  const allowed = job.options.allowFailure;
  const { exitCode, location } = failure;
  const message = cut(failure.message);
  run.journal.emit('job.failed', { jobId: job.id, exitCode, message, location, allowed });
  return { state: allowed ? 'allowed-failure' : 'failed', exitCode, message };
};

/** A job that had nothing to do. */
export const recordSkip = ({ job, run }: JobRun): JobEnd => {
  run.journal.emit('job.skipped', {
    jobId: job.id,
    reason: 'nothing-to-do',
    inputId: null,
    message: 'its function returned nothing and ran no command',
  });
  return { state: 'skipped' };
};

/** A job that was ended from outside: by its own time limit, which is a failure, or with its run. */
export const recordStop = (jobRun: JobRun, { kind, message }: Stop): JobEnd => {
  if (kind === 'timed-out') return recordFailure(jobRun, { exitCode: null, message, location: null });
  jobRun.run.journal.emit('job.canceled', { jobId: jobRun.job.id, message });
  return { state: 'canceled' };
};

const cut = (message: string): string =>
  message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message;
