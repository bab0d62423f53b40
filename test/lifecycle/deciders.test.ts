import { describe, expect, it } from 'vitest';
import type { RunRow } from '../../projections/index.js';
import { type EventType, eventTypes, type NewEvent } from '../../src/events/index.js';
import {
  decideAdopt,
  decideCancel,
  decideClaim,
  decideEnd,
  decideIngest,
  decideRelease,
  decideStart,
  type Ending,
  IllegalTransitionError,
  jobMachine,
  type Machine,
  type RunView,
  requestedEnding,
  runMachine,
  shMachine,
  viewRun,
} from '../../src/lifecycle/index.js';
import { sampleData } from '../events/sample-data.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryStore } from '../store/temporary-store.js';
import { jobPaths, runId, runPaths, sampleEvent, shPaths } from './reach.js';

/** The decider that each event of a run comes from; `decideIngest` for what quire-ci sends. */
const deciders: Partial<Record<EventType, (view: RunView) => readonly NewEvent[]>> = {
  'run.claimed': ({ run }) => decideClaim(run, sampleData['run.claimed']),
  'run.released': ({ run }) => decideRelease(run, 'launcher failed'),
  'run.started': ({ run }) => decideStart(run, sampleData['run.started']),
  'run.adopted': ({ run }) => decideAdopt(run, sampleData['run.adopted'].owner),
  'run.cancel-requested': (view) => decideCancel(view, sampleData['run.cancel-requested']),
  'run.failed': (view) => decideEnd(view, { type: 'run.failed', failureKind: 'orphaned', message: 'lost' }),
  'run.canceled': (view) => decideEnd(view, { type: 'run.canceled', by: 'ann', message: 'enough' }),
  'run.superseded': (view) => decideEnd(view, { type: 'run.superseded', supersededBy: 'run-2' }),
};

const ingest =
  (type: EventType) =>
  (view: RunView): readonly NewEvent[] =>
    decideIngest(view, [
      {
        number: view.acknowledged() + 1,
        type: type as 'job.started',
        occurredAtMs: 2_000,
        data: sampleData[type] as Record<string, unknown>,
      },
    ]);

const subjects: Record<string, { machine: Machine<string>; paths: Record<string, readonly EventType[]> }> = {
  run: { machine: runMachine, paths: runPaths },
  job: { machine: jobMachine, paths: jobPaths },
  sh: { machine: shMachine, paths: shPaths },
};

/** Events that the server appends itself, and one that needs an earlier run: test/lifecycle/rerun.test.ts has it. */
const elsewhere = new Set<EventType>(['run.queued', 'secret.revealed', 'job.reused']);

/** A waiting run is not asked to end, it ends: see below. */
const endsAtOnce = (place: string, type: EventType) =>
  type === 'run.cancel-requested' && (place === 'queued' || place === 'unclaimed');

for (const [name, { machine, paths }] of Object.entries(subjects)) {
  const types = eventTypes.filter(
    (type) => !elsewhere.has(type) && Object.values(machine).some((legal) => type in legal),
  );

  describe(`the deciders of a ${name}`, () => {
    for (const [place, path] of Object.entries(paths).filter(([, path]) => path.length > 0)) {
      for (const type of types) {
        if (endsAtOnce(place, type)) continue;
        const legal = isLegal(machine, place, type);
        it(`${legal ? 'allow' : 'refuse'} ${type} when the ${name} is ${place}`, async () => {
          const store = temporaryStore();
          for (const step of path) await store.append([sampleEvent(step)], { actor: 'runner' });
          const before = store.head();
          const decide = deciders[type] ?? ingest(type);
          const append = store.append((read) => decide(viewRun(read, runId)), { actor: 'runner' });
          if (legal) {
            const stored = await append;
            expect(stored.map((event) => event.type)).toContain(type);
          } else {
            await expect(append).rejects.toThrow(IllegalTransitionError);
            await expect(append).rejects.toThrow(
              / is not legal for .*; (legal are: |nothing leaves that state)/,
            );
            expect(store.head()).toEqual(before);
          }
          expectRebuildable(store);
        });
      }
    }
  });
}

function isLegal(machine: Machine<string>, place: string, type: EventType): boolean {
  if (machine !== runMachine) return type in machine[place as 'none']!;
  if (place === 'unclaimed')
    return type in runMachine.queued && !['run.started', 'run.released'].includes(type);
  if (place === 'queued') return type in runMachine.queued && type !== 'run.claimed';
  return type in machine[place as 'none']!;
}

