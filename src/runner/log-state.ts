import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { ShRow } from '../../projections/index.js';
import type { LogState } from '../lifecycle/index.js';
import { shLogPath } from './run-folder.js';

/** What is on disk of the log of a command that was cut off: its size and digest. */
export const logStateOf =
  (root: string) =>
  ({ runId, jobId, n }: ShRow): LogState => {
    let file: number;
    try {
      file = openSync(shLogPath(root, runId, jobId, n), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { logBytes: 0, logSha256: null };
      throw error;
    }
    try {
      return digest(file);
    } finally {
      closeSync(file);
    }
  };

const digest = (file: number): LogState => {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(1 << 20);
  let logBytes = 0;
  for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
    hash.update(chunk.subarray(0, read));
    logBytes += read;
  }
  return { logBytes, logSha256: hash.digest('hex') };
};
