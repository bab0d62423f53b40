import { damagedRemedy, isDamage } from '../store/database/damaged.js';
import { type ExitCode, exitCode } from './exit-code.js';
import { ServerRefusal } from './server-client.js';

/** An error as the command line shows it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Turns any error into words and an exit code: the one place that does. */
export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return fault(String(error));
  const code = codeOf(error);
  const known = code === undefined ? undefined : exitCodes[code];
  if (code !== undefined && known !== undefined) return { code, message: error.message, exitCode: known };
  if (error instanceof ServerRefusal) {
    return {
      code: error.code,
      message: error.message,
      exitCode: error.status < 500 ? exitCode.no : exitCode.unavailable,
    };
  }
  if (isDamage(error)) {
    const message = `the database file is damaged (SQLite: ${error.message}); keep a copy of it, then: ${damagedRemedy}`;
    return { code: 'database-damaged', message, exitCode: exitCode.unavailable };
  }
  if (code !== undefined && (isTyped(code) || isSystemError(error) || code.startsWith('SQLITE_'))) {
    return { code, message: error.message, exitCode: exitCode.unavailable };
  }
  return fault(error.stack ?? error.message);
};

/** The typed errors that mean "no" or wrong usage, whichever room they come from. Others could not be done. */
const exitCodes: Readonly<Record<string, ExitCode>> = {
  'demo-failed': exitCode.no,
  'illegal-transition': exitCode.no,
  'check-failed': exitCode.no,
  'import-failed': exitCode.no,
  'log-not-redactable': exitCode.no,
  'not-redactable': exitCode.no,
  'not-replayable': exitCode.no,
  'nothing-failed': exitCode.no,
  'rebuild-failed': exitCode.no,
  'repo-exists': exitCode.no,
  'repo-state': exitCode.no,
  'version-conflict': exitCode.no,

  'ambiguous-run': exitCode.usage,
  'bad-run-file': exitCode.usage,
  'invalid-config': exitCode.usage,
  'invalid-object-id': exitCode.usage,
  'invalid-repo-name': exitCode.usage,
  'no-pipeline': exitCode.usage,
  'not-a-checkout': exitCode.usage,
  'repo-not-found': exitCode.usage,
  'unknown-command-number': exitCode.usage,
  'unknown-job': exitCode.usage,
  'unknown-log': exitCode.usage,
  'unknown-moment': exitCode.usage,
  'unknown-projection': exitCode.usage,
  'unknown-run': exitCode.usage,
  usage: exitCode.usage,
};

const codeOf = (error: Error): string | undefined => {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
};

/** The codes of this house are words with hyphens; those of Node's own errors are not. */
const isTyped = (code: string): boolean => /^[a-z]+(-[a-z]+)+$/.test(code);

const isSystemError = (error: Error): boolean => 'errno' in error && 'syscall' in error;

const fault = (stack: string): Failure => ({
  code: 'fault',
  message: `this is a fault in quire: ${stack}`,
  exitCode: exitCode.fault,
});
