import { asc } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type JobRow,
  jobs,
  type Projection,
  projections,
  runs,
  type ShRow,
  sh,
} from '../../projections/index.js';
import { type EventType, eventTypes, type NewEvent, type StoredEvent } from '../../src/events/index.js';
import { momentAt } from '../../src/history/index.js';
import { type EventStore, openStore, type StoreReader } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { differences, type FoldedRows, foldInMemory, liveRows } from './fold-in-memory.js';
import { anyHistory, createModel } from './random-history.js';

/** The live rows, in the words of the model. */
const found = ({ read }: StoreReader) => {
  const jobRows = read.select().from(jobs).orderBy(asc(jobs.position)).all();
  const shRows = read.select().from(sh).orderBy(asc(sh.n)).all();
  return read
    .select()
    .from(runs)
    .orderBy(asc(runs.id))
    .all()
    .map(({ id, state }) => ({
      id,
      state,
      jobs: jobRows
        .filter(({ runId }) => runId === id)
        .map(({ jobId, state }) => ({
          jobId,
          state,
          sh: shRows.filter((row) => row.runId === id && row.jobId === jobId).map((row) => row.state),
        })),
    }));
};

/** A moment of a history: the rows of every read model when this was the last event. */
interface Recorded {
  readonly seq: number;
  readonly rows: FoldedRows;
}

/** What the rows of one run were then, as a replay tells it. */
const runIn = ({ rows }: Recorded, runId: string) => {
  const ofRun = <Row extends { readonly runId: string }>(projection: Projection) =>
    [...(rows.get(projection) as ReadonlyMap<string, Row>).values()].filter((row) => row.runId === runId);
  return {
    run: rows.get(projectionOf('runs'))!.get(runId),
    jobs: ofRun<JobRow>(projectionOf('jobs')).sort((a, b) => a.position - b.position),
    sh: ofRun<ShRow>(projectionOf('sh')),
  };
};

const projectionOf = (name: string): Projection => projections.find((one) => one.name === name)!;

const bySh = (a: ShRow, b: ShRow) => (a.jobId < b.jobId ? -1 : a.jobId > b.jobId ? 1 : a.n - b.n);

/** Folding up to an event, and replaying each run to it, gives what was recorded when it was the last one. */
const expectReplayable = (store: EventStore, recorded: readonly Recorded[]): void => {
  const events = store.readEvents({ limit: 100_000 }) as StoredEvent[];
  for (const moment of recorded) {
    const upTo = events.filter(({ seq }) => seq <= moment.seq);
    expect(differences(foldInMemory(upTo), moment.rows), `folded up to event ${moment.seq}`).toEqual([]);
    for (const runId of moment.rows.get(projectionOf('runs'))!.keys()) {
      const { run, jobs, sh } = momentAt(store, runId, String(moment.seq)).snapshot();
      const told = { run, jobs, sh: [...sh].sort(bySh) };
      const then = runIn(moment, runId);
      expect(told, `run ${runId} at event ${moment.seq}`).toEqual({ ...then, sh: then.sh.sort(bySh) });
    }
  }
};

describe('any history of pushes, runs, cancellations, crashes and restarts', () => {
  it('leaves the rows that a model expects: live, folded again and replayed to any moment of it', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(80), fc.nat({ max: 79 }), async (history, restartAt) => {
        const root = temporaryRoot();
        const model = createModel();
        let store = openStore(root, { now: model.now });
        const recorded: Recorded[] = [];
        for (const [i, step] of history.entries()) {
          await model.step(store, step);
          if (i % 5 === restartAt % 5) recorded.push({ seq: store.head().seq, rows: liveRows(store) });
          if (i !== restartAt) continue;
          await store.close();
          store = openStore(root, { now: model.now });
        }
        expect(found(store)).toEqual(model.expected());
        expectRebuildable(store);
        const events = store.readEvents({ limit: 100_000 }) as StoredEvent[];
        expect(differences(foldInMemory(events), liveRows(store))).toEqual([]);
        expectReplayable(store, recorded);
        await store.close();
      }),
      { numRuns: 60 },
    );
  });

  it('is not changed by an event that SQL refuses, whatever it is', async () => {
    const anyType = fc.constantFrom(...eventTypes);
    await fc.assert(
      fc.asyncProperty(
        anyHistory(40),
        fc.array(anyType, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        anyHistory(20),
        async (history, types, pick, after) => {
          const model = createModel();
          const store = openStore(temporaryRoot(), { now: model.now });
          for (const step of history) await model.step(store, step);
          if (await isRefusedWithoutTrace(store, types, pick)) {
            for (const step of after) await model.step(store, step);
            expect(found(store)).toEqual(model.expected());
          }
          expectRebuildable(store);
          await store.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});

/**
 * Appends events without a decider, as one: either all of them are there afterwards, or nothing has changed, which
 * is the answer.
 */
const isRefusedWithoutTrace = async (
  store: EventStore,
  types: readonly EventType[],
  pick: number,
): Promise<boolean> => {
  const ids = found(store).map(({ id }) => id);
  const id = ids[pick % Math.max(1, ids.length)] ?? 'run-0001';
  const before = { rows: liveRows(store), head: store.head(), events: store.readEvents({ limit: 10_000 }) };
  const streams = { repo: 'repo/x', push: 'push/x', run: `run/${id}` } as const;
  const events = types.map((type) => {
    const kind = type.startsWith('repo.') ? 'repo' : type.startsWith('push.') ? 'push' : 'run';
    return { stream: streams[kind], type, data: sampleData[type] } as NewEvent;
  });
  try {
    await store.append(events, { actor: 'runner' });
    expect(store.head().seq).toBe(before.head.seq + events.length);
    return false;
  } catch {
    expect(differences(before.rows, liveRows(store))).toEqual([]);
    expect({ head: store.head(), events: store.readEvents({ limit: 10_000 }) }).toEqual({
      head: before.head,
      events: before.events,
    });
    return true;
  }
};
