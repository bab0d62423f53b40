import { eq } from 'drizzle-orm';
import { type RepoRow, refs, repos } from '../../projections/index.js';
import { type RefUpdate, type StoredEvent, timeSortedId } from '../events/index.js';
import { listRefs, repoDir } from '../forge/index.js';
import type { EventStore } from '../store/index.js';
import { inspectPush } from './inspect-push.js';
import type { Receiver } from './receive-push.js';
import type { Spool } from './spool.js';
import { storePush } from './store-push.js';

export interface ReconcileOptions {
  readonly root: string;
  readonly store: EventStore;
  readonly receiver: Pick<Receiver, 'inTurn'>;
  /** Pushes that lie there were reported: they are taken in before refs are compared. */
  readonly spool: Pick<Spool, 'drain'>;
  /** Hears of repositories that could not be compared, and when that is tried again; and of their recovery. */
  readonly report: (repo: string, failure?: { readonly problem: Error; readonly retryInMs: number }) => void;
  readonly firstRetryMs?: number;
  readonly maxRetryMs?: number;
}

/** The comparing of refs that goes on while some could not be compared. */
export interface Reconciliation {
  /** Gives up what could not be compared, until the next start. */
  close(): Promise<void>;
}

/**
 * Compares the refs of every repository with the last known ones and stores what moved as a reconciled push: it
 * finds pushes that git accepted and no hook reported. To be called at start. Resolves when every repository was
 * looked at once; those that could not be read are tried again after a second, then after twice as long each time,
 * up to five minutes, until they can.
 */
export const reconcileRefs = async (options: ReconcileOptions): Promise<Reconciliation> => {
  const { root, store, receiver, spool, report, firstRetryMs = 1000, maxRetryMs = 300_000 } = options;
  const pending = new Set<string>();
  let retryInMs = firstRetryMs;
  let timer: NodeJS.Timeout | undefined;
  let trying: Promise<void> = Promise.resolve();
  let closed = false;

  const compare = async ({ name }: RepoRow): Promise<void> => {
    try {
      await receiver.inTurn(name, () => reconcileRepo({ root, store }, name));
      if (pending.delete(name)) report(name);
    } catch (error) {
      pending.add(name);
      report(name, { problem: error as Error, retryInMs });
    }
  };

  const retryLater = (): void => {
    if (pending.size === 0 || closed) return;
    timer = setTimeout(() => {
      retryInMs = Math.min(maxRetryMs, 2 * retryInMs);
      trying = retry();
    }, retryInMs);
  };

  const retry = async (): Promise<void> => {
    try {
      await spool.drain();
      const present = presentRepos(store);
      for (const name of pending) if (!present.some((repo) => repo.name === name)) pending.delete(name);
      for (const repo of present) if (pending.has(repo.name) && !closed) await compare(repo);
    } catch (problem) {
      for (const name of pending) report(name, { problem: problem as Error, retryInMs });
    }
    retryLater();
  };

  await spool.drain();
  for (const repo of presentRepos(store)) await compare(repo);
  retryLater();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await trying;
    },
  };
};

const presentRepos = (store: EventStore): readonly RepoRow[] =>
  store.read.select().from(repos).where(eq(repos.state, 'present')).all();

const reconcileRepo = async (
  { root, store }: { readonly root: string; readonly store: EventStore },
  name: string,
): Promise<readonly StoredEvent[]> => {
  const gitDir = repoDir(root, name);
  const found = new Map((await listRefs(gitDir)).map(({ ref, sha }) => [ref, sha]));
  const known = new Map(
    store.read
      .select()
      .from(refs)
      .where(eq(refs.repo, name))
      .all()
      .map(({ ref, sha }) => [ref, sha]),
  );
  const moved = movedRefs(known, found);
  if (moved.length === 0) return [];
  const pushedAtMs = Date.now();
  return storePush(store, {
    id: timeSortedId(pushedAtMs),
    repo: name,
    pushedAtMs,
    pusher: 'unknown',
    source: 'reconciliation',
    refs: await inspectPush(gitDir, moved),
  });
};

/** What a push would have to have done to lead from the known refs to those found. */
export const movedRefs = (
  known: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): readonly RefUpdate[] => {
  const updates: RefUpdate[] = [];
  for (const [ref, newSha] of found) {
    const oldSha = known.get(ref) ?? zeroLike(newSha);
    if (oldSha !== newSha) updates.push({ ref, oldSha, newSha });
  }
  for (const [ref, oldSha] of known) {
    if (!found.has(ref) && !/^0+$/.test(oldSha)) updates.push({ ref, oldSha, newSha: zeroLike(oldSha) });
  }
  return updates;
};

const zeroLike = (sha: string): string => '0'.repeat(sha.length);
