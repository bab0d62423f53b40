import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { and, eq } from 'drizzle-orm';
import type { Request } from 'express';
import { type RunRow, sh } from '../../projections/index.js';
import { type BootstrapSettings, shLogPath } from '../runner/index.js';
import { RequestError } from './error-answer.js';

/** The bytes do not continue what is stored. `size` is where to go on. */
class LogGapError extends Error {
  readonly code = 'log-gap';
  constructor(
    readonly offset: number,
    readonly size: number,
  ) {
    super(`expected bytes from offset ${size} on, found offset ${offset}`);
  }
}

/**
 * Appends the body to the log of a command at `?offset=`; bytes that are stored already are passed over. Returns
 * how many bytes the log has. Throws RequestError, {@link LogGapError}.
 */
export const appendLog = async (
  { root, store, limits }: BootstrapSettings,
  run: RunRow,
  request: Request,
): Promise<number> => {
  const { job = '', n = '' } = request.params as { job?: string; n?: string };
  const offset = Number(request.query.offset);
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) throw new RequestError('malformed-request', 'expected bytes, found no body');
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new RequestError(
      'malformed-request',
      `expected ?offset=<bytes>, found ${String(request.query.offset)}`,
    );
  }
  const row = store.read
    .select()
    .from(sh)
    .where(and(eq(sh.runId, run.id), eq(sh.jobId, job), eq(sh.n, Number(n))))
    .get();
  if (row === undefined)
    throw new RequestError('unknown-log', `run ${run.id} has no command ${n} of job ${job}`);
  if (offset + body.length > limits.logBytes * 2) {
    throw new RequestError('too-large', `the log has reached its limit of ${limits.logBytes} bytes`);
  }
  return writeAt(shLogPath(root, run.id, job, row.n), offset, body);
};

const writeAt = async (path: string, offset: number, body: Buffer): Promise<number> => {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a');
  try {
    const { size } = await file.stat();
    if (offset > size) throw new LogGapError(offset, size);
    const fresh = body.subarray(size - offset);
    await file.appendFile(fresh);
    return size + fresh.length;
  } finally {
    await file.close();
  }
};
