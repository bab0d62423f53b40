import type { RunRow } from '../../projections/index.js';
import { runStream } from '../events/index.js';
import { jobMachine, nextState, viewRun } from '../lifecycle/index.js';
import type { EventStore } from '../store/index.js';
import { RequestError } from './error-answer.js';

export interface SecretSettings {
  readonly store: EventStore;
  /** The secret's value, or why this repository and ref may not have it. */
  readonly lookUp: (
    name: string,
    scope: { readonly repo: string; readonly ref: string },
  ) => Promise<{ readonly value: string } | { readonly problem: string }>;
}

/** Gives a job a secret and records that it did; only the name is recorded. Throws RequestError 404. */
export const revealSecret = async (
  { store, lookUp }: SecretSettings,
  run: RunRow,
  name: string,
  jobId: string,
): Promise<string> => {
  const found = await lookUp(name, { repo: run.repo, ref: run.ref });
  if ('problem' in found) throw new RequestError('unknown-secret', found.problem);
  await store.append(
    (read) => {
      const job = viewRun(read, run.id).job(jobId);
      nextState(jobMachine, job?.state ?? 'none', 'secret.revealed', `job ${jobId}`);
      return [
        { stream: runStream(run.id), type: 'secret.revealed', data: { jobId, name }, cause: job?.lastSeq },
      ];
    },
    { actor: 'ci' },
  );
  return found.value;
};
