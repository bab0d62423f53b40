import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { jobs, runs } from '../../projections/index.js';
import { type NewEvent, runStream } from '../../src/events/index.js';
import { databasePath, openStore, openStoreReader, type StoreReader } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryRoot } from '../store/temporary-store.js';

const count = 1200;
const eventsOf = (id: string): NewEvent[] =>
  (['run.queued', 'run.claimed', 'run.started', 'pipeline.registered'] as const).map((type) => ({
    stream: runStream(id),
    type,
    data: sampleData[type],
  })) as NewEvent[];

/** A root whose rows are all wrong in a way that shows which rows a reader has before it. */
const rootWithOldRows = async (): Promise<string> => {
  const root = temporaryRoot();
  const store = openStore(root);
  const ids = Array.from({ length: count }, (_, i) => `run-${String(i).padStart(5, '0')}`);
  await store.append(ids.flatMap(eventsOf), { actor: 'runner' });
  await store.close();
  const database = new Database(databasePath(root));
  database.exec("UPDATE runs SET subject = 'old'; UPDATE jobs SET line = 4242");
  database.close();
  return root;
};

type Reading = StoreReader['read'];
const oldRuns = (read: Reading) =>
  read
    .select()
    .from(runs)
    .all()
    .filter(({ subject }) => subject === 'old').length;
const oldJobs = (read: Reading) =>
  read
    .select()
    .from(jobs)
    .all()
    .filter(({ line }) => line === 4242).length;

describe('a reader beside a rebuild', () => {
  it('sees all old rows or all new ones, at every turn of the server', async () => {
    const root = await rootWithOldRows();
    const store = openStore(root);
    const reader = openStoreReader(root);
    const seen = new Set<string>();
    const look = () => {
      seen.add(reader.read.transaction((read) => `${oldRuns(read)} runs, ${oldJobs(read)} jobs`));
    };
    let isOver = false;
    look();
    const rebuilt = store.rebuild(undefined, { onProgress: look }).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      look();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await rebuilt;
    look();
    expect([...seen]).toEqual([`${count} runs, ${count} jobs`, '0 runs, 0 jobs']);
    expectRebuildable(store);
    reader.close();
    await store.close();
  });

  it('that began before the tables change places goes on in the old ones, and holds up nothing', async () => {
    const root = await rootWithOldRows();
    const store = openStore(root);
    const reader = openStoreReader(root);
    const connection = new Database(databasePath(root), { readonly: true });
    connection.exec('BEGIN');
    const oldOnes = (table: string, where: string) =>
      connection.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get();
    expect(oldOnes('runs', "subject = 'old'")).toBe(count);
    await store.rebuild();
    expect(oldRuns(reader.read)).toBe(0);
    expect(oldOnes('jobs', 'line = 4242')).toBe(count);
    expect(oldOnes('runs', "subject = 'old'")).toBe(count);
    connection.exec('COMMIT');
    expect([oldOnes('runs', "subject = 'old'"), oldOnes('jobs', 'line = 4242')]).toEqual([0, 0]);
    connection.close();
    reader.close();
    await store.close();
  });
});
