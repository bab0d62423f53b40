import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { type StoredEvent, streamId } from '../src/events/index.js';
import { type Key, type Look, projection } from './projection.js';
import { type RunRow, runsProjection } from './runs.js';

/** How often a job succeeded and failed at one commit: both of it at one commit is what makes it flaky. */
export const jobOutcomes = sqliteTable(
  'job_outcomes',
  {
    repo: text('repo').notNull(),
    jobId: text('job_id').notNull(),
    sha: text('sha').notNull(),
    succeeded: integer('succeeded').notNull(),
    /** Attempts that failed, those that were tried again included. */
    failed: integer('failed').notNull(),
    lastSeq: integer('last_seq').notNull(),
  },
  (table) => [primaryKey({ columns: [table.repo, table.jobId, table.sha] })],
);

export type JobOutcomeRow = typeof jobOutcomes.$inferSelect;

type Handled = 'job.succeeded' | 'job.failed' | 'job.retried';

export const jobOutcomesProjection = projection<JobOutcomeRow, Handled>({
  name: 'job_outcomes',
  table: jobOutcomes,
  version: 1,
  types: ['job.succeeded', 'job.failed', 'job.retried'],
  looksAt: [runsProjection],
  deferrable: true,
  keyOf: (row) => [row.repo, row.jobId, row.sha],
  keys: (event, look) => [outcomeKey(event, look)],
  reduce(row, event, key) {
    const before = row ?? emptyRow(key);
    const succeeded = event.type === 'job.succeeded';
    return {
      ...before,
      succeeded: before.succeeded + (succeeded ? 1 : 0),
      failed: before.failed + (succeeded ? 0 : 1),
      lastSeq: event.seq,
    };
  },
});

/** The key of the row that tells of the job's outcomes at the commit of the event's run. */
export const outcomeKey = (event: StoredEvent<Handled>, look: Look): Key => {
  const run = look<RunRow>(runsProjection, [streamId(event.stream)])!;
  return [run.repo, event.data.jobId, run.sha];
};

const emptyRow = ([repo, jobId, sha]: Key): JobOutcomeRow => ({
  repo: String(repo),
  jobId: String(jobId),
  sha: String(sha),
  succeeded: 0,
  failed: 0,
  lastSeq: 0,
});
