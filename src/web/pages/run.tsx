import { z } from 'zod';
import { followRun } from '../live/follow.js';
import { logPath } from '../log/log-file.js';
import { logLine } from '../log/line.js';
import type { LogStore } from '../log/log-store.js';
import { jobModel, presentJob, presentRun, presentSh, runModel, type ShModel, shModel } from '../models.js';
import { definePage, type Page } from '../page.js';
import { Diagnostics } from '../parts/diagnostics.js';
import { JobList } from '../parts/job-list.js';
import { RunButtons, RunHeader } from '../parts/run-header.js';
import { commandsOf, findRun, jobsOf, rerunsOf } from '../queries/find-run.js';
import { runStates } from '../../../projections/index.js';

const schema = z.strictObject({
  run: runModel,
  jobs: z.array(jobModel),
  commands: z.array(shModel),
  reruns: z.array(z.strictObject({ id: z.string(), attempt: z.int(), state: z.enum(runStates) })),
  /** The end of the log of each command that runs or has failed. */
  tails: z.array(
    z.strictObject({ jobId: z.string(), n: z.int(), lineCount: z.int(), lines: z.array(logLine) }),
  ),
});

/** Lines of a log on the page of its run. */
const tailLines = 12;

/** Logs on the page of a run: those of the last commands that are worth a look. */
const maxTails = 20;

/** One run: jobs, commands, and the end of the logs that matter now. */
export const runPage = (logs: LogStore): Page =>
  definePage<z.infer<typeof schema>>({
    path: '/runs/:run',
    summary: 'One run with its jobs, commands and the end of the logs of those that run or failed.',
    schema,
    follows: ({ params }) => followRun(params.run!),
    async load({ options: { store, root }, access, params }) {
      const row = findRun(store.read, access, params.run!);
      const commands = commandsOf(store.read, row.id).map(presentSh);
      return {
        run: presentRun(row),
        jobs: jobsOf(store.read, row.id).map(presentJob),
        commands,
        reruns: rerunsOf(store.read, row),
        tails: await Promise.all(
          commands
            .filter(isInteresting)
            .slice(-maxTails)
            .map(async ({ jobId, n }) => {
              const path = logPath(root, row.id, jobId, n);
              const { lines: lineCount } = await logs.size(path);
              return {
                jobId,
                n,
                lineCount,
                lines: await logs.lines(path, lineCount - tailLines + 1, tailLines),
              };
            }),
        ),
      };
    },
    async pulse({ options: { store, root }, params }) {
      const active = commandsOf(store.read, params.run!).filter(({ state }) => state === 'active');
      const sizes = active.map(({ jobId, n }) => logs.size(logPath(root, params.run!, jobId, n)));
      return JSON.stringify(await Promise.all(sizes));
    },
    view({ run, jobs, commands, reruns, tails }, visit) {
      const { nowMs } = visit;
      return {
        title: run.subject || `Run ${run.id}`,
        state: run.state,
        announcement: `The run is ${run.state}.`,
        section: 'runs',
        regions: [
          { id: 'run-header', content: <RunHeader run={run} reruns={reruns} visit={visit} /> },
          { id: 'run-buttons', content: <RunButtons run={run} token={visit.token} /> },
          {
            id: 'run-diagnostics',
            content: run.diagnostics !== null && <Diagnostics diagnostics={run.diagnostics} />,
          },
          {
            id: 'run-jobs',
            content: (
              <section aria-labelledby="jobs-title">
                <h2 id="jobs-title">Jobs</h2>
                {jobs.length === 0 ? (
                  <p class="empty">{noJobs[run.state]}</p>
                ) : (
                  <JobList runId={run.id} jobs={jobs} commands={commands} tails={tails} nowMs={nowMs} />
                )}
              </section>
            ),
          },
        ],
      };
    },
  });

const isInteresting = (command: ShModel): boolean => command.state !== 'exited' || command.exitCode !== 0;

const noJobs = {
  queued: 'The run waits for its turn; its jobs are known when its pipeline has been read.',
  active: 'The pipeline is being read.',
  succeeded: 'The pipeline registered no job.',
  failed: 'The run ended before its pipeline had registered a job.',
  canceled: 'The run was canceled before its pipeline had registered a job.',
  superseded: 'A newer push took the place of the run before its pipeline had registered a job.',
} as const;
