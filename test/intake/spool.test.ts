import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { timeSortedId } from '../../src/events/index.js';
import { createSpool, type Receiver, type SpoolOutcome, spoolFolder } from '../../src/intake/index.js';
import { temporaryRoot } from '../store/temporary-store.js';

const messageOf = (id: string) =>
  JSON.stringify({
    id,
    repo: 'app',
    pushedAtMs: 1,
    pusher: 'ada',
    refs: [{ ref: 'refs/heads/main', oldSha: '0'.repeat(40), newSha: 'a'.repeat(40) }],
  });

/** A spool, and what it reports, one after the other. */
const spoolWith = (receive: Receiver['receive']) => {
  const root = temporaryRoot();
  const folder = spoolFolder(root);
  mkdirSync(folder);
  const outcomes: SpoolOutcome[] = [];
  let heard = () => {};
  const report = (outcome: SpoolOutcome) => {
    outcomes.push(outcome);
    heard();
  };
  const spool = createSpool({ root, receiver: { receive }, report, maxBytes: 10_000, settleMs: 5 });
  onTestFinished(() => spool.close());
  const reported = async (count: number): Promise<readonly SpoolOutcome[]> => {
    while (outcomes.length < count) {
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
    return outcomes;
  };
  const put = (id: string): string => {
    const path = join(folder, `${id}.json`);
    writeFileSync(path, messageOf(id));
    return path;
  };
  return { spool, put, reported };
};

describe('a watched spool', () => {
  it('takes in a push that came between the drain at start and the watch', async () => {
    const { spool, put, reported } = spoolWith(async () => []);
    await spool.drain();
    const path = put(timeSortedId(1));
    spool.watch();
    expect((await reported(1)).map(({ problem }) => problem)).toEqual([undefined]);
    expect(existsSync(path)).toBe(false);
  });

  it('tries a push again that could not be taken in for a passing reason, without another one coming', async () => {
    let tries = 0;
    const { spool, put, reported } = spoolWith(async () => {
      tries += 1;
      if (tries < 3) throw Object.assign(new Error('git was ended'), { code: 'git-failed' });
      return [];
    });
    spool.watch();
    const path = put(timeSortedId(1));
    const outcomes = await reported(3);
    expect(outcomes.map(({ problem }) => problem?.message)).toEqual([
      'git was ended',
      'git was ended',
      undefined,
    ]);
    expect(existsSync(path)).toBe(false);
  });
});
