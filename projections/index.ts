import { jobOutcomesProjection } from './job-outcomes.js';
import { jobStatisticsProjection } from './job-statistics.js';
import { jobsProjection } from './jobs.js';
import type { Projection } from './projection.js';
import { pushesProjection } from './pushes.js';
import { redactionsProjection } from './redactions.js';
import { refsProjection } from './refs.js';
import { reposProjection } from './repos.js';
import { runsProjection } from './runs.js';
import { shProjection } from './sh.js';

/** Every read model, parents before children: the order in which new rows are written. */
export const projections: readonly Projection[] = [
  reposProjection,
  pushesProjection,
  refsProjection,
  runsProjection,
  jobsProjection,
  shProjection,
  redactionsProjection,
  jobOutcomesProjection,
  jobStatisticsProjection,
];

export { type JobOutcomeRow, jobOutcomes } from './job-outcomes.js';
export { type JobStatisticsRow, jobStatistics } from './job-statistics.js';
export { type JobRow, type JobState, jobStates, jobs } from './jobs.js';
export {
  DuplicateRowError,
  InactiveRowError,
  type Key,
  type Look,
  MissingRowError,
  type Projection,
} from './projection.js';
export { type PushRow, pushes } from './pushes.js';
export { type RedactionRow, redactions } from './redactions.js';
export { isOutdatedUpdate, type RefRow, refs } from './refs.js';
export { type RepoRow, repos } from './repos.js';
export { type RunRow, type RunState, runStates, runs } from './runs.js';
export { type ShRow, type ShState, sh, shStates } from './sh.js';
