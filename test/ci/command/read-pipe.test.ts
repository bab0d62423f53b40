import { closeSync, writeSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { PipePool } from '../../../src/ci/command/pipe-pool.js';
import { PipeReader } from '../../../src/ci/command/read-pipe.js';

const pool = new PipePool();
afterAll(() => pool.close());

/** A pipe whose writer stays open, as a background process keeps it, with this much in it. */
const pipeHolding = async (bytes: number) => {
  const { readFd, writeFd } = await pool.take();
  writeSync(writeFd, Buffer.alloc(bytes, 'x'));
  return { readFd, writeFd };
};

describe('PipeReader', () => {
  it('reads what is in the pipe at a given moment, though a writer holds it open', async () => {
    const { readFd, writeFd } = await pipeHolding(60_000);
    let read = 0;
    const reader = new PipeReader(readFd, (chunk) => {
      read += chunk.length;
      return true;
    });
    await reader.readPresent();
    expect(read).toBe(60_000);
    reader.close();
    closeSync(writeFd);
  });

  it('waits for a reader that has to pause', async () => {
    const { readFd, writeFd } = await pipeHolding(60_000);
    let read = 0;
    const reader: PipeReader = new PipeReader(readFd, (chunk) => {
      read += chunk.length;
      writeSync(writeFd, 'y');
      setTimeout(() => reader.resume(), 50);
      return read > 60_000;
    });
    await reader.readPresent();
    expect(read).toBeGreaterThan(60_000);
    reader.close();
    closeSync(writeFd);
  });

  it('does not wait for a writer that never stops', async () => {
    const { readFd, writeFd } = await pipeHolding(1);
    let read = 0;
    const reader = new PipeReader(readFd, (chunk) => {
      read += chunk.length;
      writeSync(writeFd, chunk);
      writeSync(writeFd, 'z');
      return true;
    });
    await reader.readPresent();
    expect(read).toBeGreaterThanOrEqual(65_536);
    reader.discard();
    reader.close();
    closeSync(writeFd);
  });

  it('forgets what comes once it discards, and still drains it', async () => {
    const { readFd, writeFd } = await pipeHolding(10);
    let read = 0;
    const reader = new PipeReader(readFd, (chunk) => {
      read += chunk.length;
      return true;
    });
    await reader.readPresent();
    reader.discard();
    for (let i = 0; i < 4; i += 1) {
      writeSync(writeFd, Buffer.alloc(65_536));
      await reader.readPresent();
    }
    expect(read).toBe(10);
    closeSync(writeFd);
    await reader.closed;
  });
});
