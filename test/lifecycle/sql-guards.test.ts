import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobStates, runStates, shStates } from '../../projections/index.js';
import type { EventType } from '../../src/events/index.js';
import { jobMachine, type Machine, runMachine, shMachine } from '../../src/lifecycle/index.js';
import { databasePath, openStore } from '../../src/store/index.js';
import { jobPaths, runPaths, sampleEvent, shPaths } from './reach.js';

/**
 * Straight against SQL: a plain connection without the store's pragmas, its deciders or its reducers. What the
 * triggers and checks let through is the closure of the transition tables, because one append writes a row once.
 */
let root: string;
let db: Database.Database;
let tried = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'quire-sql-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** A database in which the path's events have been appended, opened plainly. */
const afterEvents = async (path: readonly EventType[]): Promise<Database.Database> => {
  tried += 1;
  const folder = join(root, String(tried));
  let now = 1_000;
  const store = openStore(folder, { now: () => ++now });
  for (const type of path) await store.append([sampleEvent(type)], { actor: 'runner' });
  await store.close();
  return new Database(databasePath(folder));
};

const attempt = (sql: string, ...values: unknown[]): string => {
  db.exec('SAVEPOINT attempt');
  try {
    const { changes } = db.prepare(sql).run(...values);
    return changes === 1 ? 'written' : `${changes} rows`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    db.exec('ROLLBACK TO attempt; RELEASE attempt');
  }
};

