import type { PushOutputs } from '../../events/run-protocol.js';
import { transitiveInputs } from '../../pipeline/index.js';
import type { JobRun } from '../job/job-run.js';
import type { Outputs } from '../job/outputs.js';
import { outputsToLua } from './outputs-to-lua.js';
import type { Primitive } from './primitive.js';
import { textArgument } from './text-argument.js';

/** `(jobs name)`: what an input of the job, direct or indirect, gave; nil when it gave nothing. */
export const jobs: Primitive = (jobRun, [name], { vm }) => {
  const id = textArgument(name, 'jobs: the id of an input');
  const known = transitiveInputs(jobRun.job.id, jobRun.run.jobs);
  if (!known.has(id)) {
    const inputs = [...known].map((input) => `:${input}`).join(' ');
    throw new Error(
      `jobs: :${id} is not an input of job :${jobRun.job.id}, whose inputs are, direct and indirect: ${inputs}; ` +
        'add it to the inputs in ci.job',
    );
  }
  return outputsToLua(
    vm,
    id === 'quire/push' ? pushToOutputs(jobRun.run.bootstrap.push) : outputsOf(jobRun, id),
  );
};

/** A job that failed, but was allowed to, gives its exit code when it has one. */
const outputsOf = ({ run }: JobRun, id: string): Outputs => {
  const end = run.ends.get(id);
  if (end?.state === 'succeeded') return end.outputs;
  const exitCode = end !== undefined && 'exitCode' in end ? end.exitCode : null;
  return exitCode === null ? null : new Map([['exit', exitCode]]);
};

/** `pushed-at` is RFC 3339 in UTC, with milliseconds. */
const pushToOutputs = (push: PushOutputs): Outputs =>
  new Map<string, Outputs>(
    Object.entries({
      sha: push.sha,
      ref: bytesOf(push.ref),
      branch: bytesOf(push.branch),
      tag: bytesOf(push.tag),
      'previous-sha': push.previousSha,
      'files-changed': push.filesChanged.map(bytesOf),
      pusher: bytesOf(push.pusher),
      'commit-message': bytesOf(push.commitMessage),
      'pushed-at': new Date(push.pushedAtMs).toISOString(),
      repo: bytesOf(push.repo),
    }),
  );

const bytesOf = (text: string | null): string | null =>
  text === null ? null : Buffer.from(text, 'utf8').toString('latin1');
