import { catFile } from './cat-file.js';
import { runGit } from './git.js';
import { checkObjectId } from './object-id.js';

/** How many names are given at most. */
export const maxFilesChanged = 10_000;

export interface FilesChanged {
  /** Paths from the top of the tree, as git stores them (bytes that are not UTF-8 become U+FFFD). */
  readonly files: string[];
  /** False when there are more than {@link maxFilesChanged}. */
  readonly complete: boolean;
}

/**
 * The files that differ between two commits. Without a previous commit, or when it is no longer there (a new
 * branch, a history rewritten and collected), those that the commit itself changed against its first parent; for
 * a commit without parents, all of its tree. Throws GitError, InvalidObjectIdError.
 */
export async function filesChanged(
  gitDir: string,
  previousSha: string | null,
  sha: string,
  options: { signal?: AbortSignal } = {},
): Promise<FilesChanged> {
  const base = await baseOf(gitDir, previousSha, checkObjectId(sha), options.signal);
  const listing = ['-r', '-z', '--name-only'];
  const args = base
    ? ['diff-tree', ...listing, '--no-renames', '--no-ext-diff', '--end-of-options', base, sha]
    : ['ls-tree', ...listing, '--full-tree', '--end-of-options', sha];
  const { stdout, complete } = await runGit(args, {
    gitDir,
    signal: options.signal,
    maxBytes: 8 * 1024 * 1024,
    beyondMaxBytes: 'stop',
  });
  // The last piece is empty, or a path that was cut.
  const files = stdout.toString().split('\0').slice(0, -1);
  return { files: files.slice(0, maxFilesChanged), complete: complete && files.length <= maxFilesChanged };
}

async function baseOf(gitDir: string, previousSha: string | null, sha: string, signal?: AbortSignal) {
  const names = [
    `${sha}^{commit}^1`,
    ...(previousSha === null ? [] : [`${checkObjectId(previousSha)}^{commit}`]),
  ];
  const [parent, previous] = await catFile(gitDir, names, { signal });
  return (previous ?? parent)?.id;
}
