import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import { type JobRow, jobs, type RunRow, runs, type ShRow, sh } from '../../../projections/index.js';
import type { StoreReader } from '../../store/index.js';
import type { Access } from '../access.js';
import { NotFoundError } from '../errors.js';
import { prepared } from './prepared.js';

type Read = StoreReader['read'];

const given = {
  runId: sql.placeholder('runId'),
  jobId: sql.placeholder('jobId'),
  n: sql.placeholder('n'),
  repo: sql.placeholder('repo'),
  ref: sql.placeholder('ref'),
};

/** A run that this visitor may see. Throws NotFoundError, the same for hidden and for absent. */
export const findRun = (read: Read, access: Access, runId: string): RunRow => {
  const run = runById(read).get({ runId });
  if (run === undefined || !access.runs(run.repo)) throw new NotFoundError(`There is no run ${runId}.`);
  return run;
};

const runById = prepared((read) => read.select().from(runs).where(eq(runs.id, given.runId)).prepare());

/** The jobs of a run in the order they run. */
export const jobsOf = (read: Read, runId: string): JobRow[] => jobsOfRun(read).all({ runId });

const jobsOfRun = prepared((read) =>
  read.select().from(jobs).where(eq(jobs.runId, given.runId)).orderBy(asc(jobs.position)).prepare(),
);

/** Throws NotFoundError. */
export const findJob = (read: Read, runId: string, jobId: string): JobRow => {
  const job = jobById(read).get({ runId, jobId });
  if (job === undefined) throw new NotFoundError(`Run ${runId} has no job ${jobId}.`);
  return job;
};

const jobById = prepared((read) =>
  read
    .select()
    .from(jobs)
    .where(and(eq(jobs.runId, given.runId), eq(jobs.jobId, given.jobId)))
    .prepare(),
);

/** The commands of a run, or of one of its jobs, by job and number. */
export const commandsOf = (read: Read, runId: string, jobId?: string): ShRow[] =>
  jobId === undefined ? commandsOfRun(read).all({ runId }) : commandsOfJob(read).all({ runId, jobId });

const commandsOfRun = prepared((read) =>
  read.select().from(sh).where(eq(sh.runId, given.runId)).orderBy(asc(sh.jobId), asc(sh.n)).prepare(),
);

const commandsOfJob = prepared((read) =>
  read
    .select()
    .from(sh)
    .where(and(eq(sh.runId, given.runId), eq(sh.jobId, given.jobId)))
    .orderBy(asc(sh.n))
    .prepare(),
);

/** Throws NotFoundError. */
export const findCommand = (read: Read, runId: string, jobId: string, n: number): ShRow => {
  const command = commandById(read).get({ runId, jobId, n });
  if (command === undefined) throw new NotFoundError(`Job ${jobId} of run ${runId} has no command ${n}.`);
  return command;
};

const commandById = prepared((read) =>
  read
    .select()
    .from(sh)
    .where(and(eq(sh.runId, given.runId), eq(sh.jobId, given.jobId), eq(sh.n, given.n)))
    .prepare(),
);

/** The runs that began as reruns of this one, oldest first. */
export const rerunsOf = (read: Read, run: RunRow): Pick<RunRow, 'id' | 'attempt' | 'state'>[] =>
  rerunsOfRun(read).all({ runId: run.id });

const rerunsOfRun = prepared((read) =>
  read
    .select({ id: runs.id, attempt: runs.attempt, state: runs.state })
    .from(runs)
    .where(eq(runs.rerunOf, given.runId))
    .orderBy(asc(runs.id))
    .limit(100)
    .prepare(),
);

/** How many runs of the ref before this one are looked at: a push supersedes those that are open, which are few. */
const maxOpenBefore = 20;

/** The runs whose place this one took, oldest first. */
export const supersededBy = (read: Read, run: RunRow): string[] =>
  runsOfRefBefore(read)
    .all({ repo: run.repo, ref: run.ref, runId: run.id })
    .filter((row) => row.supersededBy === run.id)
    .map(({ id }) => id)
    .reverse();

const runsOfRefBefore = prepared((read) =>
  read
    .select({ id: runs.id, supersededBy: runs.supersededBy })
    .from(runs)
    .where(and(eq(runs.repo, given.repo), eq(runs.ref, given.ref), lt(runs.id, given.runId)))
    .orderBy(desc(runs.id))
    .limit(maxOpenBefore)
    .prepare(),
);
