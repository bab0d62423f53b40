import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRunFile } from '../../history/index.js';
import { blobFolder, shLogPath } from '../../runner/run-folder.js';
import { CliError } from '../cli-error.js';
import { exitCode } from '../exit-code.js';
import { assertFile } from '../named-file.js';
import { writeExcerpt } from './excerpt.js';

/** What can be done with an opened run, and the command that does it with any run. */
const views: Readonly<Record<string, (runId: string) => string[]>> = {
  show: (runId) => ['run', 'show', runId],
  history: (runId) => ['run', 'history', runId],
  explain: (runId) => ['run', 'explain', runId],
  logs: (runId) => ['run', 'logs', runId],
  replay: (runId) => ['replay', runId],
};

export const viewNames = Object.keys(views);

/**
 * `quire run open FILE [VIEW] …`: unpacks the export of a run into a temporary root and calls the command of that name
 * on it, with all its arguments and options; the root is gone afterwards.
 *
 * @param call runs one command line, as the program itself was called.
 */
export const openRun = async (
  path: string,
  [view = 'show', ...rest]: readonly string[],
  json: boolean,
  call: (argv: readonly string[]) => Promise<void>,
): Promise<void> => {
  const command = views[view];
  if (command === undefined) {
    throw new CliError(
      'usage',
      `expected one of ${viewNames.join(', ')} behind the file, found ${JSON.stringify(view)}`,
    );
  }
  assertFile(path);
  const root = await mkdtemp(join(tmpdir(), 'quire-open-'));
  const remove = () => rmSync(root, { recursive: true, force: true });
  const onSignal = () => {
    remove();
    process.exit(exitCode.interrupted);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  process.once('exit', remove);
  for (const name of signals) process.once(name, onSignal);
  try {
    const { header, extras, neighbours } = await openRunFile({
      path,
      root,
      logPath: (runId, jobId, n) => shLogPath(root, runId, jobId, n),
      blobPath: (sha256) => join(blobFolder(root), sha256),
    });
    writeExcerpt(root, { extras, neighbours: [...neighbours] });
    await call(['--root', root, ...(json ? ['--json'] : []), ...command(header.runId), ...rest]);
  } finally {
    for (const name of signals) process.off(name, onSignal);
    process.off('exit', remove);
    remove();
  }
};
