import { type FileHandle, open } from 'node:fs/promises';
import { CriDecoder, type CriLine } from '../../logs/index.js';

const chunkBytes = 64 * 1024;

/** Reads the log of a command as it grows. */
export interface LogReader {
  /** The complete lines that have come since the last call, in bounded batches. */
  newLines(): AsyncGenerator<readonly CriLine[]>;
  close(): Promise<void>;
}

/** Opens a log; undefined when the file is not there (yet). Throws MalformedLogError while reading. */
export const openLog = async (path: string): Promise<LogReader | undefined> => {
  const file = await openExisting(path);
  if (file === undefined) return undefined;
  const decoder = new CriDecoder();
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let offset = 0;
  return {
    async *newLines() {
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, chunkBytes, offset);
        if (bytesRead === 0) return;
        offset += bytesRead;
        // The lines must not look into the buffer, which the next read fills anew.
        yield decoder.push(Buffer.from(buffer.subarray(0, bytesRead)));
      }
    },
    close: () => file.close(),
  };
};

/** The last lines of a log, from at most its last 256 KiB; none when there is no file. */
export const lastLogLines = async (path: string, count: number): Promise<readonly CriLine[]> => {
  const file = await openExisting(path);
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - 4 * chunkBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const read = buffer.subarray(0, bytesRead);
    const lineStart = start === 0 ? 0 : read.indexOf(10) + 1;
    return new CriDecoder(start + lineStart).push(read.subarray(lineStart)).slice(-count);
  } finally {
    await file.close();
  }
};

const openExisting = async (path: string): Promise<FileHandle | undefined> => {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
