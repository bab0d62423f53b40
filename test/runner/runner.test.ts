import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { runStream, timeSortedId } from '../../src/events/index.js';
import { cancelRun, createRunner, identify, type Launcher, runFolder } from '../../src/runner/index.js';
import { temporaryStore } from '../store/temporary-store.js';

/** Launches a process that waits for nothing, so that only the runner decides what becomes of a run. */
const sleepingLauncher = (): Launcher => ({
  name: 'host',
  warmUp: () => undefined,
  close: async () => undefined,
  async take() {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = once(child, 'exit').then(([exitCode, signal]) => ({ exitCode, signal }));
    return {
      identity: identify(child.pid!),
      ended,
      assign: async () => undefined,
      kill: (signal) => void child.kill(signal),
      async end() {
        child.kill('SIGTERM');
        await ended;
      },
    };
  },
});

const commitIn = (gitDir: string): string => {
  mkdirSync(gitDir, { recursive: true });
  const person = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'a@example.org' };
  const env = {
    PATH: process.env.PATH,
    ...person,
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  };
  const git = (...args: string[]) =>
    execFileSync('git', ['--git-dir', gitDir, ...args], { encoding: 'utf8', input: '', env }).trim();
  git('init', '--quiet', '--bare');
  return git('commit-tree', '-m', 'first', git('mktree'));
};

const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
};

it('leaves nothing behind of a run that was canceled while it was being prepared', async () => {
  const store = temporaryStore();
  const sha = commitIn(join(store.root, 'repos/app.git'));
  const preparing = gate();
  const goOn = gate();
  let closedApis = 0;
  const runner = createRunner({
    root: store.root,
    store,
    launcher: sleepingLauncher(),
    log: pino({ level: 'silent' }),
    openRunApi: async () => {
      preparing.open();
      await goOn.opened;
      return {
        address: 'unix:/nowhere',
        close: async () => {
          closedApis += 1;
        },
      };
    },
    maxConcurrentRuns: 1,
    gracePeriodMs: 1000,
    killGraceMs: 0,
    keepWorkspaces: false,
  });
  onTestFinished(() => runner.close());
  await runner.start();
  const runId = timeSortedId(Date.now());
  const data = {
    repo: 'app',
    ref: 'refs/heads/main',
    sha,
    previousSha: null,
    pushId: 'p',
    pushedAtMs: 1,
    pusher: 'ada',
    attempt: 1,
    rerunOf: null,
    onlyFailed: false,
    subject: null,
    author: null,
  };
  await store.append([{ stream: runStream(runId), type: 'run.queued', data }], { actor: 'hook' });
  await preparing.opened;
  await cancelRun(store, runId, { by: 'ada' });
  // Time for a clean-up that would not wait for the preparation; one that waits never comes first.
  const first = await Promise.race([runner.idle().then(() => 'cleaned up'), setTimeout(300, 'preparing')]);
  expect(first).toBe('preparing');
  goOn.open();
  await runner.idle();
  expect(closedApis).toBe(1);
  expect(existsSync(runFolder(store.root, runId).workspace)).toBe(false);
});
