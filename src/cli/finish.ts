import type { ExitCode } from './exit-code.js';

/** Ends a command with this code, once everything it has written is out. */
export const finish = (code: ExitCode): void => {
  process.exitCode = code;
};
