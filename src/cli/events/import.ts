import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { importHistory, RebuildError } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { counted } from '../counted.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { assertFile } from '../named-file.js';

/** `quire events import FILE`: all of it or nothing. */
export const importEvents = async ({ root, json, output }: CliContext, file: string): Promise<ExitCode> => {
  if (file !== '-') assertFile(file);
  const input = file === '-' ? process.stdin : createReadStream(file);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const failed = new Promise<never>((_, reject) => {
    input.once('error', reject);
  });
  const { seq, hash } = await Promise.race([importHistory(root, lines), failed]).catch((error: unknown) => {
    if (error instanceof RebuildError && !json)
      output.note('the events are imported, and their rows are not folded yet:');
    throw error;
  });
  await (json
    ? output.document({ seq, hash })
    : output.line(`imported ${counted(seq, 'event')}, head ${seq} ${hash}`));
  return exitCode.ok;
};
