import { runGit } from './git.js';
import { checkObjectId } from './object-id.js';

/** One commit as people speak of it. Text that is not UTF-8 has U+FFFD in its place. */
export interface CommitInfo {
  /** The commit's own id, also when an annotated tag was asked for. */
  readonly sha: string;
  /** The first paragraph of the message in one line, white space collapsed, at most 500 characters. */
  readonly subject: string;
  /** The whole message, at most 65,536 characters. */
  readonly message: string;
  /** The author's name, or the address where the name is empty; at most 256 characters. */
  readonly author: string;
  readonly authoredAtMs: number;
}

const format = ['%H', '%at', '%an', '%ae', '%B'].join('%x00');
const maxMessage = 65_536;

/** Reads one commit. Throws GitError (no such commit: `git-failed`), InvalidObjectIdError. */
export async function commitInfo(
  gitDir: string,
  sha: string,
  options: { signal?: AbortSignal } = {},
): Promise<CommitInfo> {
  const args = ['log', '-1', '--no-patch', '--no-show-signature', '--no-color', '--no-notes'];
  const { stdout } = await runGit(
    [...args, '--encoding=UTF-8', `--format=${format}`, '--end-of-options', checkObjectId(sha), '--'],
    // Enough for the longest message in the widest encoding; beyond it the message is cut, not refused.
    { gitDir, signal: options.signal, maxBytes: maxMessage * 8, beyondMaxBytes: 'stop' },
  );
  const [id = '', seconds = '', name = '', address = '', body = ''] = stdout.toString().split('\0');
  const message = body
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd()
    .slice(0, maxMessage);
  return {
    sha: id,
    subject: subjectOf(message).slice(0, 500),
    message,
    author: (name || address).slice(0, 256),
    authoredAtMs: Number(seconds) * 1000,
  };
}

const subjectOf = (message: string): string =>
  message
    .split(/\n\s*\n/, 1)[0]!
    .replaceAll(/\s+/g, ' ')
    .trim();
