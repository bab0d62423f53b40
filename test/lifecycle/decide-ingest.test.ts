import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CiEvent, CiEventType, StoredEvent } from '../../src/events/index.js';
import { decideIngest, OutOfStepError, viewRun } from '../../src/lifecycle/index.js';
import type { EventStore } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryStore } from '../store/temporary-store.js';
import { runId, runPaths, sampleEvent } from './reach.js';

const activeRun = async (): Promise<EventStore> => {
  const store = temporaryStore();
  await store.append(runPaths.active.map(sampleEvent), { actor: 'runner' });
  return store;
};

const ingest = (store: EventStore, batch: readonly CiEvent[]): Promise<readonly StoredEvent[]> =>
  store.append((read) => decideIngest(viewRun(read, runId), batch), { actor: 'ci' });

/** Numbers events as quire-ci does. */
const sent = (...events: readonly (readonly [CiEventType, Record<string, unknown>?])[]): readonly CiEvent[] =>
  events.map(([type, changes], i) => ({
    number: i + 1,
    type,
    occurredAtMs: 2_000 + i,
    data: { ...(sampleData[type] as Record<string, unknown>), ...changes },
  }));

const job = (id: string, inputs: readonly string[]) => ({
  ...sampleData['pipeline.registered'].jobs[0]!,
  id,
  inputs: [...inputs],
});

/** A whole life: build, then test (fails, is retried, fails), lint (may fail), deploy (skipped because of test). */
const life = sent(
  [
    'pipeline.registered',
    {
      jobs: [
        job('build', ['quire/push']),
        job('test', ['build']),
        job('lint', ['quire/push']),
        job('deploy', ['test']),
      ],
    },
  ],
  ['job.logged', { jobId: 'build' }],
  ['job.started', { jobId: 'build' }],
  ['sh.started', { jobId: 'build', n: 1 }],
  ['job.logged', { jobId: 'build' }],
  ['sh.finished', { jobId: 'build', n: 1 }],
  ['sh.started', { jobId: 'build', n: 2 }],
  ['sh.finished', { jobId: 'build', n: 2 }],
  ['file.written', { jobId: 'build' }],
  ['job.succeeded', { jobId: 'build' }],
  ['job.started', { jobId: 'lint' }],
  ['job.failed', { jobId: 'lint', allowed: true }],
  ['job.started', { jobId: 'test' }],
  ['sh.started', { jobId: 'test', n: 1 }],
  ['sh.finished', { jobId: 'test', n: 1, exitCode: 1 }],
  ['job.retried', { jobId: 'test' }],
  ['sh.started', { jobId: 'test', n: 2 }],
  ['sh.finished', { jobId: 'test', n: 2, exitCode: 1 }],
  ['job.failed', { jobId: 'test' }],
  ['job.skipped', { jobId: 'deploy', reason: 'input-failed', inputId: 'test' }],
  ['run.failed', { failureKind: 'pipeline-failure' }],
);

/** The number of the event that led to each event of {@link life}; 0 stands for run.started. */
const causes = [0, 1, 1, 3, 4, 4, 6, 7, 8, 8, 1, 11, 10, 13, 14, 15, 16, 17, 18, 19, 19];

const causesByNumber = (events: readonly StoredEvent[]): number[] => {
  const numberOf = new Map(events.map(({ seq, clientNumber }) => [seq, clientNumber!]));
  return events.map(({ causationSeq }) => numberOf.get(causationSeq!) ?? 0);
};

