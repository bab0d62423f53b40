import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repoDir } from './repo-name.js';

/** There is no repository of that name. */
export class RepoNotFoundError extends Error {
  readonly code = 'repo-not-found';
  constructor(
    readonly repo: string,
    readonly path: string,
  ) {
    super(`there is no repository ${repo} (looked for ${path}); \`quire repo list\` shows those there are`);
    this.name = 'RepoNotFoundError';
  }
}

/**
 * Takes the repository `name` off the server: it moves to `<root>/removed/<name>-<time>.git`, whose path is
 * returned, or is deleted with `purge`, and null is returned. Either way it is gone for pushers in one step.
 * Throws InvalidRepoNameError, {@link RepoNotFoundError}.
 */
export async function removeRepo(
  root: string,
  name: string,
  options: { readonly purge?: boolean; readonly atMs?: number } = {},
): Promise<string | null> {
  const path = repoDir(root, name);
  const removed = join(root, 'removed', `${name}-${stamp(options.atMs ?? Date.now())}.git`);
  await mkdir(dirname(removed), { recursive: true });
  try {
    await rename(path, removed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new RepoNotFoundError(name, path);
    throw error;
  }
  if (!options.purge) return removed;
  await rm(removed, { recursive: true, force: true });
  return null;
}

/** `20261122T144250123Z`: sorts by time and is a safe file name. */
const stamp = (atMs: number): string => new Date(atMs).toISOString().replaceAll(/[-:.]/g, '');
