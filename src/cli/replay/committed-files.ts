import { catFile } from '../../forge/cat-file.js';
import { GitError, runGit } from '../../forge/index.js';
import type { ReadFile } from '../../history/index.js';

/** More of a pipeline than this is none. */
const maxFiles = 1000;
const maxBytes = 32 * 1024 * 1024;

/**
 * The files below `.quire` of a commit; undefined when the repository does not have the commit (any more). Throws
 * GitError for anything else that git has to complain about.
 */
export const committedFiles = async (gitDir: string, sha: string): Promise<ReadFile | undefined> => {
  const files = await committedTree(gitDir, sha);
  return files === undefined ? undefined : (path) => files.get(path);
};

/** As {@link committedFiles}, by their paths. */
export const committedTree = async (
  gitDir: string,
  sha: string,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> => {
  try {
    const listing = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', '--end-of-options', sha];
    const { stdout } = await runGit([...listing, '.quire/'], { gitDir });
    const paths = stdout
      .toString()
      .split('\0')
      .filter((path) => /\.fnlm?$/.test(path) && !path.includes('\n'))
      .slice(0, maxFiles);
    const objects = await catFile(
      gitDir,
      paths.map((path) => `${sha}:${path}`),
      { contents: true, maxBytes },
    );
    return new Map(
      paths.flatMap((path, i) => {
        const object = objects[i];
        return object?.type === 'blob' && object.content !== null ? [[path, object.content] as const] : [];
      }),
    );
  } catch (error) {
    if (error instanceof GitError && error.code === 'git-failed') return undefined;
    throw error;
  }
};
