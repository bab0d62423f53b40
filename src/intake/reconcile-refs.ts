import { eq } from 'drizzle-orm';
import { type RepoRow, refs, repos } from '../../projections/index.js';
import { type RefUpdate, type StoredEvent, timeSortedId } from '../events/index.js';
import { listRefs, repoDir } from '../forge/index.js';
import type { EventStore } from '../store/index.js';
import { inspectPush } from './inspect-push.js';
import { storePush } from './store-push.js';

/**
 * Compares the refs of every repository with the last known ones and stores what moved as a reconciled push: it
 * finds pushes that git accepted and no hook reported. To be called at start, after the spool. `report` hears of
 * repositories that cannot be read; the others go on.
 */
export const reconcileRefs = async (
  context: { readonly root: string; readonly store: EventStore },
  report: (repo: string, problem: Error) => void,
): Promise<readonly StoredEvent[]> => {
  const present = context.store.read.select().from(repos).where(eq(repos.state, 'present')).all();
  const stored: StoredEvent[] = [];
  for (const repo of present) {
    try {
      stored.push(...(await reconcileRepo(context, repo)));
    } catch (error) {
      report(repo.name, error as Error);
    }
  }
  return stored;
};

const reconcileRepo = async (
  { root, store }: { readonly root: string; readonly store: EventStore },
  { name }: RepoRow,
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
