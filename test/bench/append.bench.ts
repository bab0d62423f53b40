import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { bench, describe } from 'vitest';
import { type NewEvent, runStream } from '../../src/events/index.js';
import { databasePath, type EventStore, openStore } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';

/**
 * `npm run bench -- append`: what an append costs beside a raw better-sqlite3 insert of the same event rows into
 * the same table without triggers, in one run on one machine, both with synchronous=FULL. An append also
 * validates, hashes, folds and writes the run's, job's and command's rows. Prints ratios; fails under its budget.
 */
const producers = 100;
const rounds = 9;

/** The benchmark runner repeats what it measures; these measure themselves, against each other, and do so once. */
const options = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 } as const;
const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
};

describe('append', () => {
  bench(
    'one event per commit: at least 0.75 of raw',
    once(() => measure(300, 1, 0.75)),
    options,
  );
  bench(
    '100 concurrent producers: at least 0.4 of raw',
    once(() => measure(10_000, producers, 0.4)),
    options,
  );
});

const measure = async (count: number, concurrent: number, budget: number): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'quire-bench-'));
  try {
    const measured: { ours: number; raw: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { rate, rows } = await appendRate(join(folder, `ours-${round}`), count, concurrent);
      measured.push({ ours: rate, raw: rawRate(join(folder, `raw-${round}.db`), rows, concurrent) });
    }
    const ratio = median(measured.map(({ ours, raw }) => ours / raw));
    const perEvent = (rates: readonly number[]) => `${(1e6 / median(rates)).toFixed(1)} µs`;
    console.log(
      `append, ${concurrent} producer(s): ${perEvent(measured.map(({ ours }) => ours))} an event, ` +
        `raw insert ${perEvent(measured.map(({ raw }) => raw))}: ratio ${ratio.toFixed(2)}, budget ${budget}`,
    );
    if (ratio < budget)
      throw new Error(`append is at ${ratio.toFixed(2)} of raw, under its budget of ${budget}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const appendRate = async (root: string, count: number, concurrent: number) => {
  const store = openStore(root);
  for (let i = 0; i < concurrent; i += 1) await startRun(store, i);
  const first = store.head().seq;
  const perProducer = Math.ceil(count / concurrent);
  const began = process.hrtime.bigint();
  await Promise.all(
    Array.from({ length: concurrent }, async (_, producer) => {
      for (let k = 0; k < perProducer; k += 1) {
        await store.append([runEvent(producer, k)], { actor: 'ci' });
      }
    }),
  );
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  await store.close();
  const db = new Database(databasePath(root), { readonly: true });
  const rows = db.prepare('SELECT * FROM events WHERE seq > ? ORDER BY seq').raw().all(first) as unknown[][];
  db.close();
  return { rate: rows.length / seconds, rows };
};

const rawRate = (path: string, rows: readonly unknown[][], perCommit: number): number => {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -32768');
  db.exec(`CREATE TABLE events (seq INTEGER PRIMARY KEY, id TEXT, stream TEXT, stream_version INTEGER, type TEXT,
    type_version INTEGER, occurred_at_ms INTEGER, recorded_at_ms INTEGER, actor TEXT, causation_seq INTEGER,
    correlation_id TEXT, client_number INTEGER, data TEXT, data_hash TEXT, prev_hash TEXT, hash TEXT);
    CREATE UNIQUE INDEX a ON events (stream, stream_version);
    CREATE INDEX c ON events (correlation_id, seq)`);
  const insert = db.prepare(`INSERT INTO events VALUES (${Array(16).fill('?').join()})`);
  const began = process.hrtime.bigint();
  for (let i = 0; i < rows.length; i += perCommit) {
    db.exec('BEGIN IMMEDIATE');
    for (const row of rows.slice(i, i + perCommit)) insert.run(row);
    db.exec('COMMIT');
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  db.close();
  return rows.length / seconds;
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
