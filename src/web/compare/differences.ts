import type { JobModel, ShModel } from '../models.js';
import { commandText } from '../parts/names.js';
import { exitText } from '../parts/job-list.js';

/** One side of a comparison: a run at a moment. */
export interface Side {
  readonly jobs: readonly JobModel[];
  readonly commands: readonly ShModel[];
}

/** A job or a command on both sides; null where a side does not have it. */
export interface ComparedRow {
  /** The job, and for a command its number. */
  readonly jobId: string;
  readonly n: number | null;
  readonly left: string | null;
  readonly right: string | null;
  readonly leftMs: number | null;
  readonly rightMs: number | null;
  /** Whether they differ in more than their time. */
  readonly differs: boolean;
}

/** Jobs and commands side by side, in the order of the left and then of the right. */
export const compareSides = (left: Side, right: Side): ComparedRow[] => {
  const ids = [...new Set([...left.jobs, ...right.jobs].map(({ jobId }) => jobId))];
  return ids.flatMap((jobId) => [jobRow(jobId, left, right), ...commandRows(jobId, left, right)]);
};

const jobRow = (jobId: string, left: Side, right: Side): ComparedRow => {
  const [a, b] = [left, right].map(({ jobs }) => jobs.find((job) => job.jobId === jobId));
  return row(jobId, null, a === undefined ? null : jobText(a), b === undefined ? null : jobText(b), a, b);
};

const commandRows = (jobId: string, left: Side, right: Side): ComparedRow[] => {
  const of = ({ commands }: Side) =>
    new Map(commands.filter((sh) => sh.jobId === jobId).map((sh) => [sh.n, sh]));
  const [a, b] = [of(left), of(right)];
  const numbers = [...new Set([...a.keys(), ...b.keys()])].toSorted((one, two) => one - two);
  return numbers.map((n) => {
    const [one, two] = [a.get(n), b.get(n)];
    return row(
      jobId,
      n,
      one === undefined ? null : shText(one),
      two === undefined ? null : shText(two),
      one,
      two,
    );
  });
};

interface Timed {
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

const row = (
  jobId: string,
  n: number | null,
  left: string | null,
  right: string | null,
  a: Timed | undefined,
  b: Timed | undefined,
): ComparedRow => ({
  jobId,
  n,
  left,
  right,
  leftMs: durationOf(a),
  rightMs: durationOf(b),
  differs: left !== right,
});

const durationOf = (timed: Timed | undefined): number | null =>
  timed === undefined || timed.startedAtMs === null || timed.finishedAtMs === null
    ? null
    : timed.finishedAtMs - timed.startedAtMs;

const jobText = (job: JobModel): string =>
  job.message === null ? job.state : `${job.state}: ${job.message}`;

const shText = (command: ShModel): string => `${commandText(command.cmd)} — ${exitText(command)}`;
