import { and, asc, desc, eq, gte, inArray, isNotNull, sql } from 'drizzle-orm';
import { jobs, type RunRow, runs, sh } from '../../projections/index.js';
import { events, type TransactionReader } from '../store/index.js';

/**
 * What is asked about one run at every request of quire-ci: prepared once for each connection, because building and
 * preparing a query takes twenty times as long as answering it.
 */
export const runQueries = (read: TransactionReader): RunQueries => {
  const known = prepared.get(read);
  if (known !== undefined) return known;
  const fresh = prepare(read);
  prepared.set(read, fresh);
  return fresh;
};

/** The row of a run; undefined when there is none. */
export const runRow = (read: TransactionReader, runId: string): RunRow | undefined =>
  runQueries(read).run.get({ runId });

type RunQueries = ReturnType<typeof prepare>;

const prepared = new WeakMap<TransactionReader, RunQueries>();

const runId = sql.placeholder('runId');
const jobId = sql.placeholder('jobId');
const n = sql.placeholder('n');
const stream = sql.placeholder('stream');
const clientNumber = sql.placeholder('clientNumber');

const prepare = (read: TransactionReader) => {
  const jobsOf = () => read.select().from(jobs);
  const shOf = () => read.select().from(sh);
  const theJob = and(eq(jobs.runId, runId), eq(jobs.jobId, jobId));
  return {
    run: read.select().from(runs).where(eq(runs.id, runId)).prepare(),
    acknowledged: read
      .select({ number: events.clientNumber })
      .from(events)
      .where(and(eq(events.stream, stream), isNotNull(events.clientNumber)))
      .orderBy(desc(events.streamVersion))
      .limit(1)
      .prepare(),
    job: jobsOf().where(theJob).prepare(),
    succeededJob: jobsOf()
      .where(and(theJob, eq(jobs.state, 'succeeded')))
      .prepare(),
    allJobs: jobsOf().where(eq(jobs.runId, runId)).orderBy(jobs.position).prepare(),
    openJobs: jobsOf()
      .where(and(eq(jobs.runId, runId), inArray(jobs.state, ['queued', 'active'])))
      .orderBy(jobs.position)
      .prepare(),
    sh: shOf()
      .where(and(eq(sh.runId, runId), eq(sh.jobId, jobId), eq(sh.n, n)))
      .prepare(),
    openSh: shOf()
      .where(and(eq(sh.runId, runId), eq(sh.state, 'active')))
      .prepare(),
    lastSh: shOf()
      .where(and(eq(sh.runId, runId), eq(sh.jobId, jobId)))
      .orderBy(desc(sh.n))
      .limit(1)
      .prepare(),
    // The number rises with the stream's version and is never above it: the index of the stream finds it.
    sentEvent: read
      .select()
      .from(events)
      .where(
        and(
          eq(events.stream, stream),
          gte(events.streamVersion, clientNumber),
          eq(events.clientNumber, clientNumber),
        ),
      )
      .orderBy(asc(events.streamVersion))
      .limit(1)
      .prepare(),
  };
};
