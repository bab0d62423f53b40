import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runStream } from '../../src/events/index.js';
import { openStoreReader } from '../../src/store/index.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import {
  emptyRoot,
  type FilledRoot,
  filledRoot,
  ids,
  queued,
  shFinished,
  shStarted,
  start,
  writeLog,
} from './filled-root.js';
import { quire, startQuire } from './quire.js';

/** A command that runs on while a test does something; `until` waits for text in its output. */
const running = (args: readonly string[]) => {
  const child = startQuire(args);
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  const heard = new EventTarget();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    heard.dispatchEvent(new Event('text'));
  });
  return {
    child,
    output: () => text,
    async until(wanted: string): Promise<void> {
      while (!text.includes(wanted)) await once(heard, 'text');
    },
    ended: endOf(child),
  };
};

const endOf = async (child: ChildProcess): Promise<number | null> => {
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
};

const activeRun = async (): Promise<FilledRoot> => {
  const filled = await emptyRoot();
  await filled.later(10, queued(ids.queued, 'c', 'refs/heads/main', 'Try something'));
  await start(filled, ids.queued);
  await filled.later(
    1,
    { stream: runStream(ids.queued), type: 'job.started', data: { jobId: 'lint', deadlineAtMs: null } },
    shStarted(ids.queued, 'lint', 1, 'npm run lint'),
  );
  return filled;
};

const endWith = async ({ later }: FilledRoot, exitCode: number): Promise<void> => {
  const stream = runStream(ids.queued);
  await later(100, shFinished(ids.queued, 'lint', 1, exitCode));
  await later(
    1,
    exitCode === 0
      ? {
          stream,
          type: 'job.succeeded',
          data: { jobId: 'lint', outputs: null, outputsSha256: null },
        }
      : {
          stream,
          type: 'job.failed',
          data: { jobId: 'lint', exitCode, message: 'it failed', location: null, allowed: false },
        },
    ...(['test', 'deploy'] as const).map((jobId) => ({
      stream,
      type: 'job.skipped' as const,
      data: { jobId, reason: 'nothing-to-do' as const, inputId: null, message: 'nothing to do' },
    })),
    exitCode === 0
      ? { stream, type: 'run.succeeded', data: {} }
      : {
          stream,
          type: 'run.failed',
          data: { failureKind: 'pipeline-failure', message: 'job lint failed', diagnostics: [] },
        },
  );
};

describe('quire run watch', () => {
  it('shows what has happened, then what happens, and ends with 0 when the run succeeds', async () => {
    const filled = await activeRun();
    const watch = running(['run', 'watch', '--root', filled.root]);
    await watch.until('lint $1 npm run lint');
    await endWith(filled, 0);
    expect(await watch.ended).toBe(0);
    expect(
      watch
        .output()
        .split('\n')
        .map((line) => line.slice(23)),
    ).toEqual([
      'queued for demo refs/heads/main at cccccccccc',
      'taken by the host launcher, process 4711',
      'run started',
      'pipeline registered: lint, test, deploy',
      'lint started',
      'lint $1 npm run lint',
      'lint $1 exit 0, 20 B of output',
      'lint succeeded',
      'test skipped: nothing to do',
      'deploy skipped: nothing to do',
      'run succeeded',
      '',
      expect.stringContaining('00ccccccccc3y after'),
      '',
    ]);
  });

  it('ends with 1 when the run fails, and says why', async () => {
    const filled = await activeRun();
    const watch = running(['run', 'watch', '3y', '--root', filled.root]);
    await watch.until('npm run lint');
    await endWith(filled, 3);
    expect(await watch.ended).toBe(1);
    expect(watch.output()).toContain('✗ lint: it failed');
  });

  it('gives the events as NDJSON', async () => {
    const filled = await activeRun();
    const watch = running(['run', 'watch', 'latest', '--json', '--root', filled.root]);
    await watch.until('sh.started');
    await endWith(filled, 0);
    expect(await watch.ended).toBe(0);
    const events = watch
      .output()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toEqual(filled.store.readEvents({ streams: [runStream(ids.queued)] }));
  });
});

