import { z } from 'zod';
import { shAddress } from '../addresses.js';
import { followRun } from '../live/follow.js';
import { logLine } from '../log/line.js';
import { logPath } from '../log/log-file.js';
import type { LogStore } from '../log/log-store.js';
import { markRedacted } from '../log/redacted-lines.js';
import { jobModel, presentJob, presentRun, presentSh, runModel, shModel } from '../models.js';
import { definePage, type Page } from '../page.js';
import { Command, JobMessage, ReusedResult } from '../parts/job-list.js';
import { LogLines } from '../parts/log-lines.js';
import { RunTrail } from '../parts/run-trail.js';
import { State, shownJobState } from '../parts/state.js';
import { Duration } from '../parts/time.js';
import { commandsOf, findJob, findRun } from '../queries/find-run.js';

const schema = z.strictObject({
  run: runModel,
  job: jobModel,
  commands: z.array(z.strictObject({ command: shModel, lineCount: z.int(), lines: z.array(logLine) })),
});

/** Lines of each log on the page of a job. */
const tailLines = 100;

/** Commands of a job whose logs are on its page; the others are links. */
const maxLogs = 20;

/** One job: its commands, each with the end of its log. */
export const jobPage = (logs: LogStore): Page =>
  definePage<z.infer<typeof schema>>({
    path: '/runs/:run/jobs/:job',
    summary: 'One job of a run: its commands, each with the end of its log.',
    schema,
    follows: ({ params }) => followRun(params.run!),
    async load({ options: { store, root }, access, params }) {
      const run = findRun(store.read, access, params.run!);
      const job = findJob(store.read, run.id, params.job!);
      const commands = commandsOf(store.read, run.id, job.jobId).map(presentSh);
      const withLogs = commands.slice(-maxLogs);
      return {
        run: presentRun(run),
        job: presentJob(job),
        commands: await Promise.all(
          commands.map(async (command) => {
            if (!withLogs.includes(command)) return { command, lineCount: 0, lines: [] };
            const name = { runId: run.id, jobId: job.jobId, n: command.n };
            const path = logPath(root, name.runId, name.jobId, name.n);
            const { lineCount, lines } = await logs.part(path, { count: tailLines });
            return { command, lineCount, lines: markRedacted(store, name, lines) };
          }),
        ),
      };
    },
    async pulse({ options: { store, root }, params }) {
      const active = commandsOf(store.read, params.run!, params.job!).filter(
        ({ state }) => state === 'active',
      );
      const sizes = active.map(({ jobId, n }) => logs.size(logPath(root, params.run!, jobId, n)));
      return JSON.stringify(await Promise.all(sizes));
    },
    view({ run, job, commands }, { nowMs }) {
      return {
        title: `${job.jobId} of ${run.subject || `run ${run.id}`}`,
        state: job.state === 'skipped' ? 'canceled' : job.state,
        announcement: `The job is ${job.state}.`,
        section: 'runs',
        regions: [
          {
            id: 'job-header',
            content: (
              <header class="run-header">
                <RunTrail run={run} within />
                <h1>
                  <bdi>{job.jobId}</bdi>
                </h1>
                <p class="status-line">
                  <State state={shownJobState(job)} />{' '}
                  {job.startedAtMs !== null && job.reusedFrom === null && (
                    <Duration fromMs={job.startedAtMs} toMs={job.finishedAtMs} nowMs={nowMs} />
                  )}
                </p>
                {job.reusedFrom !== null && <ReusedResult jobId={job.jobId} runId={job.reusedFrom} />}
                {job.message !== null && <JobMessage job={job} />}
              </header>
            ),
          },
          {
            id: 'job-commands',
            content: (
              <section aria-labelledby="commands-title">
                <h2 id="commands-title">Commands</h2>
                {commands.length === 0 ? (
                  <p class="empty">This job ran no command.</p>
                ) : (
                  <ol class="commands">
                    {commands.map(({ command, lineCount, lines }) => {
                      const address = shAddress(run.id, job.jobId, command.n);
                      return (
                        <li key={command.n} id={`sh-${command.n}`}>
                          <details open>
                            <summary>
                              <Command command={command} address={undefined} nowMs={nowMs} />
                            </summary>
                            <p class="more">
                              <a href={address}>
                                {lineCount > lines.length
                                  ? `${(lineCount - lines.length).toLocaleString('en')} earlier lines`
                                  : 'the log alone'}
                              </a>
                            </p>
                            {lines.length > 0 && (
                              <LogLines lines={lines} address={address} idPrefix={`T${command.n}-`} />
                            )}
                          </details>
                        </li>
                      );
                    })}
                  </ol>
                )}
              </section>
            ),
          },
        ],
      };
    },
  });
