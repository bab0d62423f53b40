import type { StoreReader } from '../../store/index.js';
import { loadRun } from '../run/load-run.js';

/**
 * What of a run is not as it should be: its own end, the end of each job (`failed (allowed)` for one that may
 * fail), and rows that are not what the events say. Empty when all is well.
 */
export const findProblems = (
  store: Pick<StoreReader, 'read' | 'check'>,
  runId: string,
  expected: Readonly<Record<string, string>>,
): string[] => {
  const { run, jobs } = loadRun(store, runId);
  const found = Object.fromEntries(
    jobs.map((job) => [job.jobId, job.allowedFailure ? 'failed (allowed)' : job.state]),
  );
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [
    ...(run.state === 'succeeded' ? [] : [`the run is ${run.state}`]),
    ...[...names]
      .filter((job) => found[job] !== expected[job])
      .map((job) => `job ${job} is ${found[job] ?? 'missing'}, not ${expected[job] ?? 'expected at all'}`),
    ...store.check().map(({ table, key }) => `row ${key} of ${table} is not what the events say`),
  ];
};