describe('a request to cancel', () => {
  it.each([
    ['operator', null, 'run.canceled', 'canceled'],
    ['timed-out', null, 'run.failed', 'failed'],
    ['superseded', 'run-2', 'run.superseded', 'superseded'],
  ] as const)('ends a waiting run at once: %s', async (reason, supersededBy, type, state) => {
    const store = temporaryStore();
    await store.append([sampleEvent('run.queued')], { actor: 'hook' });
    const request = { ...sampleData['run.cancel-requested'], reason, supersededBy };
    const events = await store.append((read) => decideCancel(viewRun(read, runId), request), {
      actor: 'operator:ann',
    });
    expect(events.map((event) => event.type)).toEqual([type]);
    expect(viewRun(store.read, runId).run.state).toBe(state);
    expectRebuildable(store);
  });

  it('gives its words to the end of the active run it ends', async () => {
    const store = temporaryStore();
    for (const type of runPaths.active) await store.append([sampleEvent(type)], { actor: 'runner' });
    const request = { ...sampleData['run.cancel-requested'], message: 'wrong branch' };
    await store.append((read) => decideCancel(viewRun(read, runId), request), { actor: 'operator:ann' });
    const end = (view: RunView) => decideEnd(view, requestedEnding(view));
    const events = await store.append((read) => end(viewRun(read, runId)), { actor: 'runner' });
    expect(events.at(-1)).toMatchObject({ type: 'run.canceled', data: { message: 'wrong branch' } });
  });

  it('is an event of an active run once, and once more by force', async () => {
    const store = temporaryStore();
    for (const type of runPaths.active) await store.append([sampleEvent(type)], { actor: 'runner' });
    const cancel = async (force: boolean) => {
      const request = { ...sampleData['run.cancel-requested'], force };
      return store.append((read) => decideCancel(viewRun(read, runId), request), { actor: 'operator:ann' });
    };
    expect(await cancel(false)).toHaveLength(1);
    expect(await cancel(false)).toHaveLength(0);
    expect(await cancel(true)).toHaveLength(1);
    expect(await cancel(true)).toHaveLength(0);
    expect(await cancel(false)).toHaveLength(0);
    const { run } = viewRun(store.read, runId);
    expect(run).toMatchObject({ state: 'active', cancelReason: 'operator', cancelForced: true });
    expectRebuildable(store);
  });
});

describe('the end of a run', () => {
  const endings: Ending[] = [
    { type: 'run.failed', failureKind: 'orphaned', message: 'its process is gone' },
    { type: 'run.canceled', by: 'ann', message: 'canceled by ann' },
    { type: 'run.superseded', supersededBy: 'run-2' },
  ];

  it.each(endings)('closes what is open, in one append: $type', async (ending) => {
    const store = temporaryStore();
    const jobs = ['first', 'second', 'third'].map((id) => ({
      ...sampleData['pipeline.registered'].jobs[0]!,
      id,
    }));
    const stream = sampleEvent('run.queued').stream;
    await store.append(
      [
        ...runPaths.active.map(sampleEvent),
        { stream, type: 'pipeline.registered', data: { ...sampleData['pipeline.registered'], jobs } },
        { stream, type: 'job.started', data: { jobId: 'first', deadlineAtMs: null } },
        { stream, type: 'job.succeeded', data: { jobId: 'first', outputs: null, outputsSha256: null } },
        { stream, type: 'job.started', data: { jobId: 'second', deadlineAtMs: null } },
        { stream, type: 'sh.started', data: { ...sampleData['sh.started'], jobId: 'second' } },
      ],
      { actor: 'ci' },
    );
    const events = await store.append(
      (read) => decideEnd(viewRun(read, runId), ending, () => ({ logBytes: 7, logSha256: 'e'.repeat(64) })),
      { actor: 'runner' },
    );
    expect(events.map(({ type, data }) => [type, (data as { jobId?: string }).jobId])).toEqual([
      ['sh.interrupted', 'second'],
      ['job.canceled', 'second'],
      ['job.canceled', 'third'],
      [ending.type, undefined],
    ]);
    const view = viewRun(store.read, runId);
    expect(view.allJobs().map(({ state }) => state)).toEqual(['succeeded', 'canceled', 'canceled']);
    expect(view.sh('second', 1)).toMatchObject({ state: 'interrupted', logBytes: 7 });
    expect(view.openJobs()).toEqual([]);
    expect(view.openSh()).toEqual([]);
    expectRebuildable(store);
  });

  it('is caused by the request that asked for it, however much happened in between', async () => {
    const store = temporaryStore();
    for (const type of [...jobPaths.active!]) await store.append([sampleEvent(type)], { actor: 'ci' });
    const [request] = await store.append(
      (read) => decideCancel(viewRun(read, runId), sampleData['run.cancel-requested']),
      { actor: 'operator:ann' },
    );
    await store.append([sampleEvent('job.logged')], { actor: 'ci' });
    const events = await store.append(
      (read) =>
        decideEnd(viewRun(read, runId), { type: 'run.canceled', by: 'ann', message: 'canceled by ann' }),
      { actor: 'runner' },
    );
    expect(events.map(({ causationSeq }) => causationSeq)).toEqual([request!.seq, request!.seq]);
  });
});

describe('a claim', () => {
  const runRow = (changes: Partial<RunRow>): RunRow =>
    ({ id: runId, state: 'queued', claimedAtMs: null, lastSeq: 7, ...changes }) as RunRow;

  it('follows from the last step of the run', () => {
    expect(decideClaim(runRow({}), sampleData['run.claimed'])).toMatchObject([
      { type: 'run.claimed', stream: `run/${runId}`, cause: 7 },
    ]);
  });

  it('is refused for a claimed run, and says what would be legal', () => {
    expect(() => decideClaim(runRow({ claimedAtMs: 5 }), sampleData['run.claimed'])).toThrow(
      'run.claimed is not legal for run run-1, which is queued and already claimed; legal are: run.released',
    );
  });

  it('is needed for a start and a release', () => {
    expect(() => decideStart(runRow({}), sampleData['run.started'])).toThrow(
      'run.started is not legal for run run-1, which is queued and not claimed; legal are: run.claimed',
    );
    expect(() => decideRelease(runRow({}), 'x')).toThrow('which is queued and not claimed');
  });

  it('can be taken again after a release, and the place in the queue stays', async () => {
    const store = temporaryStore();
    for (const type of ['run.queued', 'run.claimed', 'run.released', 'run.claimed', 'run.started'] as const) {
      await store.append([sampleEvent(type)], { actor: 'runner' });
    }
    expect(viewRun(store.read, runId).run).toMatchObject({ state: 'active', ownerPid: 42 });
    expectRebuildable(store);
  });
});
