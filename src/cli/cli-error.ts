/** What a command finds wrong itself, beside the typed errors of the other rooms. */
export type CliErrorCode =
  | 'usage'
  | 'no-database'
  | 'unknown-run'
  | 'ambiguous-run'
  | 'unknown-job'
  | 'unknown-command-number'
  | 'log-missing'
  | 'server-away'
  | 'server-fault'
  | 'no-pipeline'
  | 'not-a-checkout'
  | 'demo-failed';

/** An error with its words; src/cli/failure.ts gives it its exit code. */
export class CliError extends Error {
  constructor(
    readonly code: CliErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'CliError';
  }
}
