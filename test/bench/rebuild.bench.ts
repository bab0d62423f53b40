import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { bench, describe } from 'vitest';
import { catalog, type EventType, genesisHash, hashData, hashEvent } from '../../src/events/index.js';
import { backgroundFlags } from '../../src/store/background/start.js';
import { databasePath, openStore } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';

/**
 * `npm run bench -- rebuild`: rebuilding all projections, from the first event to the swap of the tables, beside a
 * paged scan of the same events that only parses their JSON, by turns in one process that runs as that of a rebuild
 * does. Compares processor time. QUIRE_BENCH_EVENTS sets how many events (1,000,000 by default). Prints the ratio and
 * the peak of memory, and beside them the ratio of the fold alone and that to a scan which reads no column but the
 * data; fails when either of the first two misses its budget.
 */
const count = Number(process.env.QUIRE_BENCH_EVENTS ?? 1_000_000);
const budget = 0.6;
const budgetMb = 250;
const rounds = 5;

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
    const { measured, peakMb } = foldRounds(databasePath(root));
    for (const [i, round] of measured.entries()) console.log(`round ${i + 1}: ${textOf(round)}`);
    const ratioOf = (arm: Arm, to: Arm) =>
      median(measured.map((round) => round[arm].cpuMs / round[to].cpuMs));
    const ratio = ratioOf('scan', 'rebuild');
    const verdict =
      `rebuild of ${events} events: ratio ${ratio.toFixed(2)}, budget ${budget} (the fold alone ` +
      `${ratioOf('scan', 'fold').toFixed(2)}; to a scan of the data alone ${ratioOf('scanOfData', 'rebuild').toFixed(2)}); ` +
      `peak ${Math.round(peakMb)} MB, budget ${budgetMb}`;
    console.log(verdict);
    if (!(ratio >= budget && peakMb < budgetMb)) throw new Error(`missed: ${verdict}`);
  } finally {
    rmSync(root, { recursive: true });
  }
};

interface Cost {
  readonly cpuMs: number;
  readonly clockMs: number;
}

/** Of `fold-rounds.mjs`, which says what each does. */
type Arm = 'scan' | 'scanOfData' | 'fold' | 'rebuild';
type Round = Readonly<Record<Arm, Cost>>;

const textOf = (round: Round): string =>
  Object.entries(round)
    .map(
      ([arm, { cpuMs, clockMs }]) => `${arm} ${Math.round(cpuMs)} ms (${Math.round(clockMs)} by the clock)`,
    )
    .join(', ');

const foldRounds = (path: string) => {
  const program = fileURLToPath(new URL('./fold-rounds.mjs', import.meta.url));
  const printed = execFileSync(process.execPath, [...backgroundFlags, program, path, String(rounds)], {
    encoding: 'utf8',
  });
  return JSON.parse(printed) as {
    readonly measured: readonly Round[];
    readonly peakMb: number;
  };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const jobIds = ['build', 'test', 'lint', 'deploy'];

/** A run of four jobs with three commands each, 41 events. */
const life = (i: number): [EventType, unknown][] => {
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
    ...jobIds.flatMap((jobId, j): [EventType, unknown][] => [
      ['job.started', { ...sampleData['job.started'], jobId }],
      ...[1, 2, 3].flatMap((n): [EventType, unknown][] => [
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
        typeVersion: catalog[type].version,
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
