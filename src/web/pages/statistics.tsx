import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { jobStatistics, jobs, runs } from '../../../projections/index.js';
import { repoAddress, withQuery } from '../addresses.js';
import { NotFoundError } from '../errors.js';
import { followLists } from '../live/follow.js';
import type { WebOptions } from '../options.js';
import { definePage, type Page } from '../page.js';
import { DurationPlot } from '../parts/duration-plot.js';
import { shortRef } from '../parts/names.js';
import { durationText } from '../parts/time.js';
import { createDefaultRefs } from '../queries/default-ref.js';
import { findRepo } from '../queries/find-repo.js';
import { summarize } from '../statistics/summarize.js';

const spread = z.strictObject({ medianMs: z.number(), p95Ms: z.number(), maxMs: z.number() }).nullable();

const schema = z.strictObject({
  repo: z.string(),
  ref: z.string(),
  /** The newest runs of the ref, oldest first. */
  runs: z.array(
    z.strictObject({
      id: z.string(),
      state: z.string(),
      durationMs: z.number().nullable(),
      waitMs: z.number().nullable(),
    }),
  ),
  ended: z.int(),
  failed: z.int(),
  duration: spread,
  wait: spread,
  jobs: z
    .array(
      z.strictObject({
        jobId: z.string(),
        ended: z.int(),
        failed: z.int(),
        duration: spread,
        flakyShas: z.array(z.string()).readonly(),
        durationsMs: z.array(z.number().nullable()).readonly(),
        states: z.array(z.enum(['succeeded', 'failed']).nullable()).readonly(),
      }),
    )
    .readonly(),
  /** From all of the repository's history, of every ref. */
  history: z.array(
    z.strictObject({
      jobId: z.string(),
      runs: z.int(),
      failed: z.int(),
      retried: z.int(),
      flakyCommits: z.int(),
      medianMs: z.number().nullable(),
      p95Ms: z.number().nullable(),
    }),
  ),
});

type Model = z.infer<typeof schema>;

/** So many runs are looked at: recent enough to say how things are, few enough to be read at once. */
const maxRuns = 100;

/** Jobs of the whole history, the flakiest first. */
const maxJobs = 200;

/** How long the runs of a branch take, how often they fail, how long they wait, and which jobs are flaky. */
export const statisticsPage = (options: WebOptions): Page => {
  const defaultRef = createDefaultRefs(options.root, options.now);
  return definePage<Model>({
    path: '/repos{/:group}/:name/-/statistics',
    summary: `Durations, failure rates, waits and flaky jobs of the last ${maxRuns} runs of a ref.`,
    query: { ref: 'The full ref; the default branch without it.' },
    schema,
    follows: followLists,
    load({ options: { store }, access, params, query }) {
      const repo = params.repo!;
      findRepo(store.read, access, repo);
      if (!access.runs(repo)) throw new NotFoundError(`There is no repository ${repo}.`);
      const ref = query.get('ref') || defaultRef(repo);
      const samples = store.read
        .select({
          id: runs.id,
          sha: runs.sha,
          state: runs.state,
          queuedAtMs: runs.queuedAtMs,
          startedAtMs: runs.startedAtMs,
          finishedAtMs: runs.finishedAtMs,
        })
        .from(runs)
        .where(and(eq(runs.repo, repo), eq(runs.ref, ref)))
        .orderBy(desc(runs.id))
        .limit(maxRuns)
        .all()
        .toReversed();
      const jobSamples = store.read
        .select({
          runId: jobs.runId,
          jobId: jobs.jobId,
          state: jobs.state,
          startedAtMs: jobs.startedAtMs,
          finishedAtMs: jobs.finishedAtMs,
        })
        .from(jobs)
        .where(
          and(
            inArray(
              jobs.runId,
              samples.map(({ id }) => id),
            ),
            // A result that was taken over was counted where it was made.
            isNull(jobs.reusedFrom),
          ),
        )
        .orderBy(asc(jobs.runId), asc(jobs.position))
        .all();
      return {
        repo,
        ref,
        runs: samples.map(({ id, state, queuedAtMs, startedAtMs, finishedAtMs }) => ({
          id,
          state,
          durationMs: startedAtMs === null || finishedAtMs === null ? null : finishedAtMs - startedAtMs,
          waitMs: startedAtMs === null ? null : startedAtMs - queuedAtMs,
        })),
        ...summarize(samples, jobSamples),
        history: store.read
          .select({
            jobId: jobStatistics.jobId,
            runs: jobStatistics.runs,
            failed: jobStatistics.failed,
            retried: jobStatistics.retried,
            flakyCommits: jobStatistics.flakyCommits,
            medianMs: jobStatistics.medianMs,
            p95Ms: jobStatistics.p95Ms,
          })
          .from(jobStatistics)
          .where(eq(jobStatistics.repo, repo))
          .orderBy(desc(jobStatistics.flakyCommits), asc(jobStatistics.jobId))
          .limit(maxJobs)
          .all(),
      };
    },
    view(model) {
      return {
        title: `Statistics of ${model.repo}`,
        section: 'runs',
        regions: [
          {
            id: 'statistics-header',
            content: (
              <header class="page-header">
                <p class="eyebrow">
                  <a href={repoAddress(model.repo)}>
                    <bdi>{model.repo}</bdi>
                  </a>{' '}
                  <span aria-hidden="true">/</span>{' '}
                  <a href={withQuery(repoAddress(model.repo), { ref: model.ref })}>{shortRef(model.ref)}</a>
                </p>
                <h1>Statistics</h1>
                <p class="lead">{inWords(model)}</p>
              </header>
            ),
          },
          {
            id: 'statistics-runs',
            content: model.runs.length > 0 && (
              <section aria-labelledby="durations-title">
                <h2 id="durations-title">Runs</h2>
                <DurationPlot label={`Durations of the last ${model.runs.length} runs`} points={model.runs} />
              </section>
            ),
          },
          {
            id: 'statistics-jobs',
            content: model.jobs.length > 0 && (
              <section aria-labelledby="jobs-title">
                <h2 id="jobs-title">Jobs</h2>
                <JobTable model={model} />
              </section>
            ),
          },
          {
            id: 'statistics-history',
            content: model.history.length > 0 && (
              <section aria-labelledby="history-title">
                <h2 id="history-title">All of history</h2>
                <HistoryTable history={model.history} />
              </section>
            ),
          },
        ],
      };
    },
  });
};

