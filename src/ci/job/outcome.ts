import type { Location } from '../../events/field.js';
import type { Outputs } from './outputs.js';
import { ShResult } from './sh-result.js';

/** How a run-fn came to its end. */
export type Ended =
  | { readonly kind: 'returned'; readonly outputs: Outputs }
  | {
      readonly kind: 'raised';
      readonly message: string;
      readonly location: Location | null;
      /** The exit code of the command the error is about, when it is about one. */
      readonly exitCode: number | null;
    };

export interface Failure {
  readonly exitCode: number | null;
  readonly message: string;
  readonly location: Location | null;
}

export type Outcome =
  | { readonly kind: 'succeeded'; readonly outputs: Outputs }
  | ({ readonly kind: 'failed' } & Failure)
  | { readonly kind: 'skipped' };

/**
 * What an attempt amounts to.
 *
 * @param started whether the job did anything beyond its code.
 * @param unread the failed command that nobody looked at, if there is one.
 */
export const decideOutcome = (ended: Ended, started: boolean, unread: ShResult | undefined): Outcome => {
  if (ended.kind === 'raised') {
    const { exitCode, message, location } = ended;
    return { kind: 'failed', exitCode, message, location };
  }
  const { outputs } = ended;
  if (unread !== undefined) return { kind: 'failed', ...failureOf(unread) };
  if (outputs === null) return started ? { kind: 'succeeded', outputs } : { kind: 'skipped' };
  const exitCode = exitOf(outputs);
  if (exitCode === 0) return { kind: 'succeeded', outputs };
  if (outputs instanceof ShResult) return { kind: 'failed', ...failureOf(outputs) };
  const message = `the job returned a table with :exit ${exitCode}`;
  return { kind: 'failed', exitCode: Number.isInteger(exitCode) ? exitCode : null, message, location: null };
};

/** The failure of a command as the failure of its job. */
export const failureOf = (result: ShResult): Failure => ({
  exitCode: result.fields.exit,
  message: result.describeFailure(),
  location: result.fields.location,
});

/** The exit code that a returned table claims; 0 when it claims none. */
const exitOf = (outputs: Outputs): number => {
  if (outputs instanceof ShResult) return outputs.fields.allowFailure ? 0 : outputs.fields.exit;
  if (!(outputs instanceof Map)) return 0;
  const exit: unknown = outputs.get('exit');
  return typeof exit === 'number' ? exit : 0;
};
