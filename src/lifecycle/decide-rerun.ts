import type { RunRow } from '../../projections/index.js';
import { type NewEvent, runStream } from '../events/index.js';

/** The same commit again, as a new run with the next attempt's number. */
export const decideRerun = (run: RunRow, newRunId: string, requestedAtMs: number): NewEvent[] => [
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
      subject: run.subject,
      author: run.author,
    },
  },
];
