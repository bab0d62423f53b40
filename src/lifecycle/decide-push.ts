import { isOutdatedUpdate, type RefRow, type RunRow } from '../../projections/index.js';
import { type NewEvent, pushStream, type RefUpdate, runStream } from '../events/index.js';

/** An updated ref, after git was asked what it points to. */
export interface InspectedRef extends RefUpdate {
  readonly found: 'deleted' | 'not-a-commit' | 'no-pipeline' | 'pipeline';
  /** The commit a run would check out; an annotated tag is peeled. */
  readonly commitSha: string;
  readonly subject: string | null;
  readonly author: string | null;
}

export interface PushCommand {
  readonly id: string;
  readonly repo: string;
  readonly pushedAtMs: number;
  readonly pusher: string;
  readonly source: 'hook' | 'reconciliation';
  readonly refs: readonly InspectedRef[];
}

/** What the decision needs to know of the repository. */
export interface PushState {
  /** The last known position of a ref. */
  ref(name: string): RefRow | undefined;
  /** Whether a push was found by comparing refs, and not reported by a hook. */
  wasReconciled(pushId: string): boolean;
  /** Runs of the ref that have not ended, oldest first. */
  openRuns(ref: string): readonly RunRow[];
}

/**
 * A push: one queued run per updated ref with a pipeline, and for each other ref an event that says why not.
 * A new run supersedes the waiting ones of its ref and asks the active one to end.
 */
export const decidePush = (state: PushState, push: PushCommand, newRunId: () => string): NewEvent[] => {
  const events: NewEvent[] = [received(push)];
  for (const update of push.refs) {
    const ignored = reasonToIgnore(state, push, update);
    if (ignored === undefined) events.push(...queueRun(state, push, update, newRunId(), events.length));
    else events.push(refIgnored(push, update, ignored));
  }
  return events;
};

const received = (push: PushCommand): NewEvent => ({
  stream: pushStream(push.id),
  type: push.source === 'hook' ? 'push.received' : 'push.reconciled',
  occurredAtMs: push.pushedAtMs,
  data: {
    repo: push.repo,
    refs: push.refs.map(({ ref, oldSha, newSha }) => ({ ref, oldSha, newSha })),
    pushedAtMs: push.pushedAtMs,
    pusher: push.pusher,
  },
});

type Ignored = { reason: 'deleted' | 'no-pipeline' | 'not-a-commit' | 'outdated'; message: string };

const reasonToIgnore = (state: PushState, push: PushCommand, update: InspectedRef): Ignored | undefined => {
  if (update.found === 'deleted') return { reason: 'deleted', message: 'the ref was deleted' };
  const known = state.ref(update.ref);
  if (known !== undefined && isFound(state, known, update)) {
    return {
      reason: 'outdated',
      message: `the server had already found the ref at ${known.sha}: push ${known.pushId} stands for this one`,
    };
  }
  if (
    known !== undefined &&
    isOutdatedUpdate(known, update, push.pushedAtMs, state.wasReconciled(known.pushId))
  ) {
    return {
      reason: 'outdated',
      message: `push ${known.pushId} had already moved the ref on to ${known.sha}`,
    };
  }
  if (update.found === 'not-a-commit') {
    return { reason: 'not-a-commit', message: `${update.newSha} is not a commit and leads to none` };
  }
  if (update.found === 'no-pipeline') {
    return { reason: 'no-pipeline', message: `commit ${update.commitSha} has no .quire/ci.fnl` };
  }
  return undefined;
};

/** Git had moved the ref, and refs were compared before the hook got here: one update must not give two runs. */
const isFound = (state: PushState, known: RefRow, update: InspectedRef): boolean =>
  update.newSha === known.sha && update.oldSha !== known.sha && state.wasReconciled(known.pushId);

const refIgnored = (push: PushCommand, { ref, newSha }: InspectedRef, ignored: Ignored): NewEvent => ({
  stream: pushStream(push.id),
  type: 'push.ref-ignored',
  cause: { index: 0 },
  data: { ref, newSha, ...ignored },
});

const queueRun = (
  state: PushState,
  push: PushCommand,
  update: InspectedRef,
  runId: string,
  index: number,
): NewEvent[] => [
  {
    stream: runStream(runId),
    type: 'run.queued',
    cause: { index: 0 },
    data: {
      repo: push.repo,
      ref: update.ref,
      sha: update.commitSha,
      previousSha: /^0+$/.test(update.oldSha) ? null : update.oldSha,
      pushId: push.id,
      pushedAtMs: push.pushedAtMs,
      pusher: push.pusher,
      attempt: 1,
      rerunOf: null,
      onlyFailed: false,
      subject: update.subject,
      author: update.author,
    },
  },
  ...state.openRuns(update.ref).flatMap((run) => supersede(run, runId, index)),
];

const supersede = (run: RunRow, supersededBy: string, index: number): NewEvent[] => {
  const stream = runStream(run.id);
  const cause = { index };
  if (run.state === 'queued') return [{ stream, type: 'run.superseded', cause, data: { supersededBy } }];
  if (run.cancelRequestedAtMs !== null) return [];
  const message = `run ${supersededBy} of a newer push takes its place`;
  return [
    {
      stream,
      type: 'run.cancel-requested',
      cause,
      data: { by: 'push', reason: 'superseded', message, supersededBy, force: false },
    },
  ];
};
