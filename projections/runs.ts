import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { type Diagnostic, type StoredEvent, streamId } from '../src/events/index.js';
import { assertAbsent, existing, InactiveRowError, type Key, projection } from './projection.js';

export const runStates = ['queued', 'active', 'succeeded', 'failed', 'canceled', 'superseded'] as const;

export type RunState = (typeof runStates)[number];

/** One row per run: where it stands, and everything a list or the queue asks of it. */
export const runs = sqliteTable(
  'runs',
  {
    id: text('id').primaryKey(),
    repo: text('repo').notNull(),
    ref: text('ref').notNull(),
    sha: text('sha').notNull(),
    previousSha: text('previous_sha'),
    pushId: text('push_id').notNull(),
    pusher: text('pusher').notNull(),
    pushedAtMs: integer('pushed_at_ms').notNull(),
    subject: text('subject'),
    author: text('author'),
    attempt: integer('attempt').notNull(),
    rerunOf: text('rerun_of'),
    state: text('state', { enum: runStates }).notNull(),
    /** Set when and only when the run failed. */
    failureKind: text('failure_kind'),
    /** Why it ended as it did, in words. */
    message: text('message'),
    diagnostics: text('diagnostics', { mode: 'json' }).$type<readonly Diagnostic[]>(),
    queuedAtMs: integer('queued_at_ms').notNull(),
    claimedAtMs: integer('claimed_at_ms'),
    startedAtMs: integer('started_at_ms'),
    finishedAtMs: integer('finished_at_ms'),
    deadlineAtMs: integer('deadline_at_ms'),
    launcher: text('launcher'),
    ownerBootId: text('owner_boot_id'),
    ownerPid: integer('owner_pid'),
    ownerStartTime: integer('owner_start_time'),
    tokenHash: text('token_hash'),
    cancelRequestedAtMs: integer('cancel_requested_at_ms'),
    cancelReason: text('cancel_reason', { enum: ['operator', 'superseded', 'timed-out'] }),
    cancelBy: text('cancel_by'),
    cancelForced: integer('cancel_forced', { mode: 'boolean' }).notNull(),
    supersededBy: text('superseded_by'),
    maxParallelJobs: integer('max_parallel_jobs'),
    sourceSha256: text('source_sha256'),
    correlationId: text('correlation_id').notNull(),
    /** The last event of the run itself and not of its jobs: the next one of the run follows from it. */
    lastSeq: integer('last_seq').notNull(),
  },
  (table) => [
    index('runs_repo_id').on(table.repo, table.id),
    index('runs_repo_ref_id').on(table.repo, table.ref, table.id),
    index('runs_state_id').on(table.state, table.id),
    index('runs_rerun_of').on(table.rerunOf).where(sql`rerun_of IS NOT NULL`),
    index('runs_repo_claimed').on(table.repo, table.claimedAtMs),
    check(
      'runs_state',
      sql`${table.state} IN ('queued', 'active', 'succeeded', 'failed', 'canceled', 'superseded')`,
    ),
    check(
      'runs_shape',
      sql`CASE ${table.state}
        WHEN 'queued' THEN ${table.startedAtMs} IS NULL AND ${table.finishedAtMs} IS NULL
        WHEN 'active' THEN ${table.startedAtMs} IS NOT NULL AND ${table.finishedAtMs} IS NULL
        WHEN 'succeeded' THEN ${table.startedAtMs} IS NOT NULL AND ${table.finishedAtMs} IS NOT NULL
        ELSE ${table.finishedAtMs} IS NOT NULL END`,
    ),
    check('runs_failure_kind', sql`(${table.state} = 'failed') = (${table.failureKind} IS NOT NULL)`),
    check('runs_superseded_by', sql`${table.state} <> 'superseded' OR ${table.supersededBy} IS NOT NULL`),
    check('runs_started', sql`${table.startedAtMs} IS NULL OR ${table.startedAtMs} >= ${table.queuedAtMs}`),
    check(
      'runs_cancel_requested',
      sql`${table.cancelRequestedAtMs} IS NULL OR ${table.startedAtMs} IS NOT NULL`,
    ),
    check('runs_started_claimed', sql`${table.startedAtMs} IS NULL OR ${table.claimedAtMs} IS NOT NULL`),
    check(
      'runs_finished',
      sql`${table.finishedAtMs} IS NULL OR ${table.finishedAtMs} >= coalesce(${table.startedAtMs}, ${table.queuedAtMs})`,
    ),
    check(
      'runs_claimed',
      sql`(${table.claimedAtMs} IS NULL) = (${table.ownerPid} IS NULL) AND (${table.claimedAtMs} IS NULL) = (${table.tokenHash} IS NULL)`,
    ),
  ],
);

export type RunRow = typeof runs.$inferSelect;

