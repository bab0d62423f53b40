import { asc, eq } from 'drizzle-orm';
import { type JobRow, jobs, type RunRow, runs, type ShRow, sh } from '../../../projections/index.js';
import type { StoreReader } from '../../store/index.js';

/** A run as its rows stand at one moment. */
export interface LoadedRun {
  readonly run: RunRow;
  /** In the order of execution. */
  readonly jobs: readonly JobRow[];
  /** The commands of a job, in order. */
  commandsOf(jobId: string): readonly ShRow[];
}

/** Reads a run that is known to exist, with its jobs and commands, from one state of the database. */
export const loadRun = (reader: Pick<StoreReader, 'read'>, runId: string): LoadedRun =>
  reader.read.transaction((read) => {
    const run = read.select().from(runs).where(eq(runs.id, runId)).get();
    if (run === undefined) throw new Error(`run ${runId} has no row any more`);
    const jobRows = read.select().from(jobs).where(eq(jobs.runId, runId)).orderBy(asc(jobs.position)).all();
    const commands = new Map<string, ShRow[]>(jobRows.map(({ jobId }) => [jobId, []]));
    for (const one of read.select().from(sh).where(eq(sh.runId, runId)).orderBy(asc(sh.n)).all()) {
      commands.get(one.jobId)?.push(one);
    }
    return { run, jobs: jobRows, commandsOf: (jobId) => commands.get(jobId) ?? [] };
  });

/** Whether nothing will change a run any more. */
export const hasEnded = ({ state }: Pick<RunRow, 'state'>): boolean =>
  state !== 'queued' && state !== 'active';
