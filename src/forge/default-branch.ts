import { runGit } from './git.js';
import { GitError } from './git-error.js';

/**
 * The branch that HEAD names (`main`), whether or not it has a commit yet; null when HEAD names a commit.
 * Throws GitError.
 */
export async function defaultBranch(gitDir: string): Promise<string | null> {
  try {
    const { stdout } = await runGit(['symbolic-ref', '--quiet', 'HEAD'], { gitDir });
    return stdout
      .toString()
      .trim()
      .replace(/^refs\/heads\//, '');
  } catch (error) {
    if (error instanceof GitError && error.exitCode === 1) return null;
    throw error;
  }
}
