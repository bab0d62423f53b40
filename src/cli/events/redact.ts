import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { operatorActor, operatorName } from '../operator.js';
import { withStore } from '../write-store.js';
import { parseSeq } from './parse-seq.js';

/** `quire events redact SEQ… --reason TEXT`, while no server runs on the root. */
export const redactEvents = (
  { root, json, output }: CliContext,
  seqs: readonly string[],
  reason: string,
): Promise<ExitCode> =>
  withStore(root, async (store) => {
    const wanted = seqs.map((seq) => parseSeq('redact', seq));
    await store.caughtUp;
    const events = store.redact(wanted, reason, { actor: operatorActor(operatorName()) });
    if (json) await output.document(events);
    else {
      await output.line(
        `destroyed the text of ${wanted.length === 1 ? `event ${wanted[0]}` : `${wanted.length} events`}`,
      );
      output.note('backups and exports made before still hold it');
    }
    return exitCode.ok;
  });
