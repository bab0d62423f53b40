import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { logAnswer } from '../../events/run-protocol.js';
import type { ServerClient } from '../server/client.js';
import { BadAnswerError } from '../server/errors.js';
import { retry } from '../server/retry.js';

export interface LogUploadOptions {
  readonly client: ServerClient;
  readonly jobId: string;
  readonly n: number;
  /** The file that grows. */
  readonly path: string;
  readonly awayMs: number;
}

const chunkBytes = 1024 * 1024;
const pollMs = 200;

/** Sends a log that is being written to a server that cannot see it, by offset: a repetition is harmless. */
export class LogUpload {
  readonly #options: LogUploadOptions;
  #complete = false;

  constructor(options: LogUploadOptions) {
    this.#options = options;
  }

  /** The file has all its bytes. */
  finish(): void {
    this.#complete = true;
  }

  /** Resolves when the log is complete and the server has all of it. */
  async run(): Promise<void> {
    const file = await open(this.#options.path, 'r');
    try {
      for (let offset = 0; ; ) {
        const complete = this.#complete;
        const chunk = await readChunk(file, offset);
        if (chunk.length > 0) offset = await this.#send(chunk, offset);
        else if (complete) return;
        else await sleep(pollMs);
      }
    } finally {
      await file.close();
    }
  }

  async #send(chunk: Buffer, offset: number): Promise<number> {
    const { client, jobId, n, awayMs } = this.#options;
    const path = `/api/run/logs/${encodeURIComponent(jobId)}/${n}?offset=${offset}`;
    const request = { method: 'POST', path, body: chunk, contentType: 'application/octet-stream' } as const;
    const { size } = await retry(`POST ${path}`, awayMs, () => client.json(request, logAnswer));
    if (size !== offset + chunk.length) {
      throw new BadAnswerError(`POST ${path}`, `size ${size}, expected ${offset + chunk.length}`);
    }
    return size;
  }
}

const readChunk = async (file: FileHandle, offset: number): Promise<Buffer> => {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const { bytesRead } = await file.read(buffer, 0, chunkBytes, offset);
  return buffer.subarray(0, bytesRead);
};