const reachable = (machine: Machine<string>, from: string): Set<string> => {
  const found = new Set<string>();
  const visit = (state: string) => {
    for (const next of Object.values(machine[state as 'none'] ?? {})) {
      if (next === undefined || found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(from);
  return found;
};

const started = 'coalesce(started_at_ms, 5000)';

/** The columns that a state of the table needs beside its name, so that only the transition is in question. */
const shapes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  runs: {
    queued: 'started_at_ms = NULL, finished_at_ms = NULL, failure_kind = NULL',
    active: `started_at_ms = ${started}, finished_at_ms = NULL, failure_kind = NULL`,
    succeeded: `started_at_ms = ${started}, finished_at_ms = 9000, failure_kind = NULL`,
    failed: "finished_at_ms = 9000, failure_kind = 'orphaned'",
    canceled: 'finished_at_ms = 9000, failure_kind = NULL',
    superseded: "finished_at_ms = 9000, failure_kind = NULL, superseded_by = 'run-2'",
  },
  jobs: {
    queued: 'started_at_ms = NULL, finished_at_ms = NULL',
    active: `started_at_ms = ${started}, finished_at_ms = NULL`,
    succeeded: `started_at_ms = ${started}, finished_at_ms = 9000`,
    failed: `started_at_ms = ${started}, finished_at_ms = 9000`,
    skipped: 'finished_at_ms = 9000',
    canceled: 'finished_at_ms = 9000',
  },
  sh: {
    active: 'finished_at_ms = NULL, exit_code = NULL, signal = NULL',
    exited: 'finished_at_ms = 9000, exit_code = 0, signal = NULL',
    interrupted: 'finished_at_ms = 9000, exit_code = NULL, signal = NULL',
  },
};

const tables = [
  { table: 'runs', states: runStates, machine: runMachine, paths: runPaths },
  { table: 'jobs', states: jobStates, machine: jobMachine, paths: jobPaths },
  { table: 'sh', states: shStates, machine: shMachine, paths: shPaths },
] as const;

for (const { table, states, machine, paths } of tables) {
  describe.each(states.map((state) => ({ from: state })))(`UPDATE of ${table} from $from`, ({ from }) => {
    beforeAll(async () => {
      db = await afterEvents((paths as Record<string, readonly EventType[]>)[from]!);
    });
    afterAll(() => db.close());

    const legal = reachable(machine as Machine<string>, from);
    const stays = (to: string) => to === from && legal.size > 0;
    it.each(states.map((to) => ({ to, legal: legal.has(to) || stays(to) })))(
      'to $to: legal $legal',
      ({ to, legal }) => {
        const outcome = attempt(`UPDATE ${table} SET state = '${to}', ${shapes[table]![to]}`);
        if (legal) expect(outcome).toBe('written');
        else expect(outcome).toMatch(/illegal|jobs_shape/);
      },
    );

    it('refuses to move its times and its identity', () => {
      const once = table === 'sh' ? ['started_at_ms', 'n'] : ['queued_at_ms', 'started_at_ms'];
      for (const column of once) {
        const stands = db.prepare(`SELECT ${column} FROM ${table}`).pluck().get();
        if (stands === null) continue;
        expect(attempt(`UPDATE ${table} SET ${column} = ${column} + 1`)).toMatch(/illegal|CHECK/);
      }
      const [key] = db.prepare(`SELECT name FROM pragma_table_info('${table}') WHERE pk = 1`).pluck().all();
      expect(attempt(`UPDATE ${table} SET ${key} = 'other'`)).toMatch(/illegal|FOREIGN KEY/);
    });
  });
}

describe('the shape of a row', () => {
  const set = { set: '7000', NULL: 'NULL' };
  const shapeCases = (
    table: string,
    states: readonly string[],
    legal: (state: string, s: boolean, f: boolean) => boolean,
  ) =>
    states.flatMap((state) =>
      (['set', 'NULL'] as const).flatMap((startedAt) =>
        (['set', 'NULL'] as const).map((finishedAt) => ({
          table,
          state,
          startedAt,
          finishedAt,
          legal: legal(state, startedAt === 'set', finishedAt === 'set'),
        })),
      ),
    );
  const needs: Readonly<Record<string, readonly [boolean | 'any', boolean]>> = {
    queued: [false, false],
    active: [true, false],
    succeeded: [true, true],
    skipped: [false, true],
    canceled: ['any', true],
    superseded: ['any', true],
  };
  const legalShape = (state: string, s: boolean, f: boolean, failed: boolean | 'any') => {
    const [wantStarted, wantFinished] = state === 'failed' ? [failed, true] : needs[state]!;
    return (wantStarted === 'any' || wantStarted === s) && wantFinished === f;
  };

  beforeAll(async () => {
    db = await afterEvents([...runPaths.active, 'pipeline.registered', 'job.started', 'sh.started']);
    db.pragma('foreign_keys = OFF');
  });
  afterAll(() => db.close());

  /** Inserts a copy of the table's only row under another key, some columns changed. */
  const insertCopy = (table: string, key: string, changes: Readonly<Record<string, string>>): string => {
    const columns = db.prepare(`SELECT name FROM pragma_table_info('${table}')`).pluck().all() as string[];
    const values = columns.map((column) => (column === key ? "'copy'" : (changes[column] ?? `"${column}"`)));
    return attempt(`INSERT INTO ${table} (${columns.join()}) SELECT ${values.join()} FROM ${table}`);
  };

  it.each(shapeCases('runs', runStates, (state, s, f) => legalShape(state, s, f, 'any')))(
    'run $state, started $startedAt, finished $finishedAt: legal $legal',
    ({ state, startedAt, finishedAt, legal }) => {
      const outcome = insertCopy('runs', 'id', {
        state: `'${state}'`,
        started_at_ms: set[startedAt],
        finished_at_ms: set[finishedAt],
        failure_kind: state === 'failed' ? "'orphaned'" : 'NULL',
        superseded_by: "'run-2'",
      });
      expect(outcome).toBe(legal ? 'written' : 'CHECK constraint failed: runs_shape');
    },
  );

  it.each(shapeCases('jobs', jobStates, (state, s, f) => legalShape(state, s, f, true)))(
    'job $state, started $startedAt, finished $finishedAt: legal $legal',
    ({ state, startedAt, finishedAt, legal }) => {
      const outcome = insertCopy('jobs', 'job_id', {
        state: `'${state}'`,
        started_at_ms: set[startedAt],
        finished_at_ms: set[finishedAt],
      });
      expect(outcome).toBe(legal ? 'written' : 'CHECK constraint failed: jobs_shape');
    },
  );

  it.each([
    ['runs', 'id', { started_at_ms: '500' }, 'runs_started'],
    ['runs', 'id', { state: "'canceled'", finished_at_ms: '500' }, 'runs_finished'],
    ['runs', 'id', { failure_kind: "'orphaned'" }, 'runs_failure_kind'],
    ['runs', 'id', { state: "'failed'", finished_at_ms: '9000' }, 'runs_failure_kind'],
    ['runs', 'id', { state: "'superseded'", finished_at_ms: '9000' }, 'runs_superseded_by'],
    ['runs', 'id', { claimed_at_ms: 'NULL', owner_pid: 'NULL', token_hash: 'NULL' }, 'runs_started_claimed'],
    ['runs', 'id', { token_hash: 'NULL' }, 'runs_claimed'],
    ['runs', 'id', { state: "'paused'" }, 'runs_state'],
    [
      'runs',
      'id',
      { state: "'queued'", started_at_ms: 'NULL', cancel_requested_at_ms: '9000' },
      'runs_cancel_requested',
    ],
    ['jobs', 'job_id', { started_at_ms: '500' }, 'jobs_started'],
    ['jobs', 'job_id', { state: "'canceled'", finished_at_ms: '500' }, 'jobs_finished'],
    ['jobs', 'job_id', { allowed_failure: '1' }, 'jobs_allowed_failure'],
    ['jobs', 'job_id', { state: "'queued'", started_at_ms: 'NULL', attempt: '2' }, 'jobs_attempt'],
    ['jobs', 'job_id', { state: "'done'" }, 'jobs_state'],
    ['sh', 'n', { finished_at_ms: '9000' }, 'sh_shape'],
    ['sh', 'n', { state: "'exited'", finished_at_ms: '9000' }, 'sh_shape'],
    [
      'sh',
      'run_id',
      { state: "'exited'", finished_at_ms: '9000', exit_code: '1', signal: "'SIGTERM'" },
      'sh_shape',
    ],
    ['sh', 'n', { state: "'interrupted'", finished_at_ms: '9000', exit_code: '1' }, 'sh_shape'],
    ['sh', 'n', { state: "'exited'", exit_code: '1', finished_at_ms: '500' }, 'sh_finished'],
    ['sh', '', { n: '0' }, 'sh_n'],
    ['sh', 'n', { state: "'lost'" }, 'sh_state'],
  ] as const)('%s with %s and %o breaks %s', (table, key, changes, constraint) => {
    expect(insertCopy(table, key, changes)).toBe(`CHECK constraint failed: ${constraint}`);
  });

  it('lets an open job in only under an active run, and an open command only in an active job', () => {
    expect(insertCopy('jobs', 'run_id', {})).toMatch('only an active run has open jobs');
    expect(insertCopy('sh', 'job_id', {})).toMatch('only an active job has open commands');
  });

  it('refuses to end a run that has an open job or command', () => {
    const end = "UPDATE runs SET state = 'canceled', finished_at_ms = 9000";
    expect(attempt(end)).toBe('illegal transition: the run still has open jobs or commands');
    db.exec("UPDATE jobs SET state = 'canceled', finished_at_ms = 9000");
    expect(attempt(end)).toBe('illegal transition: the run still has open jobs or commands');
    db.exec("UPDATE sh SET state = 'interrupted', finished_at_ms = 9000");
    expect(attempt(end)).toBe('written');
  });
});
