import { sql } from 'drizzle-orm';
import { check, foreignKey, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { type Command, type Location, type StoredEvent, streamId } from '../src/events/index.js';
import { jobs } from './jobs.js';
import { assertAbsent, existing, projection } from './projection.js';

export const shStates = ['active', 'exited', 'interrupted'] as const;

export type ShState = (typeof shStates)[number];

/** One row per `(sh …)`: one command, one exit, one log. */
export const sh = sqliteTable(
  'sh',
  {
    runId: text('run_id').notNull(),
    jobId: text('job_id').notNull(),
    n: integer('n').notNull(),
    state: text('state', { enum: shStates }).notNull(),
    cmd: text('cmd', { mode: 'json' }).$type<Command>().notNull(),
    cwd: text('cwd').notNull(),
    location: text('location', { mode: 'json' }).$type<Location>(),
    exitCode: integer('exit_code'),
    signal: text('signal'),
    timedOut: integer('timed_out', { mode: 'boolean' }).notNull(),
    message: text('message'),
    stdoutBytes: integer('stdout_bytes'),
    stderrBytes: integer('stderr_bytes'),
    logBytes: integer('log_bytes'),
    logSha256: text('log_sha256'),
    logTruncated: integer('log_truncated', { mode: 'boolean' }).notNull(),
    startedAtMs: integer('started_at_ms').notNull(),
    finishedAtMs: integer('finished_at_ms'),
    deadlineAtMs: integer('deadline_at_ms'),
    lastSeq: integer('last_seq').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.jobId, table.n] }),
    foreignKey({ columns: [table.runId, table.jobId], foreignColumns: [jobs.runId, jobs.jobId] }),
    check('sh_state', sql`${table.state} IN ('active', 'exited', 'interrupted')`),
    check(
      'sh_shape',
      sql`CASE ${table.state}
        WHEN 'active' THEN ${table.finishedAtMs} IS NULL AND ${table.exitCode} IS NULL AND ${table.signal} IS NULL
        WHEN 'exited' THEN ${table.finishedAtMs} IS NOT NULL AND (${table.exitCode} IS NULL) <> (${table.signal} IS NULL)
        ELSE ${table.finishedAtMs} IS NOT NULL AND ${table.exitCode} IS NULL END`,
    ),
    check('sh_finished', sql`${table.finishedAtMs} IS NULL OR ${table.finishedAtMs} >= ${table.startedAtMs}`),
    check('sh_n', sql`${table.n} > 0`),
  ],
);

export type ShRow = typeof sh.$inferSelect;

const handled = ['sh.started', 'sh.finished', 'sh.interrupted'] as const;

type Handled = (typeof handled)[number];

export const shProjection = projection<ShRow, Handled>({
  name: 'sh',
  table: sh,
  perStream: { kind: 'run', column: sh.runId },
  version: 1,
  types: handled,
  keyOf: (row) => [row.runId, row.jobId, row.n],
  keys: (event) => [[streamId(event.stream), event.data.jobId, event.data.n]],
  ended: (row) => row.state !== 'active',
  reduce(row, event, key) {
    const at = event.occurredAtMs;
    const lastSeq = event.seq;
    switch (event.type) {
      case 'sh.started':
        assertAbsent(row, 'sh', event, key);
        return started(event);
      case 'sh.finished':
        return {
          ...existing(row, 'sh', event, key),
          ...event.data,
          state: 'exited',
          finishedAtMs: at,
          lastSeq,
        };
      case 'sh.interrupted':
        return {
          ...existing(row, 'sh', event, key),
          state: 'interrupted',
          message: event.data.reason,
          logBytes: event.data.logBytes,
          logSha256: event.data.logSha256,
          finishedAtMs: at,
          lastSeq,
        };
    }
  },
});

const started = (event: StoredEvent<'sh.started'>): ShRow => ({
  runId: streamId(event.stream),
  ...event.data,
  state: 'active',
  exitCode: null,
  signal: null,
  timedOut: false,
  message: null,
  stdoutBytes: null,
  stderrBytes: null,
  logBytes: null,
  logSha256: null,
  logTruncated: false,
  startedAtMs: event.occurredAtMs,
  finishedAtMs: null,
  lastSeq: event.seq,
});
