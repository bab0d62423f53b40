import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveScreen } from '../../src/cli/live-screen.js';
import { createOutput } from '../../src/cli/output.js';
import { hasEnded, type LoadedRun, loadRun } from '../../src/cli/run/load-run.js';
import { drawFrame } from '../../src/cli/run/watch-frame.js';
import { createStyle } from '../../src/cli/style.js';
import { textWidth } from '../../src/cli/text-width.js';
import { runStream } from '../../src/events/index.js';
import { emptyRoot, filledRoot, ids, queued, shStarted, start, startMs } from './filled-root.js';

const plain = createStyle(false);

const active = async (): Promise<LoadedRun> => {
  const filled = await emptyRoot();
  await filled.later(0, queued(ids.queued, 'c', 'refs/heads/main', 'Try'));
  await start(filled, ids.queued);
  await filled.later(
    10,
    { stream: runStream(ids.queued), type: 'job.started', data: { jobId: 'lint', deadlineAtMs: null } },
    shStarted(ids.queued, 'lint', 1, ['npm', 'run', 'lint it']),
  );
  const loaded = loadRun(filled.store, ids.queued);
  expect(hasEnded(loaded.run)).toBe(false);
  return loaded;
};

describe('the live view of a run', () => {
  it('has a line a job and a command, with state, duration and progress', async () => {
    const loaded = await active();
    const progress = new Map([['lint/1', { logBytes: 5000, lastLine: 'checking a.js' }]]);
    const frame = drawFrame({ loaded, progress, nowMs: startMs + 2100 }, { width: 100, height: 20 }, plain);
    expect(frame).toEqual([
      '● active  demo main ccccccc  01kzzzz00ccccccccc3y  2.0s  ░░░░░░░░░░ 0/3 jobs',
      '',
      '  lint    ● active               2.0s  0/1 commands',
      "    ● npm run 'lint it'  2.0s, 4.9 KiB of log  │ checking a.js",
      '  test    ○ queued                     waits for lint',
      '  deploy  ○ queued                     waits for test',
    ]);
  });

  it('shows how each job and command ended', async () => {
    const { store } = await filledRoot();
    const loaded = loadRun(store, ids.failed);
    const frame = drawFrame({ loaded, progress: new Map(), nowMs: 0 }, { width: 100, height: 20 }, plain);
    expect(frame).toEqual([
      '✗ failed  demo main bbbbbbb  01kzzzz00bbbbbbbbb2x  4.3s  ██████████ 3/3 jobs',
      '',
      '  lint    ✓ succeeded           902ms  1/1 commands',
      '    ✓ npm run lint  900ms, 20 B',
      '  test    ✗ failed               3.4s  npm test ended with exit code 1 and nobody looked at it',
      '    ✗ npm test  3.4s, exit 1, 20 B',
      '  deploy  – skipped                    its input test failed',
    ]);
  });

  it('keeps what runs and what failed where the terminal is low, and says how much is left out', async () => {
    const { store } = await filledRoot();
    const loaded = loadRun(store, ids.failed);
    const frame = drawFrame({ loaded, progress: new Map(), nowMs: 0 }, { width: 60, height: 4 }, plain);
    expect(frame.slice(2)).toEqual([
      '  test    ✗ failed               3.4s  npm test ended with …',
      '  … 4 more lines',
    ]);
  });

  it('is never wider or higher than the terminal', async () => {
    const { store } = await filledRoot();
    const runs = [await active(), loadRun(store, ids.failed), loadRun(store, ids.queued)];
    fc.assert(
      fc.property(
        fc.constantFrom(...runs),
        fc.integer({ min: 10, max: 120 }),
        fc.integer({ min: 3, max: 30 }),
        fc.boolean(),
        (loaded, width, height, colours) => {
          const state = { loaded, progress: new Map(), nowMs: startMs + 5000, note: 'no server' };
          const frame = drawFrame(state, { width, height }, createStyle(colours));
          expect(frame.length).toBeLessThanOrEqual(height);
          for (const line of frame) expect(textWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe('the live screen', () => {
  it('draws over what it drew before and gives the cursor back', async () => {
    let written = '';
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        written += String(chunk);
        done();
      },
    });
    const screen = createLiveScreen(createOutput(stdout, stdout, {}));
    await screen.draw(['one', 'two']);
    await screen.draw(['three']);
    screen.close();
    screen.close();
    expect(written).toBe(
      '\x1b[?25l\x1b[?7l\x1b[2Kone\n\x1b[2Ktwo\n\x1b[J\x1b[2A\r\x1b[2Kthree\n\x1b[J\x1b[?7h\x1b[?25h',
    );
  });
});
