import { fileURLToPath } from 'node:url';
import { eq } from 'drizzle-orm';
import { type RepoRow, repos } from '../../projections/index.js';
import { createRepo, installHook, RepoExistsError, removeRepo, repoDir } from '../forge/index.js';
import { decideCreateRepo, decideRemoveRepo } from '../lifecycle/index.js';
import type { EventStore, TransactionReader } from '../store/index.js';
import { postReceiveHook } from './hook/index.js';

export interface RepositoryContext {
  readonly root: string;
  readonly store: EventStore;
}

const quireBin = fileURLToPath(new URL('../bin/quire.js', import.meta.url));

/**
 * Makes a bare repository with its hook and records it; one that lies there already without being known is taken
 * over as it is, with the hook installed. Returns its folder. Throws RepoStateError, InvalidRepoNameError, GitError.
 */
export const createRepository = async (
  { root, store }: RepositoryContext,
  name: string,
  by: string,
): Promise<string> => {
  const path = repoDir(root, name);
  decideCreateRepo(repoRow(store.read, name), name);
  const hook = postReceiveHook({ root, repo: name, node: process.execPath, quireBin });
  try {
    await createRepo(root, name, { hook });
  } catch (error) {
    if (!(error instanceof RepoExistsError)) throw error;
    await installHook(path, hook);
  }
  await store.append((read) => decideCreateRepo(repoRow(read, name), name), { actor: `operator:${by}` });
  return path;
};

/**
 * Takes a repository off the server. Its folder moves to `<root>/removed` or, with `purge`, is deleted; events and
 * runs stay. Returns where it moved. Throws RepoStateError, InvalidRepoNameError.
 */
export const removeRepository = async (
  { root, store }: RepositoryContext,
  name: string,
  by: string,
  purge: boolean,
): Promise<string | null> => {
  repoDir(root, name);
  await store.append((read) => decideRemoveRepo(repoRow(read, name), name), { actor: `operator:${by}` });
  return removeRepo(root, name, { purge });
};

const repoRow = (read: TransactionReader, name: string): RepoRow | undefined =>
  read.select().from(repos).where(eq(repos.name, name)).get();
