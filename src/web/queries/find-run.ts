import { and, asc, desc, eq, lt } from 'drizzle-orm';
import { type JobRow, jobs, type RunRow, runs, type ShRow, sh } from '../../../projections/index.js';
import type { StoreReader } from '../../store/index.js';
import type { Access } from '../access.js';
import { NotFoundError } from '../errors.js';

type Read = StoreReader['read'];

/** A run that this visitor may see. Throws NotFoundError, the same for hidden and for absent. */
export const findRun = (read: Read, access: Access, runId: string): RunRow => {
  const run = read.select().from(runs).where(eq(runs.id, runId)).get();
  if (run === undefined || !access.runs(run.repo)) throw new NotFoundError(`There is no run ${runId}.`);
  return run;
};

/** The jobs of a run in the order they run. */
export const jobsOf = (read: Read, runId: string): JobRow[] =>
  read.select().from(jobs).where(eq(jobs.runId, runId)).orderBy(asc(jobs.position)).all();

/** Throws NotFoundError. */
export const findJob = (read: Read, runId: string, jobId: string): JobRow => {
  const job = read
    .select()
    .from(jobs)
    .where(and(eq(jobs.runId, runId), eq(jobs.jobId, jobId)))
    .get();
  if (job === undefined) throw new NotFoundError(`Run ${runId} has no job ${jobId}.`);
  return job;
};

/** The commands of a run, or of one of its jobs, by job and number. */
export const commandsOf = (read: Read, runId: string, jobId?: string): ShRow[] =>
  read
    .select()
    .from(sh)
    .where(and(eq(sh.runId, runId), jobId === undefined ? undefined : eq(sh.jobId, jobId)))
    .orderBy(asc(sh.jobId), asc(sh.n))
    .all();

/** Throws NotFoundError. */
export const findCommand = (read: Read, runId: string, jobId: string, n: number): ShRow => {
  const command = read
    .select()
    .from(sh)
    .where(and(eq(sh.runId, runId), eq(sh.jobId, jobId), eq(sh.n, n)))
    .get();
  if (command === undefined) throw new NotFoundError(`Job ${jobId} of run ${runId} has no command ${n}.`);
  return command;
};

/** The runs that began as reruns of this one, oldest first. */
export const rerunsOf = (read: Read, run: RunRow): Pick<RunRow, 'id' | 'attempt' | 'state'>[] =>
  read
    .select({ id: runs.id, attempt: runs.attempt, state: runs.state })
    .from(runs)
    .where(eq(runs.rerunOf, run.id))
    .orderBy(asc(runs.id))
    .limit(100)
    .all();

/** How many runs of the ref before this one are looked at: a push supersedes those that are open, which are few. */
const maxOpenBefore = 20;

/** The runs whose place this one took, oldest first. */
export const supersededBy = (read: Read, run: RunRow): string[] =>
  read
    .select({ id: runs.id, supersededBy: runs.supersededBy })
    .from(runs)
    .where(and(eq(runs.repo, run.repo), eq(runs.ref, run.ref), lt(runs.id, run.id)))
    .orderBy(desc(runs.id))
    .limit(maxOpenBefore)
    .all()
    .filter((row) => row.supersededBy === run.id)
    .map(({ id }) => id)
    .reverse();
