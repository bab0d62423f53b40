import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { projections } from '../../projections/index.js';
import { type NewEvent, runStream } from '../../src/events/index.js';
import { foldIntoFile } from '../../src/store/fold/fold-into-file.js';
import { databasePath, type EventStore } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { temporaryRoot, temporaryStore } from './temporary-store.js';

const begun = [
  'run.queued',
  'run.claimed',
  'run.started',
  'pipeline.registered',
  'job.started',
  'sh.started',
] as const;
const finished = ['sh.finished', 'job.succeeded', 'run.succeeded'] as const;

/** Every run has begun before the first one ends, so more than a page of events lies between the two. */
const fill = async (store: EventStore, runs: number): Promise<void> => {
  for (const types of [begun, finished]) {
    for (let i = 0; i < runs; i += 1) {
      const stream = runStream(`run-${i}`);
      const events = types.map((type) => ({ stream, type, data: sampleData[type] }) as NewEvent);
      await store.append(events, { actor: 'ci' });
    }
  }
};

const rowsOf = (path: string) => {
  const db = new Database(path, { readonly: true });
  const rows = Object.fromEntries(
    projections.map(({ name }) => [
      name,
      db
        .prepare(`SELECT * FROM "${name}"`)
        .all()
        .map((row) => JSON.stringify(Object.entries(row as object).sort()))
        .sort(),
    ]),
  );
  db.close();
  return rows;
};

it.each([
  ['in memory', Number.MAX_SAFE_INTEGER],
  ['mostly in the file', 1000],
  ['in the file after every page', 0],
])('rows that stay open over pages of events are those of the live tables, kept %s', async (_where, max) => {
  const store = temporaryStore();
  await fill(store, 400);
  const target = join(temporaryRoot(), 'folded.db');
  const source = databasePath(store.root);
  const seq = foldIntoFile(source, target, { projections, skipUnknown: false, maxValuesInMemory: max });
  expect(seq).toBe(store.head().seq);
  const rows = rowsOf(target);
  expect(rows.sh).toHaveLength(400);
  expect(rows).toEqual(rowsOf(source));
});
