import { CliError } from '../cli-error.js';
import { askUserGit } from '../user-git.js';
import type { Checkout } from './checkout.js';
import { commitWorkingTree, type LocalCommit, parentOf } from './commit-working-tree.js';

/** The commit to run: that of `rev`, or one of the working tree as it is. Throws CliError `usage`. */
export const chooseCommit = async (
  checkout: Checkout,
  gitDir: string,
  by: string,
  rev: string | undefined,
): Promise<LocalCommit> => {
  if (rev === undefined) return commitWorkingTree(checkout, gitDir, by);
  const sha = await commitOf(checkout, rev);
  return { sha, ref: await refOf(checkout, rev), previousSha: await parentOf(gitDir, sha), made: false };
};

const commitOf = async ({ top }: Checkout, rev: string): Promise<string> => {
  try {
    return await askUserGit(top, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`]);
  } catch {
    throw new CliError('usage', `--rev expects a commit of ${top}, found ${JSON.stringify(rev)}`);
  }
};

/** A run has a ref: that which `rev` names, else the branch that is checked out. */
const refOf = async ({ top, branch }: Checkout, rev: string): Promise<string> => {
  const name = await askUserGit(top, ['rev-parse', '--symbolic-full-name', '--end-of-options', rev]);
  const ref = name.split('\n').find((line) => /^refs\/(heads|tags)\//.test(line));
  return ref ?? branch ?? 'refs/heads/detached';
};
