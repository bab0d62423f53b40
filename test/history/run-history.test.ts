import { asc, eq } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobs, runs, sh } from '../../projections/index.js';
import type { NewEvent } from '../../src/events/index.js';
import {
  explain,
  historyOf,
  momentAt,
  UnknownJobError,
  UnknownMomentError,
} from '../../src/history/index.js';
import { type EventStore, openStore } from '../../src/store/index.js';
import { runAt } from '../../src/web/time-travel/run-at.js';
import { sampleData } from '../events/sample-data.js';
import { runId, sampleEvent, shPaths } from '../lifecycle/reach.js';
import { anyHistory, createModel } from '../properties/random-history.js';
import { temporaryRoot, temporaryStore } from '../store/temporary-store.js';

const liveRows = ({ read }: EventStore, id: string) => ({
  run: read.select().from(runs).where(eq(runs.id, id)).get(),
  jobs: read.select().from(jobs).where(eq(jobs.runId, id)).orderBy(asc(jobs.position)).all(),
  sh: read.select().from(sh).where(eq(sh.runId, id)).all(),
});

const sorted = <Row extends { jobId: string; n: number }>(rows: readonly Row[]) =>
  rows.toSorted((a, b) => (a.jobId === b.jobId ? a.n - b.n : a.jobId < b.jobId ? -1 : 1));

const failedRun = async (): Promise<EventStore> => {
  let now = 1_000;
  const store = temporaryStore({ now: () => (now += 100) });
  const push = {
    stream: 'push/push-1',
    type: 'push.received',
    data: sampleData['push.received'],
  } as NewEvent;
  await store.append([push, { ...sampleEvent('run.queued'), cause: { index: 0 } } as NewEvent], {
    actor: 'hook',
  });
  let cause = store.head().seq;
  for (const type of [...shPaths.exited.slice(1), 'job.failed', 'run.failed'] as const) {
    await store.append([{ ...sampleEvent(type), cause } as NewEvent], { actor: 'ci' });
    cause = store.head().seq;
  }
  return store;
};

describe('the history of a run', () => {
  it('is each event with the columns it changed, old and new', async () => {
    const moments = [...historyOf(await failedRun(), runId)];
    expect(moments.map(({ event }) => event.type)).toEqual([
      'push.received',
      ...shPaths.exited,
      'job.failed',
      'run.failed',
    ]);
    const started = moments.find(({ event }) => event.type === 'run.started')!;
    expect(started.changes).toEqual([
      {
        table: 'runs',
        key: [runId],
        created: false,
        columns: expect.arrayContaining([
          { column: 'state', before: 'queued', after: 'active' },
          { column: 'startedAtMs', before: null, after: started.event.occurredAtMs },
        ]),
      },
    ]);
    expect(moments.at(-1)!.elapsedMs).toBe(
      moments.at(-1)!.event.occurredAtMs - moments[0]!.event.occurredAtMs,
    );
    expect(moments[3]!.gapMs).toBe(100);
  });

  it('of no run is empty', () => {
    expect([...historyOf(temporaryStore(), 'nobody')]).toEqual([]);
  });

  it('at every event is what the live rows were then', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(50), async (steps) => {
        const model = createModel();
        const store = openStore(temporaryRoot(), { now: model.now });
        const then = new Map<number, Map<string, ReturnType<typeof liveRows>>>();
        for (const step of steps) {
          await model.step(store, step);
          then.set(store.head().seq, new Map(model.expected().map(({ id }) => [id, liveRows(store, id)])));
        }
        for (const { id } of model.expected()) {
          for (const moment of historyOf(store, id)) {
            expect(moment.changes.filter(({ created, columns }) => !created && columns.length === 0)).toEqual(
              [],
            );
            const rows = then.get(moment.event.seq)?.get(id);
            if (rows === undefined) continue;
            const { run, jobs, sh } = moment.snapshot();
            expect({ run, jobs, sh: sorted(sh) }).toEqual({ ...rows, sh: sorted(rows.sh) });
          }
        }
        await store.close();
      }),
      { numRuns: 25 },
    );
  });
});

