/**
 * Why a git command gave no answer: it ended with an exit code, was not found, ran out of time, was called off,
 * or wrote more than it was allowed to.
 */
export type GitErrorCode =
  | 'git-failed'
  | 'git-missing'
  | 'git-timed-out'
  | 'git-aborted'
  | 'git-output-too-large';

/** A git command that failed. `exitCode` is null when it was ended from outside or never started. */
export class GitError extends Error {
  constructor(
    readonly code: GitErrorCode,
    readonly args: readonly string[],
    readonly exitCode: number | null,
    /** What git wrote to its standard error, cut at 64 KiB. */
    readonly stderr: string,
    reason: string,
  ) {
    const said = stderr.trim();
    super(`git ${args.join(' ')}: ${reason}${said === '' ? '' : `: ${said}`}`);
    this.name = 'GitError';
  }
}
