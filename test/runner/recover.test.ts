import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { runStream, timeSortedId } from '../../src/events/index.js';
import {
  cancelRun,
  createRunner,
  hashToken,
  identify,
  type Runner,
  runFolder,
} from '../../src/runner/index.js';
import { sampleData } from '../events/sample-data.js';
import { temporaryStore } from '../store/temporary-store.js';

/** A runner that recovers and takes nothing. */
const recovering = (store: ReturnType<typeof temporaryStore>): Runner => {
  const runner = createRunner({
    root: store.root,
    store,
    launcher: {
      name: 'host',
      take: () => Promise.reject(new Error('no run is to be taken')),
      warmUp: () => undefined,
      close: async () => undefined,
    },
    log: pino({ level: 'silent' }),
    openRunApi: () => Promise.reject(new Error('no run is to be served')),
    maxConcurrentRuns: 1,
    gracePeriodMs: 1000,
    killGraceMs: 0,
    keepWorkspaces: false,
  });
  onTestFinished(() => runner.close());
  return runner;
};

it('lets an operator cancel a claimed run while it is being released', async () => {
  const store = temporaryStore();
  const runId = timeSortedId(Date.now());
  const stream = runStream(runId);
  const command = spawn('sleep', ['600'], { stdio: 'ignore', env: { ...process.env, QUIRE_RUN_ID: runId } });
  onTestFinished(() => void command.kill('SIGKILL'));
  const ended = once(command, 'exit');
  await store.append(
    [
      { stream, type: 'run.queued', data: sampleData['run.queued'] },
      { stream, type: 'run.claimed', data: sampleData['run.claimed'] },
    ],
    { actor: 'runner' },
  );
  const runner = recovering(store);
  const started = runner.start();
  await ended;
  await cancelRun(store, runId, { by: 'ada' });
  await started;
  expect(store.readEvents({ types: ['run.canceled', 'run.released'] }).map(({ type }) => type)).toEqual([
    'run.canceled',
  ]);
});

it('ends the processes of a run that had ended when its server stopped, and cleans up after it', async () => {
  const store = temporaryStore();
  const runId = timeSortedId(Date.now());
  const ci = spawn('sleep', ['600'], { stdio: 'ignore' });
  const command = spawn('sleep', ['600'], { stdio: 'ignore', env: { ...process.env, QUIRE_RUN_ID: runId } });
  onTestFinished(() => void [ci, command].map((child) => child.kill('SIGKILL')));
  const ended = Promise.all([once(ci, 'exit'), once(command, 'exit')]);
  const stream = runStream(runId);
  const claim = { owner: identify(ci.pid!), launcher: 'host', tokenHash: hashToken('token') };
  await store.append(
    [
      { stream, type: 'run.queued', data: sampleData['run.queued'] },
      { stream, type: 'run.claimed', data: claim },
    ],
    { actor: 'runner' },
  );
  const { path, workspace, home } = runFolder(store.root, runId);
  mkdirSync(workspace, { recursive: true });
  mkdirSync(home);
  writeFileSync(join(path, 'quire-ci.log'), 'kept');
  await cancelRun(store, runId, { by: 'ada' });

  await recovering(store).start();
  await ended;
  expect([workspace, home].map(existsSync)).toEqual([false, false]);
  expect(existsSync(join(path, 'quire-ci.log'))).toBe(true);
});
