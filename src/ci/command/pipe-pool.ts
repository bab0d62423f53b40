import { execFile } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { memoryFolder } from './memory-folder.js';

/** Both ends of a pipe, as file descriptors that no child inherits by itself. */
export interface PipeEnds {
  readonly readFd: number;
  readonly writeFd: number;
}

/** Two pipes a command, so one refill serves 32 commands. */
const batch = 64;

/**
 * Real pipes, made in advance.
 *
 * Node connects a child by sockets, and then `echo x > /dev/stderr` or `cat /dev/stdin`, quite usual in
 * scripts, fail with ENXIO. Node has no call for a pipe, but named pipes that lose their names as soon as
 * both ends are open are the same thing. `mkfifo` runs once for 64 of them, ahead of need.
 */
export class PipePool {
  readonly #ready: PipeEnds[] = [];
  #filling: Promise<void> | undefined;

  /** Resolves when pipes are ready. Rejects when `mkfifo` is missing or the folder for temporary files is full. */
  async fill(): Promise<void> {
    if (this.#ready.length >= batch / 2) return;
    this.#filling ??= this.#refill().finally(() => {
      this.#filling = undefined;
    });
    await this.#filling;
  }

  /** A pipe of one's own; whoever takes it closes both ends. */
  async take(): Promise<PipeEnds> {
    while (this.#ready.length === 0) await this.fill();
    const pipe = this.#ready.pop() as PipeEnds;
    if (this.#ready.length < batch / 8) this.fill().catch(() => undefined);
    return pipe;
  }

  /** Closes the pipes that nobody took, also those under way. */
  async close(): Promise<void> {
    await this.#filling?.catch(() => undefined);
    for (const { readFd, writeFd } of this.#ready.splice(0)) {
      closeSync(readFd);
      closeSync(writeFd);
    }
  }

  async #refill(): Promise<void> {
    const folder = mkdtempSync(join(memoryFolder(), 'quire-pipes-'));
    try {
      const paths = Array.from({ length: batch }, (_, i) => join(folder, String(i)));
      await promisify(execFile)('mkfifo', ['-m', '600', '--', ...paths]);
      for (const path of paths) this.#ready.push(openBothEnds(path));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

/** The read end first and without waiting, so that the write end finds a reader. */
const openBothEnds = (path: string): PipeEnds => {
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeFd = openSync(path, constants.O_WRONLY);
  unlinkSync(path);
  return { readFd, writeFd };
};
