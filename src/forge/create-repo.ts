import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runGit } from './git.js';
import { installHook } from './install-hook.js';
import { repoDir } from './repo-name.js';

/** A repository of that name is already there. */
export class RepoExistsError extends Error {
  readonly code = 'repo-exists';
  constructor(
    readonly repo: string,
    readonly path: string,
  ) {
    super(`repository ${repo} already exists at ${path}; choose another name or remove it first`);
    this.name = 'RepoExistsError';
  }
}

/**
 * Makes the bare repository `name` under the data root, with the initial branch `main` and `hook` as its
 * post-receive hook, and returns its folder. It is prepared under a temporary name and renamed, so that nobody
 * ever sees or pushes to half a repository.
 * Throws InvalidRepoNameError, {@link RepoExistsError}, GitError.
 */
export async function createRepo(
  root: string,
  name: string,
  options: { readonly hook: string },
): Promise<string> {
  const path = repoDir(root, name);
  if (await exists(path)) throw new RepoExistsError(name, path);
  const temporary = join(root, 'repos', `.new-${randomBytes(6).toString('hex')}`);
  await mkdir(dirname(path), { recursive: true });
  try {
    await runGit(['init', '--quiet', '--bare', '--initial-branch=main', '--template=', '--', temporary]);
    // A pusher's own core.hooksPath would otherwise win, and the push would silently start nothing.
    await runGit(['config', 'core.hooksPath', 'hooks'], { gitDir: temporary });
    await installHook(temporary, options.hook);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (isOccupied(error)) throw new RepoExistsError(name, path);
    throw error;
  }
  return path;
}

const exists = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

/** Somebody else made the same repository between the check and the rename. */
const isOccupied = (error: unknown): boolean =>
  ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
