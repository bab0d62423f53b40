import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { runGit } from '../../forge/index.js';
import type { Checkout } from './checkout.js';

/** The commit that a local run executes, and what it is compared with. */
export interface LocalCommit {
  readonly sha: string;
  readonly ref: string;
  /** All zeros when there is nothing to compare with. */
  readonly previousSha: string;
  /** Whether the working tree differs from HEAD, so that a commit was made for it. */
  readonly made: boolean;
}

/**
 * Makes a commit of the working tree as it is: tracked files and untracked ones that are not ignored. The index
 * and every new object lie in `gitDir`, a bare repository that borrows the checkout's objects; the checkout is
 * only read. A working tree that is just HEAD needs no new commit.
 */
export const commitWorkingTree = async (
  checkout: Checkout,
  gitDir: string,
  by: string,
): Promise<LocalCommit> => {
  const git = gitWith(gitDir, checkout.top);
  await borrowIndex(checkout, gitDir);
  await writeExcludes(checkout, gitDir);
  await git('add', '-A', '--', ':/', ...outside(gitDir, checkout.top));
  const tree = await git('write-tree');
  const ref = checkout.branch ?? 'refs/heads/detached';
  const { head } = checkout;
  if (head !== null && (await git('rev-parse', `${head}^{tree}`)) === tree) {
    return { sha: head, ref, previousSha: await parentOf(gitDir, head), made: false };
  }
  const identity = ['-c', `user.name=${by}`, '-c', `user.email=${by}@localhost`];
  const parent = head === null ? [] : ['-p', head];
  const message = `Working tree of ${basename(checkout.top)}`;
  const sha = await git(...identity, 'commit-tree', ...parent, '-m', message, tree);
  return { sha, ref, previousSha: head ?? zeros(sha), made: true };
};

/** The first parent of a commit; all zeros for a commit without parents. */
export const parentOf = async (gitDir: string, sha: string): Promise<string> => {
  const parents = await gitWith(gitDir)('rev-list', '--parents', '--max-count=1', '--end-of-options', sha);
  return parents.split(' ')[1] ?? zeros(sha);
};

const zeros = (sha: string): string => '0'.repeat(sha.length);

const gitWith =
  (gitDir: string, workTree?: string) =>
  async (...args: string[]): Promise<string> => {
    const place = workTree === undefined ? [] : [`--work-tree=${workTree}`];
    const { stdout } = await runGit([...place, ...args], { gitDir, timeoutMs: 600_000 });
    return stdout.toString().trim();
  };

/**
 * A copy of the checkout's index knows which files are tracked though ignored, and spares git from reading every
 * file that has not changed.
 */
const borrowIndex = async ({ indexFile }: Checkout, gitDir: string): Promise<void> => {
  await copyIfThere(indexFile, join(gitDir, 'index'));
  for (const name of await readdir(dirname(indexFile))) {
    if (name.startsWith('sharedindex.')) await copyFile(join(dirname(indexFile), name), join(gitDir, name));
  }
};

const writeExcludes = async ({ excludeFiles }: Checkout, gitDir: string): Promise<void> => {
  const texts = await Promise.all(excludeFiles.map(readIfThere));
  await mkdir(join(gitDir, 'info'), { recursive: true });
  await writeFile(join(gitDir, 'info/exclude'), texts.map((text) => `${text}\n`).join(''));
};

/** A data root inside the working tree is no part of it. */
const outside = (gitDir: string, top: string): string[] => {
  const root = dirname(dirname(gitDir));
  const path = relative(top, root);
  return path === '' || path.startsWith('..') ? [] : [`:(top,exclude,literal)${path}`];
};

const copyIfThere = async (from: string, to: string): Promise<void> => {
  try {
    await copyFile(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

const readIfThere = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
};
