import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRow } from '../../../projections/index.js';
import { repoDir } from '../../forge/index.js';
import { runsInTheWay, writeRunFile } from '../../history/index.js';
import { blobFolder, shLogPath } from '../../runner/run-folder.js';
import type { StoreReader } from '../../store/index.js';
import { formatBytes } from '../byte-size.js';
import type { CliContext } from '../context.js';
import { counted } from '../counted.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { assertNewFile } from '../named-file.js';
import { ownCommand } from '../own-command.js';
import { withReader } from '../read-store.js';
import { committedTree } from '../replay/committed-files.js';
import { runFilesOf } from '../replay/run-files.js';
import { version } from '../version.js';

/** `quire run export RUN -o FILE`: everything about one run in one file, to be opened on any machine. */
export const exportRun = (
  context: CliContext,
  reference: string,
  { output: path }: { readonly output: string },
): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const { root, output, json } = context;
    const run = findRun(reader, reference);
    assertNewFile(path);
    const written = await writeRunFile({
      reader,
      runId: run.id,
      pushId: run.pushId,
      path,
      quire: version(),
      nowMs: context.now(),
      neighbours: neighboursOf(reader, run),
      sources: await sourcesOf(root, run),
      given: await givenOf(root, reader, run),
      logPath: (jobId, n) => shLogPath(root, run.id, jobId, n),
      blobPath: (sha256) => join(blobFolder(root), sha256),
    });
    if (json) {
      await output.document({ runId: run.id, path, ...written });
      return exitCode.ok;
    }
    const { events, logs, blobs, bytes } = written;
    await output.line(
      `run ${run.id}: ${counted(events, 'event')}, ${counted(logs, 'log')}, ${counted(blobs, 'blob')}, ${formatBytes(bytes)} in ${path}`,
    );
    output.note(`look into it anywhere: ${ownCommand()} run open ${path}`);
    return exitCode.ok;
  });

const neighboursOf = (reader: StoreReader, run: RunRow) =>
  runsInTheWay(reader, run, run.claimedAtMs ?? run.finishedAtMs ?? Number.MAX_SAFE_INTEGER).runs;

const sourcesOf = async (root: string, { repo, sha }: RunRow): Promise<ReadonlyMap<string, Uint8Array>> => {
  const gitDir = repoDir(root, repo);
  return (existsSync(gitDir) ? await committedTree(gitDir, sha) : undefined) ?? new Map();
};

/** A pipeline that was registered has it among its blobs. */
const givenOf = async (root: string, reader: StoreReader, run: RunRow) =>
  run.sourceSha256 === null
    ? ((await runFilesOf(root, reader).given({ runId: run.id, repo: run.repo })) ?? null)
    : null;