describe('quire run logs -f', () => {
  it('prints lines as they come and ends with the run', async () => {
    const filled = await activeRun();
    writeLog(filled.root, ids.queued, 'lint', 1, [['stdout', 'first\n']]);
    const logs = running(['run', 'logs', 'latest', '-f', '--root', filled.root]);
    await logs.until('first\n');
    writeLog(filled.root, ids.queued, 'lint', 1, [['stdout', 'second, no newline']]);
    await logs.until('second');
    writeLog(filled.root, ids.queued, 'lint', 1, [['stdout', ' yet\nthird\n']]);
    await endWith(filled, 0);
    expect(await logs.ended).toBe(0);
    expect(logs.output()).toBe('── lint 1: npm run lint\nfirst\nsecond, no newline yet\nthird\n');
  });

  it('waits for a job that the pipeline has not registered yet', async () => {
    const filled = await emptyRoot();
    await filled.later(10, queued(ids.queued, 'c', 'refs/heads/main', 'Try something'));
    const logs = running(['run', 'logs', 'latest', 'lint', '-f', '--root', filled.root]);
    await start(filled, ids.queued);
    await filled.later(
      1,
      { stream: runStream(ids.queued), type: 'job.started', data: { jobId: 'lint', deadlineAtMs: null } },
      shStarted(ids.queued, 'lint', 1, 'true'),
    );
    writeLog(filled.root, ids.queued, 'lint', 1, [['stdout', 'there it is\n']]);
    await logs.until('there it is');
    await endWith(filled, 0);
    expect(await logs.ended).toBe(0);
  });
});

describe('without a server', () => {
  it('cancels a run that waits, in the name of the operator', async () => {
    const { root, store } = await filledRoot();
    await store.close();
    const outcome = await quire(['run', 'cancel', '3y', '--message', 'not needed', '--root', root]);
    expect(outcome).toMatchObject({ code: 0, stdout: `run ${ids.queued} is canceled\n` });
    const reader = openStoreReader(root);
    onTestFinished(() => reader.close());
    const last = reader.readEvents({ descending: true, limit: 1 })[0]!;
    expect(last).toMatchObject({ type: 'run.canceled', data: { message: 'not needed' } });
    expect(last.actor).toMatch(/^operator:./);
    expectRebuildable(reader);
  });

  it('refuses to cancel a run that has ended: the answer is no', async () => {
    const { root, store } = await filledRoot();
    await store.close();
    const { code, stderr } = await quire(['run', 'cancel', '2x', '--root', root]);
    expect(code).toBe(1);
    expect(stderr).toContain(`run ${ids.failed}, which is failed; nothing leaves that state`);
  });

  it('leaves an active run to a server, whose processes it has', async () => {
    const { root, store } = await activeRun();
    await store.close();
    const { code, stderr } = await quire(['run', 'cancel', '3y', '--root', root]);
    expect(code).toBe(3);
    expect(stderr).toContain(`run ${ids.queued} is active and no server runs for ${root}`);
  });

  it('queues a run again', async () => {
    const { root, store } = await filledRoot();
    await store.close();
    const { code, stdout } = await quire(['run', 'rerun', '2x', '--json', '--root', root]);
    expect(code).toBe(0);
    const { runId } = JSON.parse(stdout);
    const shown = await quire(['run', 'show', runId, '--json', '--root', root]);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      state: 'queued',
      rerunOf: ids.failed,
      attempt: 2,
      sha: 'b'.repeat(40),
    });
    expectRebuildable(root);
  });

  it('says who holds the root when it cannot write', async () => {
    const { root } = await filledRoot();
    const { code, stderr } = await quire(['run', 'rerun', '2x', '--root', root]);
    expect(code).toBe(3);
    expect(stderr).toContain('another quire process is writing to this root');
  });
});