describe('what quire-ci reports', () => {
  it('is stored whole in one batch, from registration to the end of the run', async () => {
    const store = await activeRun();
    const events = await ingest(store, life);
    expect(events.map(({ type }) => type)).toEqual(life.map(({ type }) => type));
    const view = viewRun(store.read, runId);
    expect(view.run.state).toBe('failed');
    expect(view.acknowledged()).toBe(life.length);
    expect(view.allJobs().map(({ jobId, state }) => [jobId, state])).toEqual([
      ['build', 'succeeded'],
      ['test', 'failed'],
      ['lint', 'failed'],
      ['deploy', 'skipped'],
    ]);
    expectRebuildable(store);
  });

  it('names for each event what led to it', async () => {
    const store = await activeRun();
    expect(causesByNumber(await ingest(store, life))).toEqual(causes);
  });

  it('is the same events with the same causes however it is cut into batches, also with repeats', async () => {
    const cuts = fc.array(
      fc.record({ size: fc.integer({ min: 1, max: 8 }), back: fc.integer({ min: 0, max: 4 }) }),
      {
        minLength: life.length,
        maxLength: life.length,
      },
    );
    await fc.assert(
      fc.asyncProperty(cuts, async (sizes) => {
        const store = await activeRun();
        const stored: StoredEvent[] = [];
        let from = 0;
        for (const { size, back } of sizes) {
          const batch = life.slice(Math.max(0, from - back), from + size);
          stored.push(...(await ingest(store, batch)));
          from += size;
          if (from >= life.length) break;
        }
        expect(stored.map(({ type }) => type)).toEqual(life.map(({ type }) => type));
        expect(causesByNumber(stored)).toEqual(causes);
        expectRebuildable(store);
        await store.close();
      }),
      { numRuns: 25 },
    );
  });

  it('may be sent again, also after the run has ended', async () => {
    const store = await activeRun();
    await ingest(store, life);
    const head = store.head();
    expect(await ingest(store, life)).toEqual([]);
    expect(store.head()).toEqual(head);
  });

  it('is refused with a gap, and told where to go on', async () => {
    const store = await activeRun();
    await ingest(store, life.slice(0, 3));
    const gap = ingest(store, life.slice(4));
    await expect(gap).rejects.toThrow(OutOfStepError);
    await expect(gap).rejects.toThrow('expected event number 4, found 5; send from 4 on');
    await expect(gap).rejects.toMatchObject({ code: 'out-of-step', acknowledged: 3 });
    expect(viewRun(store.read, runId).acknowledged()).toBe(3);
  });

  it.each([
    ['another body', { ...life[2]!, data: { jobId: 'build', deadlineAtMs: 9 } }],
    ['another type', { ...life[1]!, number: 3 }],
  ])('is refused under a stored number with %s', async (_, changed) => {
    const store = await activeRun();
    await ingest(store, life.slice(0, 3));
    await expect(ingest(store, [changed])).rejects.toThrow(
      `event number 3 is stored already, as another event than this ${changed.type}`,
    );
  });

  it.each<[string, readonly CiEvent[], string]>([
    [
      'a second registration',
      sent(['pipeline.registered'], ['pipeline.registered']),
      'pipeline.registered is not legal for run run-1, which is active with a registered pipeline',
    ],
    [
      'a job that is not registered',
      sent(['pipeline.registered'], ['job.started', { jobId: 'other' }]),
      'job.started is not legal for job other, which is unknown',
    ],
    [
      'a command of a job that has not started',
      sent(['pipeline.registered'], ['sh.started']),
      'sh.started is not legal for job test, which is queued; legal are: job.started',
    ],
    [
      'the end of a command that has ended',
      sent(['pipeline.registered'], ['job.started'], ['sh.started'], ['sh.finished'], ['sh.finished']),
      'sh.finished is not legal for command 1 of job test, which is exited; nothing leaves that state',
    ],
    [
      'a job skipped after it had started',
      sent(['pipeline.registered'], ['job.started'], ['job.skipped']),
      'job.skipped is not legal for job test, which is active',
    ],
    [
      'the end of a run with an open job',
      sent(['pipeline.registered'], ['run.succeeded']),
      'run.succeeded is not legal for run run-1, which is active with open jobs (test)',
    ],
    [
      'anything after the end of the run',
      sent(['run.failed'], ['pipeline.registered']),
      'pipeline.registered is not legal for run run-1, which is failed',
    ],
  ])('is refused whole when it holds %s', async (_, batch, message) => {
    const store = await activeRun();
    const before = store.head();
    await expect(ingest(store, batch)).rejects.toThrow(message);
    expect(store.head()).toEqual(before);
    expectRebuildable(store);
  });

  it('is refused whole when an event of it is malformed', async () => {
    const store = await activeRun();
    const before = store.head();
    await expect(ingest(store, sent(['pipeline.registered'], ['job.started', { jobId: 7 }]))).rejects.toThrow(
      /event job\.started has malformed data: .*expected string, received number.*jobId/,
    );
    expect(store.head()).toEqual(before);
  });

  it('keeps text that UTF-8 cannot hold in one form, also when it is sent again', async () => {
    const store = await activeRun();
    const batch = sent(['pipeline.registered'], ['job.started'], ['job.failed', { message: 'cut \ud83d' }]);
    await ingest(store, batch);
    expect(viewRun(store.read, runId).job('test')?.message).toBe('cut \ufffd');
    expect(await ingest(store, batch)).toEqual([]);
    expectRebuildable(store);
  });

  it('takes its times from quire-ci, held between the event before and now', async () => {
    const store = await activeRun();
    const [registered] = await ingest(store, [{ ...life[0]!, occurredAtMs: 1 }]);
    const before = store.readEvents({ toSeq: registered!.seq - 1 }).at(-1)!;
    expect(registered!.occurredAtMs).toBe(before.occurredAtMs);
    const [logged] = await ingest(store, [{ ...life[1]!, occurredAtMs: Number.MAX_SAFE_INTEGER }]);
    expect(logged!.occurredAtMs).toBe(logged!.recordedAtMs);
  });
});
