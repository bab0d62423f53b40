import { expect, describe, it } from 'vitest';
import type { CiEvent, CiEventType, NewEvent, StoredEvent } from '../../src/events/index.js';
import { decideIngest, decideRerun, IllegalTransitionError, viewRun } from '../../src/lifecycle/index.js';
import type { EventStore } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryStore } from '../store/temporary-store.js';
import { jobPaths, runId, runPaths, sampleEvent } from './reach.js';

const actor = 'operator:ann';

const rerun = (store: EventStore, onlyFailed: boolean): Promise<readonly StoredEvent[]> =>
  store.append(
    (read) => decideRerun(viewRun(read, runId).run, { newRunId: 'again', requestedAtMs: 5_000, onlyFailed }),
    { actor },
  );

/** A run whose job `build` succeeded and whose job `test` failed. */
const failedRun = async (): Promise<EventStore> => {
  const store = temporaryStore();
  for (const type of runPaths.active) await store.append([sampleEvent(type)], { actor: 'ci' });
  await send(
    store,
    runId,
    ...registration,
    ...built,
    ['job.started', { jobId: 'test', deadlineAtMs: null }],
    ['job.failed', { ...sampleData['job.failed'], jobId: 'test' }],
  );
  await send(store, runId, ['run.failed', sampleData['run.failed']]);
  return store;
};

type Sent = readonly [CiEventType, object];

const job = (id: string, input: string) => ({
  ...sampleData['pipeline.registered'].jobs[0]!,
  id,
  inputs: [input],
});

const registration: Sent[] = [
  [
    'pipeline.registered',
    {
      ...sampleData['pipeline.registered'],
      jobs: [job('build', 'quire/push'), job('test', 'build')],
    },
  ],
];

const built: Sent[] = [
  ['job.started', { jobId: 'build', deadlineAtMs: null }],
  ['job.succeeded', { jobId: 'build', outputs: { version: '1.2' }, outputsSha256: null }],
];

const send = (store: EventStore, id: string, ...events: Sent[]): Promise<readonly StoredEvent[]> =>
  store.append(
    (read) => {
      const view = viewRun(read, id);
      return decideIngest(
        view,
        events.map(
          ([type, data], i): CiEvent => ({
            number: view.acknowledged() + i + 1,
            type,
            occurredAtMs: 2_000,
            data: data as Record<string, unknown>,
          }),
        ),
      );
    },
    { actor: 'ci' },
  );

/** The rerun of only what failed, active and registered. */
const rerunUnderWay = async (): Promise<EventStore> => {
  const store = await failedRun();
  await rerun(store, true);
  const again = (type: 'run.claimed' | 'run.started') =>
    ({ ...sampleEvent(type), stream: 'run/again' }) as NewEvent;
  await store.append([again('run.claimed'), again('run.started')], { actor: 'runner' });
  await send(store, 'again', ...registration);
  return store;
};

const reused = (changes: object = {}): Sent => [
  'job.reused',
  { jobId: 'build', runId, outputs: { version: '1.2' }, outputsSha256: null, ...changes },
];

describe('a rerun', () => {
  it('is a new run of the same commit with the next attempt, caused by the end of the old one', async () => {
    const store = await failedRun();
    const end = store.readEvents({ descending: true, limit: 1 })[0]!;
    const [queued] = await rerun(store, false);
    expect(queued).toMatchObject({
      causationSeq: end.seq,
      correlationId: end.correlationId,
      data: { attempt: 2, rerunOf: runId, onlyFailed: false, sha: 'a'.repeat(40), pushId: 'push-1' },
    });
    expectRebuildable(store);
  });

  it('of only what failed says so', async () => {
    const [queued] = await rerun(await failedRun(), true);
    expect(queued).toMatchObject({ data: { rerunOf: runId, onlyFailed: true } });
  });

  it.each([
    ['succeeded', 'nothing in run run-1 failed: it succeeded; run all of it again instead'],
    ['active', 'what fails in run run-1 is not known yet: it is active; wait for its end'],
    ['queued', 'what fails in run run-1 is not known yet: it is queued; wait for its end'],
  ] as const)('of only what failed is refused while the run is %s', async (state, message) => {
    const store = temporaryStore();
    for (const type of runPaths[state]) await store.append([sampleEvent(type)], { actor: 'ci' });
    const before = store.head();
    await expect(rerun(store, true)).rejects.toThrow(message);
    expect(store.head()).toEqual(before);
  });
});

describe('a result of an earlier run', () => {
  it('makes the job succeed at that moment, with its outputs, because of the end it had there', async () => {
    const store = await rerunUnderWay();
    const before = viewRun(store.read, runId).job('build')!;
    const [event] = await send(store, 'again', reused());
    expect(event!.causationSeq).toBe(before.lastSeq);
    expect(viewRun(store.read, 'again').job('build')).toMatchObject({
      state: 'succeeded',
      outputs: { version: '1.2' },
      reusedFrom: runId,
      startedAtMs: event!.occurredAtMs,
      finishedAtMs: event!.occurredAtMs,
    });
    expectRebuildable(store);
  });

  it('is not counted again in the statistics of the job', async () => {
    const store = await rerunUnderWay();
    const statistics = () =>
      store.read.all('SELECT job_id, runs, succeeded FROM job_statistics ORDER BY job_id');
    const before = statistics();
    await send(store, 'again', reused());
    expect(statistics()).toEqual(before);
    expect(before).toContainEqual({ job_id: 'build', runs: 1, succeeded: 1 });
  });

  it.each([
    ['of a job that did not succeed there', reused({ jobId: 'test' })],
    ['of another run', reused({ runId: 'run-9' })],
    ['of a job that is unknown here', reused({ jobId: 'deploy' })],
  ])('%s is refused, and nothing is stored', async (_, event) => {
    const store = await rerunUnderWay();
    const before = store.head();
    await expect(send(store, 'again', event)).rejects.toThrow(IllegalTransitionError);
    expect(store.head()).toEqual(before);
  });

  it.each(['active', 'succeeded', 'failed', 'skipped', 'canceled'] as const)(
    'is refused for a job that is %s',
    async (state) => {
      const store = temporaryStore();
      for (const type of jobPaths[state]) await store.append([sampleEvent(type)], { actor: 'ci' });
      const event: Sent = ['job.reused', sampleData['job.reused']];
      await expect(send(store, runId, event)).rejects.toThrow(
        'job.reused is not legal for job test, which is',
      );
    },
  );

  it('is refused in a run that repeats none', async () => {
    const store = temporaryStore();
    for (const type of jobPaths.queued) await store.append([sampleEvent(type)], { actor: 'ci' });
    await expect(send(store, runId, ['job.reused', sampleData['job.reused']])).rejects.toThrow(
      /did not succeed in run run-0.*legal are: job\.started/,
    );
  });
});
