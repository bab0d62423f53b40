import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { identify, isAlive, killTree, processesOf } from '../../src/runner/index.js';

/** A shell that says when it is ready, under the id of a run. */
const start = async (runId: string, script: string): Promise<ChildProcess> => {
  const child = spawn('sh', ['-c', `${script}\necho ready\nwait`], {
    env: { PATH: process.env.PATH, QUIRE_RUN_ID: runId },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  return child;
};

it('ends a tree whose members made sessions of their own and lost their parents', async () => {
  const runId = `tree-${process.pid}-a`;
  const other = await start(`tree-${process.pid}-other`, 'sleep 600 &');
  await start(runId, 'sleep 600 & setsid sleep 600 & (setsid sh -c "sleep 600 & sleep 600" &)');
  expect(processesOf(runId).length).toBeGreaterThanOrEqual(4);
  await killTree(runId);
  expect(processesOf(runId)).toEqual([]);
  expect(other.exitCode).toBeNull();
});

it('ends a process that wiped its environment but still has its parent', async () => {
  const runId = `tree-${process.pid}-b`;
  const child = await start(runId, 'env -i sleep 600 &');
  expect(processesOf(runId)).toHaveLength(2);
  await killTree(runId);
  await (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined);
  expect(processesOf(runId)).toEqual([]);
});

it('does not take an id for another that begins alike', async () => {
  const runId = `tree-${process.pid}-c`;
  const longer = await start(`${runId}2`, 'sleep 600 &');
  expect(processesOf(runId)).toEqual([]);
  await killTree(runId);
  expect(longer.exitCode).toBeNull();
});

it('tells a process from a later one with the same pid', async () => {
  const child = await start('identity', 'sleep 600 &');
  const identity = identify(child.pid!);
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, startTime: identity.startTime + 1 })).toBe(false);
  expect(isAlive({ ...identity, bootId: 'another boot' })).toBe(false);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(isAlive(identity)).toBe(false);
});