const JobTable = ({ model }: { model: Model }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach
  <div class="scroll" tabIndex={0}>
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col" class="left">
            Duration over time
          </th>
          <th scope="col">Median</th>
          <th scope="col">95 %</th>
          <th scope="col">Ended</th>
          <th scope="col">Failed</th>
          <th scope="col">Flaky on</th>
        </tr>
      </thead>
      <tbody>
        {model.jobs.map((job) => (
          <tr key={job.jobId}>
            <th scope="row">
              <bdi>{job.jobId}</bdi>
            </th>
            <td class="left">
              <DurationPlot
                small
                label={`Durations of ${job.jobId}`}
                points={job.durationsMs.map((durationMs, index) => ({
                  id: model.runs[index]?.id ?? '',
                  state: job.states[index] ?? '',
                  durationMs,
                }))}
              />
            </td>
            <td>{job.duration === null ? '' : durationText(job.duration.medianMs)}</td>
            <td>{job.duration === null ? '' : durationText(job.duration.p95Ms)}</td>
            <td>{job.ended}</td>
            <td>{job.ended === 0 ? '' : percentText(job.failed / job.ended)}</td>
            <td>
              {job.flakyShas.length === 0
                ? ''
                : `${job.flakyShas.length} ${job.flakyShas.length === 1 ? 'commit' : 'commits'}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const HistoryTable = ({ history }: { history: Model['history'] }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach
  <div class="scroll" tabIndex={0}>
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col">Ended</th>
          <th scope="col">Failed</th>
          <th scope="col">Tried again</th>
          <th scope="col">Flaky commits</th>
          <th scope="col">Median</th>
          <th scope="col">95 %</th>
        </tr>
      </thead>
      <tbody>
        {history.map((job) => (
          <tr key={job.jobId}>
            <th scope="row">
              <bdi>{job.jobId}</bdi>
            </th>
            <td>{job.runs}</td>
            <td>{job.runs === 0 ? '' : percentText(job.failed / job.runs)}</td>
            <td>{job.retried || ''}</td>
            <td>{job.flakyCommits || ''}</td>
            <td>{job.medianMs === null ? '' : durationText(job.medianMs)}</td>
            <td>{job.p95Ms === null ? '' : durationText(job.p95Ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const inWords = ({ ended, failed, duration, wait }: Model): string => {
  if (ended === 0 || duration === null) return 'No run of this ref has ended yet.';
  const rate = failed === 0 ? 'none failed' : `${percentText(failed / ended)} failed`;
  const waited = wait === null ? '' : ` They waited ${durationText(wait.medianMs)} for their turn.`;
  const runsText = ended === 1 ? 'One run has ended' : `Of the last ${ended} runs`;
  const tail = ended === 1 ? (failed === 1 ? ', and failed' : '') : ` ${rate}`;
  return `${runsText}${tail}; half of them took less than ${durationText(duration.medianMs)}, 95 % less than ${durationText(duration.p95Ms)}.${waited}`;
};

const percentText = (part: number): string => `${part > 0 && part < 0.01 ? '< 1' : Math.round(part * 100)} %`;
