import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { and, asc, eq } from 'drizzle-orm';
import { jobs, type RunRow } from '../../projections/index.js';
import { type ReusableJob, runStream, type StoredEvent } from '../events/index.js';
import type { EventStore } from '../store/index.js';
import { blobFolder } from './run-folder.js';

/**
 * What succeeded in the run that this one repeats, when only what failed is to run again. Outputs that were too
 * large for an event are read from their blob.
 */
export const reusableJobs = async (
  { root, store }: { readonly root: string; readonly store: EventStore },
  run: RunRow,
): Promise<ReusableJob[]> => {
  if (run.rerunOf === null || !isOnlyFailed(store, run.id)) return [];
  const rows = store.read
    .select()
    .from(jobs)
    .where(and(eq(jobs.runId, run.rerunOf), eq(jobs.state, 'succeeded')))
    .orderBy(asc(jobs.position))
    .all();
  return Promise.all(
    rows.map(async ({ runId, jobId, outputs, outputsSha256 }) => ({
      jobId,
      runId,
      outputs: (outputsSha256 === null
        ? outputs
        : await readBlob(root, outputsSha256)) as ReusableJob['outputs'],
      outputsSha256,
    })),
  );
};

const isOnlyFailed = (store: EventStore, runId: string): boolean => {
  const [queued] = store.readEvents({ streams: [runStream(runId)], types: ['run.queued'], limit: 1 });
  return (queued as StoredEvent<'run.queued'> | undefined)?.data.onlyFailed === true;
};

const readBlob = async (root: string, sha256: string): Promise<unknown> =>
  JSON.parse(await readFile(join(blobFolder(root), sha256), 'utf8'));
