import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What the folders of a data root take on its disk, in bytes; zero for one that is not there yet. */
export interface FolderSizes {
  /** Logs, and the workspaces of runs under way. */
  readonly runsBytes: number;
  readonly blobsBytes: number;
  readonly reposBytes: number;
}

const folders = { runsBytes: 'runs', blobsBytes: 'blobs', reposBytes: 'repos' } as const;

/**
 * Starts to measure. `du` walks the folders, in a process of the lowest priority: there may be millions of files.
 * The process is there for its owner to end; `sizes` rejects when it ends without having told them all.
 */
export const measureFolders = (root: string): { process: ChildProcess; sizes: Promise<FolderSizes> } => {
  const paths = Object.values(folders)
    .map((name) => join(root, name))
    .filter((path) => existsSync(path));
  // Without a folder `du` would measure where it was started.
  const command = paths.length === 0 ? ['true'] : ['du', '-s', '-k', '--', ...paths];
  const process = spawn('nice', ['-n', '19', ...command], { stdio: ['ignore', 'pipe', 'ignore'] });
  return { process, sizes: readSizes(root, paths, process) };
};

/** What vanishes while it is walked makes `du` end with 1, and its sizes are right nevertheless. */
const readSizes = async (
  root: string,
  paths: readonly string[],
  process: ChildProcess,
): Promise<FolderSizes> => {
  const [output, [code, signal]] = await Promise.all([text(process.stdout!), once(process, 'close')]);
  const kilobytes = new Map(
    [...output.matchAll(/^(\d+)\t(.+)$/gm)].map(([, size, path]) => [path, Number(size)]),
  );
  const missing = paths.find((path) => !kilobytes.has(path));
  if (missing !== undefined)
    throw new Error(`du ended with ${signal ?? `code ${code}`} and told no size of ${missing}`);
  const bytesOf = (name: keyof FolderSizes) => 1024 * (kilobytes.get(join(root, folders[name])) ?? 0);
  return {
    runsBytes: bytesOf('runsBytes'),
    blobsBytes: bytesOf('blobsBytes'),
    reposBytes: bytesOf('reposBytes'),
  };
};
