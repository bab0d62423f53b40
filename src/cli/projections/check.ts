import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { withReader } from '../read-store.js';
import { differenceLines } from './difference-lines.js';

/** `quire projections check`: exit 1 when a row is not what the events say. */
export const checkProjections = (context: CliContext): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const differences = reader.check();
    const { output } = context;
    if (context.json) await output.document({ ok: differences.length === 0, differences });
    else if (differences.length === 0) await output.line('every row is what the events say');
    else {
      for (const line of differenceLines(differences)) await output.line(line);
      output.note('fold them again with: quire projections rebuild');
    }
    return differences.length === 0 ? exitCode.ok : exitCode.no;
  });
