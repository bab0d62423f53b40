import { type GitOptions, runGit } from './git.js';

/** One object as git found it; `content` is null unless it was asked for. */
export interface FoundObject {
  readonly id: string;
  readonly type: string;
  readonly size: number;
  readonly content: Buffer | null;
}

/**
 * Looks up many objects in one git process; null for each that is not there. A name is anything git resolves
 * (`<sha>^{commit}`, `<sha>:<path>`) without a newline. Symbolic links inside a tree are followed as long as they
 * stay in it. Throws GitError.
 */
export async function catFile(
  gitDir: string,
  names: readonly string[],
  options: Omit<GitOptions, 'gitDir' | 'input'> & { readonly contents?: boolean } = {},
): Promise<(FoundObject | null)[]> {
  if (names.length === 0) return [];
  const { contents = false, ...limits } = options;
  const batch = contents ? '--batch' : '--batch-check';
  const { stdout } = await runGit(['cat-file', batch, '--follow-symlinks'], {
    ...limits,
    gitDir,
    input: `${names.join('\n')}\n`,
  });
  return parseAnswers(stdout, names.length, contents);
}

function parseAnswers(output: Buffer, count: number, contents: boolean): (FoundObject | null)[] {
  const found: (FoundObject | null)[] = [];
  let at = 0;
  while (found.length < count) {
    const headEnd = output.indexOf('\n', at);
    if (headEnd === -1) throw new Error(`git cat-file answered ${found.length} of ${count} questions`);
    const head = output.toString('utf8', at, headEnd);
    at = headEnd + 1;
    const object = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(head);
    // A link that leads nowhere is told in two lines: its kind with a byte count, then that many bytes.
    const deadLink = /^(?:symlink|dangling|loop|notdir) (\d+)$/.exec(head);
    const bodySize = object && contents ? Number(object[3]) : deadLink ? Number(deadLink[1]) : null;
    const content = object && contents ? output.subarray(at, at + bodySize!) : null;
    if (bodySize !== null) at += bodySize + 1;
    found.push(object && { id: object[1]!, type: object[2]!, size: Number(object[3]), content });
  }
  return found;
}
