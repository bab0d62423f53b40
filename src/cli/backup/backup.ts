import { resolve } from 'node:path';
import type { CliContext } from '../context.js';
import { counted } from '../counted.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { withReader } from '../read-store.js';

/** `quire backup FILE`: logs and blobs are files of their own and are not in it. */
export const backup = ({ root, json, output }: CliContext, file: string): Promise<ExitCode> =>
  withReader(root, async (reader) => {
    const { events, head } = await reader.backup(resolve(file));
    await (json
      ? output.document({ file: resolve(file), events, head })
      : output.line(`copied ${counted(events, 'event')} to ${file}, checked; head ${head.seq} ${head.hash}`));
    return exitCode.ok;
  });
