import { RedactionError } from '../../store/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { operatorActor, operatorName } from '../operator.js';
import { askServer } from '../server-client.js';
import { withStore } from '../write-store.js';
import { parseSeq } from './parse-seq.js';
import { redactLog } from './redact-log.js';

export interface RedactOptions {
  readonly reason: string;
  readonly run?: string;
  readonly job?: string;
  readonly sh?: string;
  readonly lines?: string;
}

/**
 * `quire events redact`: the text of events by their numbers, or lines of a log by run, job, command and line as
 * the log viewer numbers them. Asks the server; without one, in this process.
 */
export const redact = (
  context: CliContext,
  seqs: readonly string[],
  { reason, run, job, sh, lines }: RedactOptions,
): Promise<ExitCode> => {
  if (reason.length === 0 || reason.length > 1000) {
    throw new CliError('usage', `--reason expects 1 to 1000 characters, found ${reason.length}`);
  }
  const isLog = [run, job, sh, lines].some((option) => option !== undefined);
  if (isLog === seqs.length > 0) {
    throw new CliError(
      'usage',
      'expected either the numbers of events, or --run RUN --job JOB --lines FROM-TO for lines of a log',
    );
  }
  if (!isLog) return redactEvents(context, seqs, reason);
  if (run === undefined || job === undefined || lines === undefined) {
    throw new CliError('usage', 'lines of a log are named by --run RUN --job JOB [--sh N] --lines FROM[-TO]');
  }
  return redactLog(context, { run, job, sh, lines }, reason);
};

const redactEvents = async (
  { root, json, output }: CliContext,
  seqs: readonly string[],
  reason: string,
): Promise<ExitCode> => {
  const wanted = [...new Set(seqs.map((seq) => parseSeq('redact', seq)))];
  // Zero is a number that no event has, and none that a server takes.
  const none = wanted.find((seq) => seq === 0);
  if (none !== undefined) throw new RedactionError(none, 'there is no such event');
  const by = operatorName();
  const events =
    (await askServer(root, 'POST', '/api/redactions', { seqs: wanted, reason, by })) ??
    (await withStore(root, async (store) => {
      // What stops a rebuild at the start does not stop this.
      await store.caughtUp.catch(() => undefined);
      return store.redact(wanted, reason, { actor: operatorActor(by) });
    }));
  if (json) await output.document(events);
  else {
    const what = wanted.length === 1 ? `event ${wanted[0]}` : `${wanted.length} events`;
    await output.line(`destroyed the text of ${what}`);
    output.note('backups and exports made before still hold it');
  }
  return exitCode.ok;
};