const handled = [
  'run.queued',
  'run.claimed',
  'run.released',
  'run.started',
  'run.adopted',
  'run.cancel-requested',
  'run.succeeded',
  'run.failed',
  'run.canceled',
  'run.superseded',
  'pipeline.registered',
  'job.started',
  'job.logged',
  'job.retried',
  'job.succeeded',
  'job.reused',
  'job.failed',
  'job.skipped',
  'job.canceled',
  'file.read',
  'file.written',
  'secret.revealed',
  'sh.started',
  'sh.finished',
  'sh.interrupted',
] as const;

type Handled = (typeof handled)[number];

/** Those that change a run's row. */
type OfRunItself = Exclude<Extract<Handled, `run.${string}` | 'pipeline.registered'>, 'run.queued'>;

export const runsProjection = projection<RunRow, Handled>({
  name: 'runs',
  table: runs,
  perStream: { kind: 'run', column: runs.id },
  version: 2,
  types: handled,
  keyOf: (row) => [row.id],
  keys: (event) => [[streamId(event.stream)]],
  ended: (row) => row.state !== 'queued' && row.state !== 'active',
  reduce(row, event, key) {
    if (event.type === 'run.queued') {
      assertAbsent(row, 'runs', event, key);
      return queued(event);
    }
    const run = existing(row, 'runs', event, key);
    if (isOfRunItself(event)) return { ...run, ...change(run, event), lastSeq: event.seq };
    assertActive(run, event, key);
    return run;
  },
});

const queued = (event: StoredEvent<'run.queued'>): RunRow => ({
  id: streamId(event.stream),
  repo: event.data.repo,
  ref: event.data.ref,
  sha: event.data.sha,
  previousSha: event.data.previousSha,
  pushId: event.data.pushId,
  pusher: event.data.pusher,
  pushedAtMs: event.data.pushedAtMs,
  subject: event.data.subject,
  author: event.data.author,
  attempt: event.data.attempt,
  rerunOf: event.data.rerunOf,
  state: 'queued',
  failureKind: null,
  message: null,
  diagnostics: null,
  queuedAtMs: event.occurredAtMs,
  claimedAtMs: null,
  startedAtMs: null,
  finishedAtMs: null,
  deadlineAtMs: null,
  launcher: null,
  ownerBootId: null,
  ownerPid: null,
  ownerStartTime: null,
  tokenHash: null,
  cancelRequestedAtMs: null,
  cancelReason: null,
  cancelBy: null,
  cancelForced: false,
  supersededBy: null,
  maxParallelJobs: null,
  sourceSha256: null,
  correlationId: event.correlationId,
  lastSeq: event.seq,
});

const change = (run: RunRow, event: StoredEvent<OfRunItself>): Partial<RunRow> => {
  const at = event.occurredAtMs;
  switch (event.type) {
    case 'run.claimed':
      return {
        claimedAtMs: at,
        launcher: event.data.launcher,
        tokenHash: event.data.tokenHash,
        ...owner(event.data.owner),
      };
    case 'run.released':
      return {
        claimedAtMs: null,
        launcher: null,
        tokenHash: null,
        ownerBootId: null,
        ownerPid: null,
        ownerStartTime: null,
      };
    case 'run.started':
      return { state: 'active', startedAtMs: at, deadlineAtMs: event.data.deadlineAtMs };
    case 'run.adopted':
      return owner(event.data.owner);
    case 'run.cancel-requested':
      return {
        cancelRequestedAtMs: run.cancelRequestedAtMs ?? at,
        cancelReason: event.data.reason,
        cancelBy: event.data.by,
        message: event.data.message,
        cancelForced: run.cancelForced || event.data.force,
        supersededBy: event.data.supersededBy ?? run.supersededBy,
      };
    case 'run.succeeded':
      return { state: 'succeeded', finishedAtMs: at, message: null };
    case 'run.failed':
      return {
        state: 'failed',
        finishedAtMs: at,
        failureKind: event.data.failureKind,
        message: event.data.message,
        diagnostics: event.data.diagnostics.length === 0 ? null : event.data.diagnostics,
      };
    case 'run.canceled':
      return { state: 'canceled', finishedAtMs: at, cancelBy: event.data.by, message: event.data.message };
    case 'run.superseded':
      return { state: 'superseded', finishedAtMs: at, supersededBy: event.data.supersededBy };
    case 'pipeline.registered':
      return { maxParallelJobs: event.data.maxParallelJobs, sourceSha256: event.data.sourceSha256 };
  }
};

const isOfRunItself = (
  event: StoredEvent<Exclude<Handled, 'run.queued'>>,
): event is StoredEvent<OfRunItself> => event.type.startsWith('run.') || event.type === 'pipeline.registered';

/** The events of jobs and commands leave the run's row as it is, but they need the run under way. */
const assertActive = (run: RunRow, event: StoredEvent, key: Key): void => {
  if (run.state !== 'active') throw new InactiveRowError('runs', key, event.type, event.seq, run.state);
};

const owner = (identity: { bootId: string; pid: number; startTime: number }): Partial<RunRow> => ({
  ownerBootId: identity.bootId,
  ownerPid: identity.pid,
  ownerStartTime: identity.startTime,
});
