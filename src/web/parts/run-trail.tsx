import { jobAddress, runAddress } from '../addresses.js';
import type { RunModel } from '../models.js';
import { RefName, RepoName } from './names.js';

/** The way to a page of a run: its repository, its ref, and for what lies within it the run and the job. */
export const RunTrail = ({
  run,
  within = false,
  jobId,
}: {
  run: RunModel;
  /** True for a page within the run: the run itself is then a step on the way. */
  within?: boolean;
  /** For a page within a job. */
  jobId?: string;
}) => (
  <nav class="eyebrow" aria-label="Way here">
    <RepoName repo={run.repo} /> <Step />
    <RefName repo={run.repo} name={run.ref} />
    {within && (
      <>
        {' '}
        <Step />
        <a href={runAddress(run.id)}>
          <bdi>{run.subject || `run ${run.id}`}</bdi>
        </a>
      </>
    )}
    {jobId !== undefined && (
      <>
        {' '}
        <Step />
        <a href={jobAddress(run.id, jobId)}>
          <bdi>{jobId}</bdi>
        </a>
      </>
    )}
  </nav>
);

const Step = () => (
  <>
    <span aria-hidden="true">/</span>{' '}
  </>
);
