import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '@event-driven-io/emmett';
import { getSQLiteEventStore } from '@event-driven-io/emmett-sqlite';
import Database from 'better-sqlite3';
import { bench, describe } from 'vitest';
import { type NewEvent, runStream } from '../../src/events/index.js';
import { databasePath, type EventStore, openStore } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';

/**
 * `npm run bench -- append`: appends of quire, raw better-sqlite3 inserts of the same rows (the events and the rows
 * folded from them) into tables without constraints and triggers, by turns in short blocks, so that all meet the same
 * disk; then appends of emmett's SQLite store. quire and raw sync every commit; emmett as it does by default. A quire
 * append also validates, hashes, folds and checks. Prints the ratios of the medians over the blocks, that to the event
 * rows alone too; fails under its budgets.
 */
const blocks = 120;
/** Until everything is compiled and the logs have their length. */
const warmUpBlocks = 40;

interface Setting {
  readonly producers: number;
  /** Appends of each producer in one block. */
  readonly each: number;
  /** Budgets: so much of the raw inserts' rate, and so many times emmett's. */
  readonly ofRaw: number;
  readonly ofEmmett: number;
}

const settings: readonly Setting[] = [
  { producers: 1, each: 30, ofRaw: 0.75, ofEmmett: 5 },
  { producers: 100, each: 6, ofRaw: 0.4, ofEmmett: 5 },
];

let done: Promise<void> | undefined;

