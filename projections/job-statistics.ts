import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { type StoredEvent, streamId } from '../src/events/index.js';
import { addDuration, type Durations, quantiles } from './durations.js';
import { type JobOutcomeRow, jobOutcomesProjection, outcomeKey } from './job-outcomes.js';
import { type JobRow, jobsProjection } from './jobs.js';
import { type Key, type Look, projection } from './projection.js';

/** How the jobs of each repository have done: one row per repository and job, from all of its history. */
export const jobStatistics = sqliteTable(
  'job_statistics',
  {
    repo: text('repo').notNull(),
    jobId: text('job_id').notNull(),
    /** Jobs that came to an end of their own: succeeded + failed. */
    runs: integer('runs').notNull(),
    succeeded: integer('succeeded').notNull(),
    failed: integer('failed').notNull(),
    /** Attempts that failed and were tried again. */
    retried: integer('retried').notNull(),
    /** Commits at which an attempt failed and one succeeded. */
    flakyCommits: integer('flaky_commits').notNull(),
    /** From start to end, waits for retries included; within 2.5 % of the exact figure. */
    medianMs: integer('median_ms'),
    p95Ms: integer('p95_ms'),
    totalMs: integer('total_ms').notNull(),
    durations: text('durations', { mode: 'json' }).$type<Durations>().notNull(),
    lastRunId: text('last_run_id').notNull(),
    lastFinishedAtMs: integer('last_finished_at_ms'),
    lastSeq: integer('last_seq').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.repo, table.jobId] }),
    index('job_statistics_flaky').on(table.flakyCommits),
  ],
);

export type JobStatisticsRow = typeof jobStatistics.$inferSelect;

type Handled = 'job.succeeded' | 'job.failed' | 'job.retried';

export const jobStatisticsProjection = projection<JobStatisticsRow, Handled>({
  name: 'job_statistics',
  table: jobStatistics,
  version: 1,
  types: ['job.succeeded', 'job.failed', 'job.retried'],
  looksAt: [jobsProjection, jobOutcomesProjection],
  deferrable: true,
  keyOf: (row) => [row.repo, row.jobId],
  keys: (event, look) => [outcomeKey(event, look).slice(0, 2)],
  reduce(row, event, key, look) {
    const before = row ?? emptyRow(key);
    const runId = streamId(event.stream);
    const flakyCommits = before.flakyCommits + (becameFlaky(event, look) ? 1 : 0);
    if (event.type === 'job.retried') {
      return { ...before, flakyCommits, retried: before.retried + 1, lastRunId: runId, lastSeq: event.seq };
    }
    const succeeded = event.type === 'job.succeeded';
    const durationMs = durationOf(look<JobRow>(jobsProjection, [runId, event.data.jobId])!);
    const durations = addDuration(before.durations, durationMs);
    const [medianMs = null, p95Ms = null] = quantiles(durations, [0.5, 0.95]);
    return {
      repo: before.repo,
      jobId: before.jobId,
      runs: before.runs + 1,
      succeeded: before.succeeded + (succeeded ? 1 : 0),
      failed: before.failed + (succeeded ? 0 : 1),
      retried: before.retried,
      flakyCommits,
      medianMs,
      p95Ms,
      totalMs: before.totalMs + durationMs,
      durations,
      lastRunId: runId,
      lastFinishedAtMs: event.occurredAtMs,
      lastSeq: event.seq,
    };
  },
});

/** Whether with this event, and not before, the job has both outcomes at its commit. */
const becameFlaky = (event: StoredEvent<Handled>, look: Look): boolean => {
  const { succeeded, failed } = look<JobOutcomeRow>(jobOutcomesProjection, outcomeKey(event, look))!;
  return event.type === 'job.succeeded' ? succeeded === 1 && failed > 0 : failed === 1 && succeeded > 0;
};

const durationOf = ({ startedAtMs, finishedAtMs }: JobRow): number =>
  (finishedAtMs ?? 0) - (startedAtMs ?? 0);

const emptyRow = ([repo, jobId]: Key): JobStatisticsRow => ({
  repo: String(repo),
  jobId: String(jobId),
  runs: 0,
  succeeded: 0,
  failed: 0,
  retried: 0,
  flakyCommits: 0,
  medianMs: null,
  p95Ms: null,
  totalMs: 0,
  durations: {},
  lastRunId: '',
  lastFinishedAtMs: null,
  lastSeq: 0,
});
