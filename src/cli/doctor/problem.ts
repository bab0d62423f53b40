import type { StoreReader } from '../../store/index.js';

/** Something that is wrong, and what helps. */
export interface Problem {
  readonly what: string;
  readonly remedy: string;
  /** Given when `--fix` can repair it. Several problems may share one. */
  readonly repair?: () => Promise<void>;
}

/** One thing that should be so, by name. */
export interface Check {
  readonly name: string;
  readonly run: (reader: StoreReader) => Promise<readonly Problem[]> | readonly Problem[];
}

/** What helps when the system refuses to read a file. */
export const readableRemedy = "see to it that the server's user can read it, and ask as that user";

/** Problems of one kind that are told one by one. */
export const maxShown = 20;

/** The first problems of a kind, and how many more there are; all of those that can be repaired. */
export const shownOf = (problems: readonly Problem[], rest: string): readonly Problem[] => {
  const shown = problems.filter((problem, i) => i < maxShown || problem.repair !== undefined);
  const left = problems.length - shown.length;
  return left === 0
    ? shown
    : [...shown, { what: `and ${left} more of the same kind`, remedy: `see all: ${rest}` }];
};
