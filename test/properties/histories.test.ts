import { asc } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobs, runs, sh } from '../../projections/index.js';
import { type EventType, eventTypes, type NewEvent } from '../../src/events/index.js';
import { type EventStore, openStore, type StoreReader } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryRoot } from '../store/temporary-store.js';
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

describe('any history of pushes, runs, cancellations, crashes and restarts', () => {
  it('leaves the rows that a model expects, and they can be rebuilt', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(80), fc.nat({ max: 79 }), async (history, restartAt) => {
        const root = temporaryRoot();
        const model = createModel();
        let store = openStore(root, { now: model.now });
        for (const [i, step] of history.entries()) {
          await model.step(store, step);
          if (i !== restartAt) continue;
          await store.close();
          store = openStore(root, { now: model.now });
        }
        expect(found(store)).toEqual(model.expected());
        expectRebuildable(store);
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
        async (history, types, pick) => {
          const model = createModel();
          const store = openStore(temporaryRoot(), { now: model.now });
          for (const step of history) await model.step(store, step);
          await appendAndCompare(store, types, pick);
          expectRebuildable(store);
          await store.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** Appends events without a decider, as one: either all of them are there afterwards, or nothing has changed. */
const appendAndCompare = async (
  store: EventStore,
  types: readonly EventType[],
  pick: number,
): Promise<void> => {
  const ids = found(store).map(({ id }) => id);
  const id = ids[pick % Math.max(1, ids.length)] ?? 'run-0001';
  const before = { rows: found(store), head: store.head(), events: store.readEvents({ limit: 10_000 }) };
  const streams = { repo: 'repo/x', push: 'push/x', run: `run/${id}` } as const;
  const events = types.map((type) => {
    const kind = type.startsWith('repo.') ? 'repo' : type.startsWith('push.') ? 'push' : 'run';
    return { stream: streams[kind], type, data: sampleData[type] } as NewEvent;
  });
  try {
    await store.append(events, { actor: 'runner' });
    expect(store.head().seq).toBe(before.head.seq + events.length);
  } catch {
    expect({ rows: found(store), head: store.head(), events: store.readEvents({ limit: 10_000 }) }).toEqual(
      before,
    );
  }
};