describe('append', () => {
  bench(
    'one event per commit and 100 concurrent producers, beside raw inserts and emmett',
    () => {
      done ??= measureAll();
      return done;
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});

const measureAll = async (): Promise<void> => {
  const missed: string[] = [];
  for (const setting of settings) {
    const { quire, raw, rawEvents, emmett } = await measure(setting);
    const { producers, ofRaw, ofEmmett } = setting;
    const verdict =
      `append, ${producers} producer(s): ${quire.toFixed(1)} µs an event, raw ${raw.toFixed(1)} (the event rows alone ` +
      `${rawEvents.toFixed(1)}), emmett ${emmett.toFixed(1)}: ${(raw / quire).toFixed(2)} of raw's rate ` +
      `(${(rawEvents / quire).toFixed(2)}), budget ${ofRaw}; ${(emmett / quire).toFixed(1)} times emmett's, budget ${ofEmmett}`;
    console.log(verdict);
    if (raw / quire < ofRaw || emmett / quire < ofEmmett) missed.push(verdict);
  }
  if (missed.length > 0) throw new Error(`missed: ${missed.join('\n')}`);
};

/** Something that events are appended to; gives the microseconds that one took. */
type Arm = (block: number) => Promise<number>;

/** Microseconds an event: quire, raw inserts of the same rows, of the event rows alone, and emmett. */
interface Measured {
  readonly quire: number;
  readonly raw: number;
  readonly rawEvents: number;
  readonly emmett: number;
}

/** The median of each arm over the blocks, in microseconds an event; each stands in each place of a block by turns. */
const medians = async (arms: readonly Arm[]): Promise<number[]> => {
  const measured = arms.map((): number[] => []);
  for (let block = 0; block < blocks; block += 1) {
    for (let place = 0; place < arms.length; place += 1) {
      const i = (block + place) % arms.length;
      const took = await arms[i]!(block);
      if (block >= warmUpBlocks) measured[i]!.push(took);
    }
  }
  return measured.map(median);
};

const measure = async ({ producers, each }: Setting): Promise<Measured> => {
  const folder = mkdtempSync(join(tmpdir(), 'quire-bench-'));
  const store = openStore(join(folder, 'quire'));
  try {
    for (let i = 0; i < producers; i += 1) await startRun(store, i);
    const source = databasePath(join(folder, 'quire'));
    const [quire, raw, rawEvents] = await medians([
      quireArm(store, producers, each),
      rawArm(join(folder, 'raw.db'), source, producers, true),
      rawArm(join(folder, 'raw-events.db'), source, producers, false),
    ]);
    // Alone: its threads and files make whoever comes after it slower by up to a tenth.
    const [emmett] = await medians([emmettArm(join(folder, 'emmett.db'))]);
    return { quire: quire!, raw: raw!, rawEvents: rawEvents!, emmett: emmett! };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
};

const quireArm = (store: EventStore, producers: number, each: number): Arm => {
  const appendFrom = async (producer: number, first: number): Promise<void> => {
    for (let k = first; k < first + each; k += 1) {
      await store.append([runEvent(producer, k)], { actor: 'ci' });
    }
  };
  return (block) =>
    perEvent(producers * each, () =>
      Promise.all(Array.from({ length: producers }, (_, producer) => appendFrom(producer, block * each))),
    );
};

/**
 * The rows that quire has stored since the last block, as many events to a commit as there are producers. With
 * `readModels` also the rows that quire folds from them, into tables without constraints and triggers.
 */
const rawArm = (path: string, sourcePath: string, perCommit: number, readModels: boolean): Arm => {
  const source = new Database(sourcePath, { readonly: true });
  const newRows = source.prepare('SELECT * FROM events WHERE seq > ? ORDER BY seq').raw();
  const foldedRow = source
    .prepare(
      "SELECT * FROM sh WHERE run_id = ? AND job_id = json_extract(?, '$.jobId') AND n = json_extract(?, '$.n')",
    )
    .raw();
  let lastSeq = Number(source.prepare('SELECT max(seq) FROM events').pluck().get());
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -32768');
  db.exec(`CREATE TABLE events (seq INTEGER PRIMARY KEY, id TEXT, stream TEXT, stream_version INTEGER, type TEXT,
    type_version INTEGER, occurred_at_ms INTEGER, recorded_at_ms INTEGER, actor TEXT, causation_seq INTEGER,
    correlation_id TEXT, client_number INTEGER, data TEXT, data_hash TEXT, prev_hash TEXT, hash TEXT);
    CREATE UNIQUE INDEX a ON events (stream, stream_version);
    CREATE INDEX c ON events (correlation_id, seq)`);
  const columns = source.prepare("SELECT name FROM pragma_table_info('sh')").pluck().all() as string[];
  db.exec(`CREATE TABLE sh (${columns.join()}, PRIMARY KEY (run_id, job_id, n))`);
  const insert = db.prepare(`INSERT INTO events VALUES (${Array(16).fill('?').join()})`);
  const replace = db.prepare(`INSERT OR REPLACE INTO sh VALUES (${columns.map(() => '?').join()})`);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const foldedOf = ([, , stream, , type, , , , , , , , data]: readonly unknown[]) =>
    readModels && String(type).startsWith('sh.')
      ? (foldedRow.get(String(stream).slice('run/'.length), data, data) as unknown[])
      : undefined;
  return () => {
    const events = newRows.all(lastSeq) as unknown[][];
    lastSeq += events.length;
    const rows = events.map((event) => ({ event, folded: foldedOf(event) }));
    return perEvent(rows.length, async () => {
      for (let i = 0; i < rows.length; i += perCommit) {
        begin.run();
        for (const { event, folded } of rows.slice(i, i + perCommit)) {
          insert.run(event);
          if (folded !== undefined) replace.run(folded);
        }
        commit.run();
      }
    });
  };
};

/** One event a block, since it is slow enough for that; one after another, since it fails when it is called twice at once. */
const emmettArm = (path: string): Arm => {
  const store = getSQLiteEventStore({ fileName: path, schema: { autoMigration: 'CreateOrUpdate' } });
  return (block) => {
    const { stream, type, data } = runEvent(0, block);
    return perEvent(1, () => store.appendToStream(stream, [{ type, data } as Event]));
  };
};

const perEvent = async (events: number, work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return ((performance.now() - began) * 1000) / events;
};

const startRun = async (store: EventStore, i: number): Promise<void> => {
  const stream = runStream(`run-${i}`);
  const types = ['run.queued', 'run.claimed', 'run.started', 'pipeline.registered', 'job.started'] as const;
  const events = types.map((type) => ({ stream, type, data: sampleData[type] }) as NewEvent);
  await store.append(events, { actor: 'runner' });
};

/** What a running job mostly says: a command began, a command ended, a line of its code's log. */
const runEvent = (producer: number, k: number): NewEvent => {
  const stream = runStream(`run-${producer}`);
  const n = Math.floor(k / 3) + 1;
  const clientNumber = k + 1;
  const kinds = [
    { stream, type: 'sh.started', clientNumber, data: { ...sampleData['sh.started'], n } },
    { stream, type: 'sh.finished', clientNumber, data: { ...sampleData['sh.finished'], n } },
    { stream, type: 'job.logged', clientNumber, data: sampleData['job.logged'] },
  ] satisfies NewEvent[];
  return kinds[k % 3]!;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
