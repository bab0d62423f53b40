/**
 * The exit codes of `quire`, all of them. A script may rely on the difference between "no" (1), "you asked for
 * something that makes no sense" (2) and "it could not be done now" (3).
 */
export const exitCode = {
  /** Done; a run that was waited for has succeeded. */
  ok: 0,
  /** The answer is no: a run did not succeed, a check found a difference, a request was refused. */
  no: 1,
  /** Wrong usage: unknown option, name or id, or a pipeline that is broken. */
  usage: 2,
  /** It could not be done: no database, no server, a locked root, a file or process that failed. */
  unavailable: 3,
  /** A fault in quire itself; the stack is printed. */
  fault: 4,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** What each code means, for the help text and docs/CLI.md. */
export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [exitCode.ok, 'done; a run that was waited for has succeeded'],
  [exitCode.no, 'the answer is no: a run did not succeed, a check found a difference, a request was refused'],
  [exitCode.usage, 'wrong usage: an unknown option, name or id, or a broken pipeline'],
  [
    exitCode.unavailable,
    'could not be done: no database, no server, a locked root, a failed file or process',
  ],
  [exitCode.fault, 'a fault in quire itself'],
  [exitCode.interrupted, 'ended by Ctrl-C'],
];
