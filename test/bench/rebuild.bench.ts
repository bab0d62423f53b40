import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { bench, describe } from 'vitest';
import { projections } from '../../projections/index.js';
import { genesisHash, hashData, hashEvent } from '../../src/events/index.js';
import { foldIntoFile } from '../../src/store/fold-into-file.js';
import { databasePath, openStore } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';

/**
 * `npm run bench -- rebuild`: folding all projections into a new file beside a paged scan of the same events that
 * only parses their JSON, in one run on one machine. QUIRE_BENCH_EVENTS sets how many (1,000,000 by default).
 * Prints the ratio and the memory; fails under its budget.
 */
const count = Number(process.env.QUIRE_BENCH_EVENTS ?? 1_000_000);
const budget = 0.6;
const rounds = 3;

let done: Promise<void> | undefined;

describe('rebuild', () => {
  bench(
    `all projections from ${count} events: at least ${budget} of a scan`,
    () => {
      done ??= measure();
      return done;
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});

const measure = async (): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), 'quire-bench-'));
  try {
    await openStore(root).close();
    const events = fill(databasePath(root));
    const ratios: number[] = [];
    let peakMb = 0;
    for (let round = 0; round < rounds; round += 1) {
      const scanMs = timed(() => scan(databasePath(root)));
      const target = join(root, `rebuilt-${round}.db`);
      const foldMs = timed(() =>
        foldIntoFile(databasePath(root), target, {
          projections,
          skipUnknown: false,
          onPage: () => {
            peakMb = Math.max(peakMb, process.memoryUsage.rss() / 1e6);
          },
        }),
      );
      rmSync(target);
      ratios.push(scanMs / foldMs);
      console.log(
        `round ${round + 1}: scan ${Math.round(scanMs)} ms, rebuild ${Math.round(foldMs)} ms ` +
          `(${Math.round(events / (foldMs / 1000))} events/s), ratio ${(scanMs / foldMs).toFixed(2)}`,
      );
    }
    const ratio = ratios.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!;
    console.log(
      `rebuild of ${events} events: ratio ${ratio.toFixed(2)}, budget ${budget}; ${Math.round(peakMb)} MB`,
    );
    if (ratio < budget)
      throw new Error(`rebuild is at ${ratio.toFixed(2)} of a scan, under its budget of ${budget}`);
  } finally {
    rmSync(root, { recursive: true });
  }
};

const timed = (work: () => void): number => {
  const began = performance.now();
  work();
  return performance.now() - began;
};

const scan = (path: string): void => {
  const db = new Database(path, { readonly: true });
  const page = db.prepare('SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT 2000');
  let last = 0;
  for (;;) {
    const rows = page.all(last) as { seq: number; data: string }[];
    for (const row of rows) JSON.parse(row.data);
    if (rows.length < 2000) break;
    last = rows.at(-1)!.seq;
  }
  db.close();
};

const jobIds = ['build', 'test', 'lint', 'deploy'];

/** A run of four jobs with three commands each, 41 events. */
const life = (i: number): [string, unknown][] => {
  const jobs = jobIds.map((id) => ({ ...sampleData['pipeline.registered'].jobs[0]!, id }));
  const queued = {
    ...sampleData['run.queued'],
    repo: `repo-${i % 20}`,
    sha: (i % 9973).toString(16).padStart(40, '0'),
  };
  return [
    ['run.queued', queued],
    ['run.claimed', sampleData['run.claimed']],
    ['run.started', sampleData['run.started']],
    ['pipeline.registered', { ...sampleData['pipeline.registered'], jobs }],
    ...jobIds.flatMap((jobId, j): [string, unknown][] => [
      ['job.started', { ...sampleData['job.started'], jobId }],
      ...[1, 2, 3].flatMap((n): [string, unknown][] => [
        ['sh.started', { ...sampleData['sh.started'], jobId, n }],
        ['sh.finished', { ...sampleData['sh.finished'], jobId, n }],
      ]),
      ['job.logged', { ...sampleData['job.logged'], jobId }],
      (i + j) % 7 === 0
        ? ['job.failed', { ...sampleData['job.failed'], jobId, allowed: true }]
        : ['job.succeeded', { ...sampleData['job.succeeded'], jobId }],
    ]),
    ['run.succeeded', {}],
  ];
};

/** Straight into the table, without folding: the rows are what is measured. */
const fill = (path: string): number => {
  const db = new Database(path);
  db.pragma('synchronous = OFF');
  for (const name of db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'events'")
    .pluck()
    .all()) {
    db.exec(`DROP TRIGGER "${name}"`);
  }
  const insert = db.prepare(`INSERT INTO events VALUES (${Array(16).fill('?').join()})`);
  let seq = 0;
  let prevHash = genesisHash;
  db.exec('BEGIN');
  for (let i = 0; seq < count; i += 1) {
    const stream = `run/r${String(i).padStart(8, '0')}` as const;
    let clientNumber = 0;
    for (const [version, [type, data]] of life(i).entries()) {
      seq += 1;
      const json = JSON.stringify(data);
      const at = 1_795_000_000_000 + seq * 50;
      const isCi = version > 2;
      if (isCi) clientNumber += 1;
      const event = {
        seq,
        id: `id-${seq}`,
        stream,
        streamVersion: version + 1,
        type,
        typeVersion: 1,
        occurredAtMs: at,
        recordedAtMs: at,
        actor: 'ci' as const,
        causationSeq: version === 0 ? null : seq - 1,
        correlationId: `push-${i}`,
        clientNumber: isCi ? clientNumber : null,
        dataHash: hashData(json),
        prevHash,
      };
      prevHash = hashEvent(event);
      const { dataHash, prevHash: before, ...rest } = event;
      insert.run(...Object.values(rest), json, dataHash, before, prevHash);
    }
  }
  db.exec('COMMIT');
  db.close();
  return seq;
};
