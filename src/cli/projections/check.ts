import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { withReader } from '../read-store.js';
import { differenceLines } from './difference-lines.js';

/**
 * `quire projections check`, beside a running server or without one: exit 1 when a row is not what the events say.
 */
export const checkProjections = (
  context: CliContext,
  { skipUnknown }: { readonly skipUnknown?: boolean },
): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const differences = reader.check({ skipUnknown: skipUnknown === true });
    const outdated = reader.projectionStatus().filter(({ state }) => state === 'outdated');
    const skipped = outdated.map(({ name }) => name);
    const { output } = context;
    if (context.json) await output.document({ ok: differences.length === 0, differences, skipped });
    else if (differences.length === 0) await output.line('every row is what the events say');
    else {
      for (const line of differenceLines(differences)) await output.line(line);
      output.note('fold them again with: quire projections rebuild');
    }
    if (!context.json && skipped.length > 0) {
      output.note(`left out, because they wait for their rebuild: ${skipped.join(', ')}`);
    }
    return differences.length === 0 ? exitCode.ok : exitCode.no;
  });
