import { expect, it } from 'vitest';
import { type NewEvent, runStream, timeSortedId } from '../../src/events/index.js';
import { decideClaim, decideEnd, viewRun } from '../../src/lifecycle/index.js';
import { nextRun, runsUnderWay } from '../../src/runner/index.js';
import type { EventStore } from '../../src/store/index.js';
import { temporaryStore } from '../store/temporary-store.js';

let clock = Date.parse('2026-01-01T00:00:00Z');

const queue = async (store: EventStore, repo: string, ref = 'refs/heads/main'): Promise<string> => {
  clock += 1000;
  const id = timeSortedId(clock);
  const queued: NewEvent = {
    stream: runStream(id),
    type: 'run.queued',
    occurredAtMs: clock,
    data: {
      repo,
      ref,
      sha: 'a'.repeat(40),
      previousSha: null,
      pushId: 'push',
      pushedAtMs: clock,
      pusher: 'ada',
      attempt: 1,
      rerunOf: null,
      onlyFailed: false,
      subject: null,
      author: null,
    },
  };
  await store.append([queued], { actor: 'hook' });
  return id;
};

const claim = async (store: EventStore, runId: string): Promise<void> => {
  clock += 1000;
  const owner = { bootId: 'boot', pid: 1, startTime: 1 };
  const [event] = decideClaim(viewRun(store.read, runId).run, {
    owner,
    launcher: 'host',
    tokenHash: 'b'.repeat(64),
  });
  await store.append([{ ...event!, occurredAtMs: clock }], { actor: 'runner' });
};

const end = (store: EventStore, runId: string) =>
  store.append(
    (read) => decideEnd(viewRun(read, runId), { type: 'run.canceled', by: 'ada', message: 'enough' }),
    { actor: 'runner' },
  );

const takeAll = async (store: EventStore): Promise<string[]> => {
  const order: string[] = [];
  for (let run = nextRun(store.read); run !== undefined; run = nextRun(store.read)) {
    order.push(`${run.repo} ${run.ref.replace('refs/heads/', '')}`);
    await claim(store, run.id);
    await end(store, run.id);
  }
  return order;
};

it('is empty when nothing waits', () => {
  expect(nextRun(temporaryStore().read)).toBeUndefined();
});

it('gives the oldest first, and the repositories in turn', async () => {
  const store = temporaryStore();
  for (const ref of ['a', 'b', 'c']) await queue(store, 'busy', `refs/heads/${ref}`);
  for (const ref of ['a', 'b']) await queue(store, 'calm', `refs/heads/${ref}`);
  expect(await takeAll(store)).toEqual(['busy a', 'calm a', 'busy b', 'calm b', 'busy c']);
});

it('never gives two of the same repository and ref, and goes on with another meanwhile', async () => {
  const store = temporaryStore();
  const first = await queue(store, 'app');
  const second = await queue(store, 'app');
  const other = await queue(store, 'app', 'refs/heads/other');
  await claim(store, first);
  expect(nextRun(store.read)?.id).toBe(other);
  await claim(store, other);
  expect(nextRun(store.read)).toBeUndefined();
  expect(runsUnderWay(store.read)).toBe(2);
  await end(store, first);
  expect(nextRun(store.read)?.id).toBe(second);
});
