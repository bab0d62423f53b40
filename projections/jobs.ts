import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { type JobOptions, type Location, type StoredEvent, streamId } from '../src/events/index.js';
import { assertAbsent, existing, type Key, projection } from './projection.js';
import { runs } from './runs.js';

export const jobStates = ['queued', 'active', 'succeeded', 'failed', 'skipped', 'canceled'] as const;

export type JobState = (typeof jobStates)[number];

/** One row per job of a run, from its registration on. */
export const jobs = sqliteTable(
  'jobs',
  {
    runId: text('run_id').notNull(),
    jobId: text('job_id').notNull(),
    /** The place in the order of execution, from 0. */
    position: integer('position').notNull(),
    inputs: text('inputs', { mode: 'json' }).$type<readonly string[]>().notNull(),
    options: text('options', { mode: 'json' }).$type<JobOptions>().notNull(),
    line: integer('line').notNull(),
    state: text('state', { enum: jobStates }).notNull(),
    /** True for a failed job that does not fail its run. */
    allowedFailure: integer('allowed_failure', { mode: 'boolean' }).notNull(),
    attempt: integer('attempt').notNull(),
    exitCode: integer('exit_code'),
    message: text('message'),
    location: text('location', { mode: 'json' }).$type<Location>(),
    outputs: text('outputs', { mode: 'json' }).$type<unknown>(),
    outputsSha256: text('outputs_sha256'),
    queuedAtMs: integer('queued_at_ms').notNull(),
    startedAtMs: integer('started_at_ms'),
    finishedAtMs: integer('finished_at_ms'),
    deadlineAtMs: integer('deadline_at_ms'),
    lastSeq: integer('last_seq').notNull(),
    /** The earlier run that the result was taken from; null for a job that this run decided itself. */
    reusedFrom: text('reused_from'),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.jobId] }),
    foreignKey({ columns: [table.runId], foreignColumns: [runs.id] }),
    index('jobs_job_id').on(table.jobId, table.runId),
    check(
      'jobs_state',
      sql`${table.state} IN ('queued', 'active', 'succeeded', 'failed', 'skipped', 'canceled')`,
    ),
    check(
      'jobs_shape',
      sql`CASE ${table.state}
        WHEN 'queued' THEN ${table.startedAtMs} IS NULL AND ${table.finishedAtMs} IS NULL
        WHEN 'active' THEN ${table.startedAtMs} IS NOT NULL AND ${table.finishedAtMs} IS NULL
        WHEN 'skipped' THEN ${table.startedAtMs} IS NULL AND ${table.finishedAtMs} IS NOT NULL
        WHEN 'canceled' THEN ${table.finishedAtMs} IS NOT NULL
        ELSE ${table.startedAtMs} IS NOT NULL AND ${table.finishedAtMs} IS NOT NULL END`,
    ),
    check('jobs_allowed_failure', sql`${table.allowedFailure} = 0 OR ${table.state} = 'failed'`),
    check('jobs_attempt', sql`${table.attempt} = 1 OR ${table.startedAtMs} IS NOT NULL`),
    check('jobs_started', sql`${table.startedAtMs} IS NULL OR ${table.startedAtMs} >= ${table.queuedAtMs}`),
    check(
      'jobs_finished',
      sql`${table.finishedAtMs} IS NULL OR ${table.finishedAtMs} >= coalesce(${table.startedAtMs}, ${table.queuedAtMs})`,
    ),
  ],
);

export type JobRow = typeof jobs.$inferSelect;

const handled = [
  'pipeline.registered',
  'job.started',
  'job.retried',
  'job.succeeded',
  'job.reused',
  'job.failed',
  'job.skipped',
  'job.canceled',
] as const;

type Handled = (typeof handled)[number];

export const jobsProjection = projection<JobRow, Handled>({
  name: 'jobs',
  table: jobs,
  perStream: { kind: 'run', column: jobs.runId },
  version: 1,
  types: handled,
  keyOf: (row) => [row.runId, row.jobId],
  keys(event) {
    const runId = streamId(event.stream);
    if (event.type === 'pipeline.registered') return event.data.jobs.map(({ id }) => [runId, id]);
    return [[runId, event.data.jobId]];
  },
  ended: (row) => row.state !== 'queued' && row.state !== 'active',
  reduce(row, event, key) {
    if (event.type === 'pipeline.registered') {
      assertAbsent(row, 'jobs', event, key);
      return registered(event, key);
    }
    const job = existing(row, 'jobs', event, key);
    return { ...job, ...change(event), lastSeq: event.seq };
  },
});

const registered = (event: StoredEvent<'pipeline.registered'>, key: Key): JobRow => {
  const position = event.data.jobs.findIndex(({ id }) => id === key[1]);
  const job = event.data.jobs[position]!;
  return {
    runId: String(key[0]),
    jobId: job.id,
    position,
    inputs: job.inputs,
    options: job.options,
    line: job.line,
    state: 'queued',
    allowedFailure: false,
    attempt: 1,
    exitCode: null,
    message: null,
    location: null,
    outputs: null,
    outputsSha256: null,
    queuedAtMs: event.occurredAtMs,
    startedAtMs: null,
    finishedAtMs: null,
    deadlineAtMs: null,
    lastSeq: event.seq,
    reusedFrom: null,
  };
};

const change = (event: StoredEvent<Exclude<Handled, 'pipeline.registered'>>): Partial<JobRow> => {
  const at = event.occurredAtMs;
  switch (event.type) {
    case 'job.started':
      return { state: 'active', startedAtMs: at, deadlineAtMs: event.data.deadlineAtMs };
    case 'job.retried':
      return { attempt: event.data.attempt };
    case 'job.succeeded':
      return {
        state: 'succeeded',
        finishedAtMs: at,
        outputs: event.data.outputs,
        outputsSha256: event.data.outputsSha256,
      };
    case 'job.reused':
      return {
        state: 'succeeded',
        startedAtMs: at,
        finishedAtMs: at,
        outputs: event.data.outputs,
        outputsSha256: event.data.outputsSha256,
        reusedFrom: event.data.runId,
      };
    case 'job.failed':
      return {
        state: 'failed',
        finishedAtMs: at,
        allowedFailure: event.data.allowed,
        exitCode: event.data.exitCode,
        message: event.data.message,
        location: event.data.location,
      };
    case 'job.skipped':
      return { state: 'skipped', finishedAtMs: at, message: event.data.message };
    case 'job.canceled':
      return { state: 'canceled', finishedAtMs: at, message: event.data.message };
  }
};
