import { randomBytes } from 'node:crypto';
import type { RunRow } from '../../projections/index.js';
import {
  type Bootstrap,
  type EventData,
  type PushOutputs,
  type RunLimits,
  randomId,
  runStream,
  type StoredEvent,
} from '../events/index.js';
import { commitInfo, filesChanged, repoDir } from '../forge/index.js';
import { decideStart, viewRun } from '../lifecycle/index.js';
import type { EventStore } from '../store/index.js';
import { reusableJobs } from './reusable-jobs.js';
import { blobFolder, runFolder } from './run-folder.js';

/** What the server's configuration says of every run. */
export interface BootstrapSettings {
  readonly root: string;
  readonly store: EventStore;
  /** Extra environment of commands. */
  readonly env: Readonly<Record<string, string>>;
  /** PATH of commands. */
  readonly path: string;
  readonly limits: RunLimits;
  readonly runTimeoutMs: number;
  /** False when quire-ci runs where it cannot see this disk. */
  readonly sharedDisk: boolean;
}

/**
 * Starts the run: once. With `again`, for a quire-ci whose first answer was lost on the way, it is the same answer
 * as before. Throws IllegalTransitionError the second time without it, or when quire-ci has sent events.
 */
export const bootstrapRun = async (
  settings: BootstrapSettings,
  run: RunRow,
  push: PushOutputs,
  again = false,
): Promise<Bootstrap> => {
  const { root, store, limits, runTimeoutMs, sharedDisk } = settings;
  const reusable = await reusableJobs(settings, run);
  const start = {
    seed: randomId(),
    env: environmentOf(settings, run, push),
    deadlineAtMs: Date.now() + runTimeoutMs,
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
  };
  const { workspace } = runFolder(root, run.id);
  const [started] = await store.append((read) => decideStart(viewRun(read, run.id).run, start, again), {
    actor: 'ci',
  });
  const { seed, env, deadlineAtMs, traceparent } = started === undefined ? startOf(store, run.id) : start;
  const blobs = blobFolder(root);
  const given = { runId: run.id, push, workspace, blobs, env, seed, deadlineAtMs, traceparent };
  return { ...given, reusable, sharedDisk, limits };
};

/** What the run was started with. */
const startOf = (store: EventStore, runId: string): EventData<'run.started'> => {
  const [started] = store.readEvents({ streams: [runStream(runId)], types: ['run.started'], limit: 1 });
  return (started as StoredEvent<'run.started'>).data;
};

/** Asks git what `(jobs :quire/push)` is to give. */
export const pushOutputsOf = async (root: string, run: RunRow): Promise<PushOutputs> => {
  const gitDir = repoDir(root, run.repo);
  const [commit, changed] = await Promise.all([
    commitInfo(gitDir, run.sha),
    filesChanged(gitDir, run.previousSha, run.sha),
  ]);
  return {
    sha: run.sha,
    ref: run.ref,
    branch: run.ref.startsWith('refs/heads/') ? run.ref.slice('refs/heads/'.length) : null,
    tag: run.ref.startsWith('refs/tags/') ? run.ref.slice('refs/tags/'.length) : null,
    previousSha: run.previousSha,
    filesChanged: [...changed.files],
    pusher: run.pusher,
    commitMessage: commit.message,
    pushedAtMs: run.pushedAtMs,
    repo: run.repo,
  };
};

/** The whole environment of a command: nothing of the server's own leaks into it. */
const environmentOf = (
  { root, env, path }: BootstrapSettings,
  run: RunRow,
  push: PushOutputs,
): Record<string, string> => ({
  PATH: path,
  HOME: runFolder(root, run.id).home,
  LANG: 'C.UTF-8',
  CI: 'true',
  ...env,
  QUIRE: 'true',
  QUIRE_RUN_ID: run.id,
  QUIRE_REPO: run.repo,
  QUIRE_REF: run.ref,
  QUIRE_SHA: run.sha,
  QUIRE_ATTEMPT: String(run.attempt),
  ...(push.branch === null ? {} : { QUIRE_BRANCH: push.branch }),
  ...(push.tag === null ? {} : { QUIRE_TAG: push.tag }),
});
