import { constants, realpathSync } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { endMarkedProcesses } from '../command/marked-processes.js';
import type { PipePool } from '../command/pipe-pool.js';
import { type CommandRequest, RunningCommand } from '../command/running-command.js';
import { raiseLimit } from '../raise-limit.js';
import { readSource } from './read-source.js';
import { resolveExisting, resolveForWriting } from './workspace-path.js';
import type { Call, FileContent, StartedCommand, WorkspacePath, World } from './world.js';

/** The real world: the workspace on this disk, processes of this machine, its clock. */
export class HostWorld implements World {
  readonly workspace: string;
  readonly #runId: string;
  readonly #pipes: PipePool;

  /** Throws the system's error when there is no such workspace. */
  constructor({ workspace, runId }: { readonly workspace: string; readonly runId: string }, pipes: PipePool) {
    this.workspace = realpathSync(workspace);
    this.#runId = runId;
    this.#pipes = pipes;
  }

  readSource(path: string): Uint8Array | undefined {
    return readSource(this.workspace, path);
  }

  async findFolder(path: string): Promise<WorkspacePath | undefined> {
    const found = await resolveExisting(this.workspace, path);
    return found !== undefined && (await stat(found.real)).isDirectory() ? found : undefined;
  }

  async readFile(path: string, maxBytes: number): Promise<FileContent> {
    const found = await resolveExisting(this.workspace, path);
    if (found === undefined) return { shown: path, bytes: undefined };
    return { shown: found.shown, bytes: await readRegularFile(found, maxBytes) };
  }

  async writeFile(path: string, bytes: Buffer, _call: Call, begin: () => void): Promise<string> {
    const target = await resolveForWriting(this.workspace, path);
    begin();
    await replaceFile(target, bytes);
    return target.shown;
  }

  startCommand(request: CommandRequest): Promise<StartedCommand> {
    return RunningCommand.start(request, this.#pipes);
  }

  startClock(_jobId: string, timeoutMs: number, onTime: () => void): () => void {
    const timer = setTimeout(onTime, timeoutMs);
    return () => clearTimeout(timer);
  }

  endStrays(graceMs: number): Promise<void> {
    return endMarkedProcesses('QUIRE_RUN_ID', this.#runId, graceMs);
  }
}

/** Without waiting, should it be a named pipe, and without following a link that was put there meanwhile. */
const readFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
const writeFlags =
  constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK | constants.O_NOFOLLOW;

const readRegularFile = async ({ real, shown }: WorkspacePath, maxBytes: number): Promise<Buffer> => {
  const file = await open(real, readFlags);
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${JSON.stringify(shown)} is no regular file`);
    const bytes = await readUpTo(file, maxBytes + 1);
    if (bytes.length <= maxBytes) return bytes;
  } finally {
    await file.close();
  }
  throw new Error(
    `${JSON.stringify(shown)} has more than the limit of ${maxBytes} bytes that a pipeline may read; ` +
      `take what is needed from it with sh, or ${raiseLimit('capture')}`,
  );
};

const readUpTo = async (file: FileHandle, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let left = maxBytes;
  while (left > 0) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(left, 65_536)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return Buffer.concat(chunks);
};

const replaceFile = async ({ real, shown }: WorkspacePath, bytes: Buffer): Promise<void> => {
  await mkdir(dirname(real), { recursive: true });
  const file = await open(real, writeFlags, 0o666);
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${JSON.stringify(shown)} is no regular file`);
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
};