const localTime = (atMs: number): string => {
  const at = new Date(atMs);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${at.getMilliseconds()}`;
};

describe('a moment', () => {
  it.each([
    ['4', 'active', 'run.started'],
    ['job.started', 'active', 'job.started'],
    ['job.failed:test', 'active', 'job.failed'],
    ['9999', 'failed', 'run.failed'],
    ['1970-01-01T00:00:01.350Z', 'queued', 'run.queued'],
    [localTime(1_350), 'queued', 'run.queued'],
  ])('%s is found, and shows the run %s', async (at, state, type) => {
    const moment = momentAt(await failedRun(), runId, at);
    expect(moment.event.type).toBe(type);
    expect(moment.snapshot().run?.state).toBe(state);
  });

  it('is the same on the page of the run', async () => {
    const store = await failedRun();
    for (const { event } of historyOf(store, runId)) {
      if (event.stream !== `run/${runId}`) continue;
      const { run, jobs, sh } = momentAt(store, runId, String(event.seq)).snapshot();
      const page = runAt(store.read, runId, event.seq);
      expect({ run: page.run, jobs: page.jobs, sh: page.commands }).toEqual({ run, jobs, sh });
    }
  });

  it.each([
    ['0', 'it begins with event 1 at 1970-01-01T00:00:01.200Z'],
    ['1960-01-01', 'it begins with event 1 at 1970-01-01T00:00:01.200Z'],
    [localTime(0), 'it begins with event 1 at 1970-01-01T00:00:01.200Z'],
    ['job.painted', 'it has no such event'],
    ['job.failed:other', 'it has no such event'],
    ['yesterday', 'it is none of these'],
  ])('%s is refused, with the reason and examples', async (at, reason) => {
    const store = await failedRun();
    expect(() => momentAt(store, runId, at)).toThrow(UnknownMomentError);
    expect(() => momentAt(store, runId, at)).toThrow(`${reason}; a moment is an event number, a time`);
  });

  it('of the day after, in a run beyond midnight, is found by its time of day alone', async () => {
    const evening = new Date(2026, 10, 22, 23, 59, 59).getTime();
    let now = evening;
    const store = temporaryStore({ now: () => now });
    await store.append([sampleEvent('run.queued')], { actor: 'hook' });
    now = evening + 3000;
    await store.append([sampleEvent('run.claimed')], { actor: 'runner' });
    expect(momentAt(store, runId, '00:00:02').event.type).toBe('run.claimed');
    expect(momentAt(store, runId, '00:00:01').event.type).toBe('run.queued');
    expect(() => momentAt(store, runId, '20:00:00')).toThrow('it begins with event 1 at');
  });
});

describe('an explanation', () => {
  it('of a run that a newer push ended tells its own story up to then, and that push', async () => {
    let now = 1_000;
    const store = temporaryStore({ now: () => (now += 100) });
    const append = (actor: 'hook' | 'ci', event: object) => store.append([event as NewEvent], { actor });
    const of = (id: string, type: string, cause?: number) => ({
      stream: `run/${id}`,
      type,
      data: sampleData[type as 'run.queued'],
      ...(cause !== undefined && { cause }),
    });
    const [queued] = await append('hook', of('old', 'run.queued'));
    const [claimed] = await append('hook', of('old', 'run.claimed', queued!.seq));
    const [started] = await append('ci', of('old', 'run.started', claimed!.seq));
    const [newer] = await append('hook', of('new', 'run.queued'));
    await append('hook', of('old', 'run.superseded', newer!.seq));
    const run = store.read.select().from(runs).where(eq(runs.id, 'old')).get()!;
    expect(explain(store, run).reasons.map(({ event }) => event.seq)).toEqual([
      queued!.seq,
      claimed!.seq,
      started!.seq,
      newer!.seq,
      newer!.seq + 1,
    ]);
  });

  it('of a canceled job says who asked for it', async () => {
    const store = temporaryStore();
    const types = [
      ...shPaths.exited.slice(0, 4),
      'run.cancel-requested',
      'job.canceled',
      'run.canceled',
    ] as const;
    for (const [i, type] of types.entries()) {
      const cause = type === 'job.canceled' ? 4 : i;
      const event = { ...sampleEvent(type), ...(i > 0 && { cause }) } as NewEvent;
      await store.append([event], { actor: type === 'run.cancel-requested' ? 'operator:ann' : 'ci' });
    }
    const { reasons } = explain(store, { id: runId } as never, 'test');
    expect(reasons.map(({ event }) => event.type)).toEqual(types.slice(0, -1));
    expect(reasons.at(-2)?.event.actor).toBe('operator:ann');
  });

  it('of a run that waits names those under way', async () => {
    const store = temporaryStore();
    const of = (id: string, types: readonly string[]) =>
      types.map(
        (type) => ({ stream: `run/${id}`, type, data: sampleData[type as 'run.claimed'] }) as NewEvent,
      );
    await store.append(of('first', ['run.queued', 'run.claimed', 'run.started', 'run.failed']), {
      actor: 'ci',
    });
    await store.append(of('second', ['run.queued', 'run.claimed', 'run.started']), { actor: 'ci' });
    await store.append(of('mine', ['run.queued']), { actor: 'hook' });
    const run = store.read.select().from(runs).where(eq(runs.id, 'mine')).get()!;
    const { waitsFor } = explain(store, run, undefined, { nowMs: run.queuedAtMs + 10 });
    expect(waitsFor).toEqual({
      blockers: [{ runId: 'second', why: 'same-ref' }],
      blockerCount: 1,
      ranAtOnce: 1,
    });
  });

  it('follows the causes back to the push, first cause first', async () => {
    const { reasons } = explain(await failedRun(), { id: runId } as never);
    expect(reasons.map(({ event }) => event.type)).toEqual([
      'push.received',
      'run.queued',
      'run.claimed',
      'run.started',
      'pipeline.registered',
      'job.started',
      'sh.started',
      'sh.finished',
      'job.failed',
      'run.failed',
    ]);
  });

  it('of a job begins at the same root, and refuses a job that is not there', async () => {
    const store = await failedRun();
    const run = store.read.select().from(runs).get()!;
    expect(explain(store, run, 'test').reasons.at(-1)!.event.type).toBe('job.failed');
    expect(() => explain(store, run, 'other')).toThrow(UnknownJobError);
    expect(() => explain(store, run, 'other')).toThrow(`run ${runId} has no job other; it has: test`);
  });

  it('of a run that ended in the queue says behind which runs it waited', async () => {
    let now = 1_000;
    const store = temporaryStore({ now: () => now });
    const append = async (id: string, type: string) => {
      now += 100;
      const data = sampleData[type as 'run.queued'];
      await store.append([{ stream: `run/${id}`, type, data } as NewEvent], { actor: 'runner' });
    };
    for (const type of ['run.queued', 'run.claimed', 'run.started']) await append('first', type);
    for (const type of ['run.queued', 'run.canceled']) await append('mine', type);
    const run = store.read.select().from(runs).where(eq(runs.id, 'mine')).get()!;
    const canceled = store.head().seq;
    const reasons = explain(store, run).reasons;
    expect(reasons.at(-1)).toMatchObject({
      event: { seq: canceled },
      blockers: [{ runId: 'first', why: 'same-ref' }],
      blockerCount: 1,
    });
  });

  it('names the runs that were in the way while the run waited', async () => {
    let now = 1_000;
    const store = temporaryStore({ now: () => now });
    const of = (id: string, ref: string, types: readonly string[]) =>
      types.map(
        (type) =>
          ({
            stream: `run/${id}`,
            type,
            data:
              type === 'run.queued'
                ? { ...sampleData['run.queued'], ref }
                : sampleData[type as 'run.claimed'],
          }) as NewEvent,
      );
    const main = 'refs/heads/main';
    const append = (events: NewEvent[]) => {
      now += 100;
      return store.append(events, { actor: 'runner' });
    };
    await append(of('early', main, ['run.queued', 'run.claimed', 'run.started', 'run.failed']));
    await append(of('same', main, ['run.queued', 'run.claimed', 'run.started']));
    await append(of('other', 'refs/heads/topic', ['run.queued', 'run.claimed']));
    const [queued] = await append(of('mine', main, ['run.queued']));
    await append(of('same', main, ['run.failed']));
    await append([{ ...of('mine', main, ['run.claimed'])[0]!, cause: queued!.seq } as NewEvent]);
    const run = store.read.select().from(runs).where(eq(runs.id, 'mine')).get()!;
    const { reasons } = explain(store, run);
    expect(reasons.at(-1)).toMatchObject({
      waitedMs: 200,
      blockers: [
        { runId: 'same', why: 'same-ref' },
        { runId: 'other', why: 'limit' },
      ],
      blockerCount: 2,
      ranAtOnce: 2,
    });
  });
});
