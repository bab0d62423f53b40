import type { JobState, RunState } from '../../../projections/index.js';

/** What statistics need of a run. */
export interface RunSample {
  readonly id: string;
  readonly sha: string;
  readonly state: RunState;
  readonly queuedAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

export interface JobSample {
  readonly runId: string;
  readonly jobId: string;
  readonly state: JobState;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

export interface Spread {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

export interface JobStatistics {
  readonly jobId: string;
  /** How often it succeeded or failed. */
  readonly ended: number;
  readonly failed: number;
  readonly duration: Spread | null;
  /** Commits on which it both succeeded and failed. */
  readonly flakyShas: readonly string[];
  /** Durations of its runs in their order, oldest first; null where it did not run. */
  readonly durationsMs: readonly (number | null)[];
  /** How it ended in each of them; null where it did not run. */
  readonly states: readonly ('succeeded' | 'failed' | null)[];
}

export interface RunStatistics {
  readonly ended: number;
  readonly failed: number;
  readonly duration: Spread | null;
  readonly wait: Spread | null;
  readonly jobs: readonly JobStatistics[];
}

/** Durations, failure rates, waits and flaky jobs of some runs, given oldest first. */
export const summarize = (runs: readonly RunSample[], jobs: readonly JobSample[]): RunStatistics => {
  const shaOf = new Map(runs.map(({ id, sha }) => [id, sha]));
  const ended = runs.filter(({ state }) => state === 'succeeded' || state === 'failed');
  const names = [...new Set(jobs.map(({ jobId }) => jobId))];
  return {
    ended: ended.length,
    failed: ended.filter(({ state }) => state === 'failed').length,
    duration: spreadOf(ended.map(durationOf)),
    wait: spreadOf(
      runs.map(({ queuedAtMs, startedAtMs }) => (startedAtMs === null ? null : startedAtMs - queuedAtMs)),
    ),
    jobs: names.map((jobId) => {
      const samples = jobs.filter((job) => job.jobId === jobId);
      const finished = samples.filter(({ state }) => state === 'succeeded' || state === 'failed');
      const byRun = new Map(finished.map((job) => [job.runId, durationOf(job)]));
      const stateOf = new Map(finished.map(({ runId, state }) => [runId, state]));
      return {
        jobId,
        ended: finished.length,
        failed: finished.filter(({ state }) => state === 'failed').length,
        duration: spreadOf([...byRun.values()]),
        flakyShas: flakyShas(finished, shaOf),
        durationsMs: runs.map(({ id }) => byRun.get(id) ?? null),
        states: runs.map(({ id }) => (stateOf.get(id) ?? null) as 'succeeded' | 'failed' | null),
      };
    }),
  };
};

/** The median, the 95th of a hundred, and the largest; null of nothing. */
export const spreadOf = (values: readonly (number | null)[]): Spread | null => {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)]!;
  return { medianMs: at(0.5), p95Ms: at(0.95), maxMs: sorted.at(-1)! };
};

const durationOf = ({
  startedAtMs,
  finishedAtMs,
}: Pick<JobSample, 'startedAtMs' | 'finishedAtMs'>): number | null =>
  startedAtMs === null || finishedAtMs === null ? null : finishedAtMs - startedAtMs;

const flakyShas = (samples: readonly JobSample[], shaOf: ReadonlyMap<string, string>): string[] => {
  const states = new Map<string, Set<JobState>>();
  for (const { runId, state } of samples) {
    const sha = shaOf.get(runId) ?? '';
    states.set(sha, (states.get(sha) ?? new Set()).add(state));
  }
  return [...states].filter(([, found]) => found.size > 1).map(([sha]) => sha);
};
