import { readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { and, asc, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import { type RunRow, runs } from '../../../projections/index.js';
import { databasePath, type StoreReader } from '../../store/index.js';

type Read = StoreReader['read'];

/** A waiting run and why it waits. */
export interface Waiting {
  readonly run: RunRow;
  readonly reason: string;
  /** The run it waits for, where it is a certain one. */
  readonly waitsFor: string | null;
}

const maxShown = 100;

/** The waiting runs, oldest first, each with what is in its way. */
export const waitingRuns = (read: Read): Waiting[] => {
  const active = read.select().from(runs).where(eq(runs.state, 'active')).all();
  const preparing = read
    .select()
    .from(runs)
    .where(and(eq(runs.state, 'queued'), isNotNull(runs.claimedAtMs)))
    .limit(maxShown)
    .all();
  const underWay = [...active, ...preparing];
  return read
    .select()
    .from(runs)
    .where(eq(runs.state, 'queued'))
    .orderBy(asc(runs.id))
    .limit(maxShown)
    .all()
    .map((run) => {
      if (run.claimedAtMs !== null) return { run, reason: 'it is being prepared', waitsFor: null };
      const same = underWay.find(
        ({ id, repo, ref }) => id !== run.id && repo === run.repo && ref === run.ref,
      );
      if (same !== undefined) {
        return { run, reason: 'another run of the same ref is under way', waitsFor: same.id };
      }
      if (underWay.length > 0) {
        return {
          run,
          reason: `${underWay.length === 1 ? 'the run under way takes' : `the ${underWay.length} runs under way take`} the room there is`,
          waitsFor: null,
        };
      }
      return { run, reason: 'its turn is next', waitsFor: null };
    });
};

/** How many runs there are in each state that is not the common end. */
export const countRuns = (read: Read): { active: number; queued: number; preparing: number } => {
  const one = (condition: ReturnType<typeof and>) =>
    read.select({ n: sql<number>`count(*)` }).from(runs).where(condition).get()!.n;
  return {
    active: one(eq(runs.state, 'active')),
    queued: one(and(eq(runs.state, 'queued'), isNull(runs.claimedAtMs))),
    preparing: one(and(eq(runs.state, 'queued'), ne(sql`${runs.claimedAtMs} IS NULL`, sql`1`))),
  };
};

export interface DiskUse {
  readonly databaseBytes: number;
  readonly walBytes: number;
  readonly freeBytes: number;
  readonly spooledPushes: number;
  readonly rejectedPushes: number;
}

/** What of the data root is cheap to know: sizes of single files and the number of spooled ones. */
export const diskUse = (root: string): DiskUse => {
  const { bavail, bsize } = statfsSync(root);
  const size = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return {
    databaseBytes: size(databasePath(root)),
    walBytes: size(`${databasePath(root)}-wal`),
    freeBytes: bavail * bsize,
    spooledPushes: filesIn(join(root, 'spool')),
    rejectedPushes: filesIn(join(root, 'spool', 'rejected')),
  };
};

const filesIn = (folder: string): number => {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json')).length;
  } catch {
    // The folder is made with the first push that needs it.
    return 0;
  }
};
