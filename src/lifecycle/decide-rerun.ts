import type { RunRow } from '../../projections/index.js';
import { type NewEvent, runStream } from '../events/index.js';
import { isTerminal, runMachine } from './transitions.js';

export interface RerunRequest {
  readonly newRunId: string;
  readonly requestedAtMs: number;
  /** Jobs that succeeded keep their results; the others run. */
  readonly onlyFailed: boolean;
}

/** Only what failed is to run again, and nothing has, or not yet. */
export class NothingFailedError extends Error {
  readonly code = 'nothing-failed';
  constructor(
    readonly runId: string,
    state: string,
  ) {
    super(
      state === 'succeeded'
        ? `nothing in run ${runId} failed: it succeeded; run all of it again instead`
        : `what fails in run ${runId} is not known yet: it is ${state}; wait for its end`,
    );
  }
}

/** The same commit again, as a new run with the next attempt's number. Throws {@link NothingFailedError}. */
export const decideRerun = (
  run: RunRow,
  { newRunId, requestedAtMs, onlyFailed }: RerunRequest,
): NewEvent[] => {
  if (onlyFailed && (run.state === 'succeeded' || !isTerminal(runMachine, run.state))) {
    throw new NothingFailedError(run.id, run.state);
  }
  return [
    {
      stream: runStream(newRunId),
      type: 'run.queued',
      cause: run.lastSeq,
      data: {
        repo: run.repo,
        ref: run.ref,
        sha: run.sha,
        previousSha: run.previousSha,
        pushId: run.pushId,
        pushedAtMs: Math.min(run.pushedAtMs, requestedAtMs),
        pusher: run.pusher,
        attempt: run.attempt + 1,
        rerunOf: run.id,
        onlyFailed,
        subject: run.subject,
        author: run.author,
      },
    },
  ];
};
