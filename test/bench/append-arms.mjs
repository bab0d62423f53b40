// Appends events by turns to quire, by raw inserts and to emmett, and prints the median of each, in microseconds an
// event, as JSON. A process of its own, so that quire runs as its server does and not inside a test runner:
// `node append-arms.mjs SETTING SAMPLE`, with the setting and the sample data of each event type as JSON.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { runStream } from '../../dist/src/events/index.js';
import { databasePath, openStore } from '../../dist/src/store/index.js';

const blocks = 120;
/** Until everything is compiled and the logs have their length. */
const warmUpBlocks = 20;

const [setting, sampleData] = process.argv.slice(2).map((text) => JSON.parse(text));

/** The median of each arm over the blocks, in microseconds an event; each stands in each place of a block by turns. */
const medians = async (arms) => {
  const measured = arms.map(() => []);
  for (let block = 0; block < blocks; block += 1) {
    for (let place = 0; place < arms.length; place += 1) {
      const i = (block + place) % arms.length;
      const took = await arms[i](block);
      if (block >= warmUpBlocks) measured[i].push(took);
    }
  }
  return measured.map(median);
};

const measure = async (setting) => {
  const folder = mkdtempSync(join(tmpdir(), 'quire-bench-'));
  const store = openStore(join(folder, 'quire'));
  try {
    for (let i = 0; i < setting.producers; i += 1) await startRun(store, i);
    const source = databasePath(join(folder, 'quire'));
    const arms = [
      quireArm(store, setting),
      rawArm(join(folder, 'raw.db'), source, setting, true),
      rawArm(join(folder, 'raw-events.db'), source, setting, false),
    ];
    // One block ahead, so that the raw arms have rows of quire's to write whichever place they stand in.
    await arms[0]();
    const [quire, raw, rawEvents] = await medians(arms);
    // Alone, and only loaded now: its threads and files make whoever comes after it slower by up to a tenth.
    const [emmett] = await medians([await emmettArm(join(folder, 'emmett.db'))]);
    return { quire, raw, rawEvents, emmett };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
};

const quireArm = (store, { producers, each }) => {
  let block = 0;
  const appendFrom = async (producer, first) => {
    for (let k = first; k < first + each; k += 1) {
      await store.append([runEvent(producer, k)], { actor: 'ci' });
    }
  };
  return () => {
    const first = block * each;
    block += 1;
    return perEvent(producers * each, () =>
      Promise.all(Array.from({ length: producers }, (_, producer) => appendFrom(producer, first))),
    );
  };
};

/**
 * The next block of rows that quire has stored, as many events to a commit as there are producers. With `readModels`
 * also the rows that quire folds from them, into tables without constraints and triggers.
 */
const rawArm = (path, sourcePath, { producers, each }, readModels) => {
  const source = new Database(sourcePath, { readonly: true });
  const nextRows = source.prepare('SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?').raw();
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
  db.pragma('wal_autocheckpoint = 2000');
  db.exec(`CREATE TABLE events (seq INTEGER PRIMARY KEY, id TEXT, stream TEXT, stream_version INTEGER, type TEXT,
    type_version INTEGER, occurred_at_ms INTEGER, recorded_at_ms INTEGER, actor TEXT, causation_seq INTEGER,
    correlation_id TEXT, client_number INTEGER, data TEXT, data_hash TEXT, prev_hash TEXT, hash TEXT);
    CREATE UNIQUE INDEX a ON events (stream, stream_version);
    CREATE INDEX c ON events (correlation_id, seq)`);
  const columns = source.prepare("SELECT name FROM pragma_table_info('sh')").pluck().all();
  db.exec(`CREATE TABLE sh (${columns.join()}, PRIMARY KEY (run_id, job_id, n))`);
  const insert = db.prepare(`INSERT INTO events VALUES (${Array(16).fill('?').join()})`);
  const replace = db.prepare(`INSERT OR REPLACE INTO sh VALUES (${columns.map(() => '?').join()})`);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const foldedOf = ([, , stream, , type, , , , , , , , data]) =>
    readModels && String(type).startsWith('sh.')
      ? foldedRow.get(String(stream).slice('run/'.length), data, data)
      : undefined;
  return () => {
    const events = nextRows.all(lastSeq, producers * each);
    if (events.length !== producers * each)
      throw new Error(`no block of rows after ${lastSeq}: ${events.length}`);
    lastSeq += events.length;
    const rows = events.map((event) => ({ event, folded: foldedOf(event) }));
    return perEvent(rows.length, async () => {
      for (let i = 0; i < rows.length; i += producers) {
        begin.run();
        for (const { event, folded } of rows.slice(i, i + producers)) {
          insert.run(event);
          if (folded !== undefined) replace.run(folded);
        }
        commit.run();
      }
    });
  };
};

/** One event a block, since it is slow enough for that; one after another, since it fails when it is called twice at once. */
const emmettArm = async (path) => {
  const { getSQLiteEventStore } = await import('@event-driven-io/emmett-sqlite');
  const store = getSQLiteEventStore({ fileName: path, schema: { autoMigration: 'CreateOrUpdate' } });
  return (block) => {
    const { stream, type, data } = runEvent(0, block);
    return perEvent(1, () => store.appendToStream(stream, [{ type, data }]));
  };
};

const perEvent = async (events, work) => {
  const began = performance.now();
  await work();
  return ((performance.now() - began) * 1000) / events;
};

const startRun = async (store, i) => {
  const stream = runStream(`run-${i}`);
  const types = ['run.queued', 'run.claimed', 'run.started', 'pipeline.registered', 'job.started'];
  const events = types.map((type) => ({ stream, type, data: sampleData[type] }));
  await store.append(events, { actor: 'runner' });
};

/** What a running job mostly says: a command began, a command ended, a line of its code's log. */
const runEvent = (producer, k) => {
  const stream = runStream(`run-${producer}`);
  const n = Math.floor(k / 3) + 1;
  const clientNumber = k + 1;
  return [
    { stream, type: 'sh.started', clientNumber, data: { ...sampleData['sh.started'], n } },
    { stream, type: 'sh.finished', clientNumber, data: { ...sampleData['sh.finished'], n } },
    { stream, type: 'job.logged', clientNumber, data: sampleData['job.logged'] },
  ][k % 3];
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

console.log(JSON.stringify(await measure(setting)));
process.exit();
