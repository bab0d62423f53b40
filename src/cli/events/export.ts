import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeWholeFile } from '../../history/index.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { assertNewFile } from '../named-file.js';
import { withReader } from '../read-store.js';
import { parseSeq } from './parse-seq.js';

/** `quire events export`: the whole history as NDJSON; its lines are the same with and without --json. */
export const exportEvents = (
  { root, output }: CliContext,
  options: { readonly after?: string; readonly output?: string },
): Promise<ExitCode> =>
  withReader(root, async (reader) => {
    const lines = reader.exportLines(options.after === undefined ? 0 : parseSeq('--after', options.after));
    if (options.output === undefined) {
      for (const line of lines) await output.line(line);
      return exitCode.ok;
    }
    assertNewFile(options.output);
    await writeWholeFile(options.output, (temporary) =>
      pipeline(Readable.from(withEnds(lines)), createWriteStream(temporary, { flush: true })),
    );
    return exitCode.ok;
  });

function* withEnds(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}
