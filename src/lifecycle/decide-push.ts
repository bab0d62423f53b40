import { isOutdatedUpdate, type RefRow, type RunRow } from '../../projections/index.js';
import { type NewEvent, pushStream, type RefUpdate, runStream } from '../events/index.js';

/** An updated ref, after git was asked what it points to. */
export interface InspectedRef extends RefUpdate {
  /** Where git has the ref now; it may have gone on. Absent when git was not asked. */
  readonly foundSha?: string | undefined;
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
  /** `local` is a push that quire made itself, in a repository without hooks. */
  readonly source: 'hook' | 'reconciliation' | 'local';
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
 * A push: one queued run per updated ref with a pipeline, and for each other ref an event that says why not. An update
 * that does not begin where its ref was known to be tells of others that nobody reported: an event says so.
 * A new run supersedes the waiting ones of its ref and asks the active one to end.
 */
export const decidePush = (state: PushState, push: PushCommand, newRunId: () => string): NewEvent[] => {
  const events: NewEvent[] = [received(push)];
  for (const update of push.refs) {
    const known = state.ref(update.ref);
    const outdated = known === undefined ? undefined : reasonOutdated(state, push, update, known);
    if (outdated === undefined && hasGap(push, update, known)) events.push(gapFound(push, update, known));
    const ignored = reasonToIgnore(update, outdated);
    if (ignored === undefined) events.push(...queueRun(state, push, update, newRunId(), events.length));
    else events.push(refIgnored(push, update, ignored));
  }
  return events;
};

const received = (push: PushCommand): NewEvent => {
  const { repo, pushedAtMs, pusher } = push;
  const updates = push.refs.map(({ ref, oldSha, newSha }) => ({ ref, oldSha, newSha }));
  const event = { stream: pushStream(push.id), occurredAtMs: pushedAtMs };
  if (push.source === 'reconciliation') {
    return { ...event, type: 'push.reconciled', data: { repo, refs: updates, pushedAtMs, pusher } };
  }
  const refs = updates.map((update, i) => {
    const { foundSha } = push.refs[i]!;
    return foundSha === undefined ? update : { ...update, foundSha };
  });
  return { ...event, type: 'push.received', data: { repo, refs, pushedAtMs, pusher } };
};

type Ignored = { reason: 'deleted' | 'no-pipeline' | 'not-a-commit' | 'outdated'; message: string };

const reasonToIgnore = (update: InspectedRef, outdated: Ignored | undefined): Ignored | undefined => {
  if (update.found === 'deleted') return { reason: 'deleted', message: 'the ref was deleted' };
  if (outdated !== undefined) return outdated;
  if (update.found === 'not-a-commit') {
    return { reason: 'not-a-commit', message: `${update.newSha} is not a commit and leads to none` };
  }
  if (update.found === 'no-pipeline') {
    return { reason: 'no-pipeline', message: `commit ${update.commitSha} has no .quire/ci.fnl` };
  }
  return undefined;
};

const reasonOutdated = (
  state: PushState,
  push: PushCommand,
  update: InspectedRef,
  known: RefRow,
): Ignored | undefined => {
  const wasReconciled = state.wasReconciled(known.pushId);
  const received = push.source === 'reconciliation' ? { ...update, foundSha: update.newSha } : update;
  if (!isOutdatedUpdate(known, received, push.pushedAtMs, wasReconciled)) return undefined;
  return { reason: 'outdated', message: whyOutdated(received, known) };
};

const whyOutdated = ({ newSha, foundSha }: InspectedRef, { sha, pushId }: RefRow): string => {
  if (newSha === sha)
    return `the server had already found the ref at ${sha}: push ${pushId} stands for this one`;
  if (foundSha !== undefined && foundSha !== sha && foundSha !== newSha)
    return `git had already moved the ref on to ${foundSha}`;
  return `push ${pushId} had already moved the ref on to ${sha}`;
};

/** Comparing refs goes from what is known: it leaves no gap. */
const hasGap = ({ source }: PushCommand, { oldSha }: InspectedRef, known: RefRow | undefined): boolean =>
  source === 'hook' && oldSha !== (known?.sha ?? zeroLike(oldSha));

const gapFound = (push: PushCommand, { ref, oldSha }: InspectedRef, known: RefRow | undefined): NewEvent => {
  const knownSha = known?.sha ?? zeroLike(oldSha);
  const message = `what was pushed between ${knownSha} and ${oldSha} was not reported in time: it has no run of its own`;
  return {
    stream: pushStream(push.id),
    type: 'push.gap-found',
    cause: { index: 0 },
    data: { ref, knownSha, oldSha, message },
  };
};

const zeroLike = (sha: string): string => '0'.repeat(sha.length);

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
