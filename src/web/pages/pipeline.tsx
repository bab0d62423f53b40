import { z } from 'zod';
import { diagnostic } from '../../events/index.js';
import { repoAddress } from '../addresses.js';
import { NotFoundError } from '../errors.js';
import { presentRun, runModel } from '../models.js';
import type { WebOptions } from '../options.js';
import { definePage, type Page } from '../page.js';
import { Diagnostics } from '../parts/diagnostics.js';
import { JobGraph } from '../parts/job-graph.js';
import { RepoName, Sha } from '../parts/names.js';
import { RunList } from '../parts/run-list.js';
import { Source } from '../parts/source.js';
import { findRepo } from '../queries/find-repo.js';
import { listRuns } from '../queries/list-runs.js';
import { createPipelineInspector } from '../source/inspect-pipeline.js';

const schema = z.strictObject({
  repo: z.string(),
  sha: z.string(),
  source: z.string(),
  image: z.string().nullable(),
  maxParallelJobs: z.int(),
  jobs: z
    .array(
      z.strictObject({
        id: z.string(),
        inputs: z.array(z.string()),
        options: z.record(z.string(), z.unknown()),
        line: z.int(),
      }),
    )
    .readonly(),
  diagnostics: z.array(diagnostic).readonly(),
  runs: z.array(runModel),
});

/** The address of the pipeline of a commit. */
export const pipelineAddress = (repo: string, sha: string): string =>
  `${repoAddress(repo)}/-/pipeline/${sha}`;

/** The pipeline of a commit: its source, its graph and what is wrong with it, before any run. */
export const pipelinePage = (options: WebOptions): Page => {
  const inspect = createPipelineInspector(options.root);
  return definePage<z.infer<typeof schema>>({
    path: '/repos{/:group}/:name/-/pipeline/:sha',
    summary: 'The pipeline of a commit: source, jobs and diagnostics, before any run.',
    schema,
    async load({ options: { store }, access, params }) {
      const repo = params.repo!;
      const sha = params.sha!;
      findRepo(store.read, access, repo);
      if (!access.runs(repo)) throw new NotFoundError(`There is no repository ${repo}.`);
      const inspected = await inspect(repo, sha);
      const runs = listRuns(store.read, access, { repo, text: sha }).runs.filter((run) => run.sha === sha);
      return { repo, sha, ...inspected, runs: runs.slice(0, 10).map(presentRun) } as z.infer<typeof schema>;
    },
    view({ repo, sha, source, jobs, diagnostics, runs, image, maxParallelJobs }, { nowMs }) {
      return {
        title: `Pipeline of ${repo} at ${sha.slice(0, 8)}`,
        section: 'runs',
        regions: [
          {
            id: 'pipeline',
            content: (
              <header class="page-header">
                <p class="eyebrow">
                  <RepoName repo={repo} /> <span aria-hidden="true">/</span> <Sha sha={sha} />
                </p>
                <h1>Pipeline</h1>
                <p class="lead">
                  {diagnostics.length > 0
                    ? `${diagnostics.length === 1 ? 'One problem' : `${diagnostics.length} problems`} in .quire/ci.fnl.`
                    : `${jobs.length === 1 ? 'One job' : `${jobs.length} jobs`}, ${maxParallelJobs === 1 ? 'one at a time' : `up to ${maxParallelJobs} at a time`}${image === null ? '' : `, in ${image}`}.`}
                </p>
              </header>
            ),
          },
          {
            id: 'pipeline-diagnostics',
            content: diagnostics.length > 0 && <Diagnostics diagnostics={diagnostics} />,
          },
          {
            id: 'pipeline-graph',
            content: jobs.length > 1 && (
              <section aria-labelledby="graph-heading">
                <h2 id="graph-heading">Jobs</h2>
                <JobGraph jobs={jobs.map((job) => ({ ...job, state: 'queued', allowedFailure: false }))} />
              </section>
            ),
          },
          {
            id: 'pipeline-source',
            content: (
              <section aria-labelledby="source-title">
                <h2 id="source-title">.quire/ci.fnl</h2>
                <Source source={source} marked={diagnostics.map(({ line }) => line)} />
              </section>
            ),
          },
          {
            id: 'pipeline-runs',
            content: (
              <section aria-labelledby="runs-title">
                <h2 id="runs-title">Runs</h2>
                <RunList
                  runs={runs}
                  nowMs={nowMs}
                  withRepo={false}
                  empty="No run of this commit, or none among the newest ones."
                />
              </section>
            ),
          },
        ],
      };
    },
  });
};
