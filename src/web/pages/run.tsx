import { z } from 'zod';
import { runStates } from '../../../projections/index.js';
import { pipelinePath } from '../../forge/index.js';
import { jobAddress, runAddress } from '../addresses.js';
import { eventModel, presentEvent } from '../events/event-model.js';
import { followRun } from '../live/follow.js';
import { logLine } from '../log/line.js';
import { logPath } from '../log/log-file.js';
import type { LogPart, LogStore } from '../log/log-store.js';
import { markRedacted } from '../log/redacted-lines.js';
import {
  type JobModel,
  jobModel,
  presentJob,
  presentRun,
  presentSh,
  runModel,
  type ShModel,
  shModel,
} from '../models.js';
import { definePage, type Page, type Region, type PageContext } from '../page.js';
import { Diagnostics } from '../parts/diagnostics.js';
import { EventList } from '../parts/event-list.js';
import { Gantt } from '../parts/gantt.js';
import { JobGraph } from '../parts/job-graph.js';
import { JobList } from '../parts/job-list.js';
import { MomentBar } from '../parts/moment.js';
import { RunButtons, RunHeader } from '../parts/run-header.js';
import { commandsOf, findRun, jobsOf, rerunsOf, supersededBy } from '../queries/find-run.js';
import { lastRunEvents } from '../queries/list-events.js';
import { readSourceBlob } from '../source/read-blob.js';
import { neighboursOf, runAt } from '../time-travel/run-at.js';
import { numberOf } from './timeline.js';

const schema = z.strictObject({
  run: runModel,
  jobs: z.array(jobModel),
  commands: z.array(shModel),
  reruns: z.array(z.strictObject({ id: z.string(), attempt: z.int(), state: z.enum(runStates) })),
  /** The runs whose place this one took. */
  superseded: z.array(z.string()),
  /** The end of the log of each command that runs or has failed. */
  tails: z.array(
    z.strictObject({ jobId: z.string(), n: z.int(), lineCount: z.int(), lines: z.array(logLine) }),
  ),
  /** The pipeline's source around the places where jobs failed. */
  excerpts: z.array(z.strictObject({ jobId: z.string(), line: z.int(), source: z.string() })),
  /** The run's last events in their order. */
  events: z.array(eventModel),
  /** Where in its time the run is shown. */
  moment: z.strictObject({
    event: eventModel,
    isNow: z.boolean(),
    firstSeq: z.int(),
    lastSeq: z.int(),
    previousSeq: z.int().nullable(),
    nextSeq: z.int().nullable(),
  }),
});

type Model = z.infer<typeof schema>;

/** Lines of a log on the page of its run. */
const tailLines = 12;

/** Logs on the page of a run: those of the last commands that are worth a look. */
const maxTails = 20;

/** Events on the page of a run; its timeline has them all. */
const maxEvents = 8;

/** One run, now or at any moment of its past: graph, Gantt, jobs, commands, and the logs that matter then. */
export const runPage = (logs: LogStore): Page =>
  definePage<Model>({
    path: '/runs/:run',
    summary: 'One run with its jobs, commands and the end of the logs of those that run or failed.',
    query: { at: 'Shows the run as it was right after the event of this number.' },
    schema,
    follows: ({ params, query }) => (query.has('at') ? undefined : followRun(params.run!)),
    async load(visit) {
      const { options, access, params, query } = visit;
      const { read } = options.store;
      const live = findRun(read, access, params.run!);
      const at = numberOf(query, 'at');
      const [lastEvent] = lastRunEvents(read, live.id, 1);
      const past = at === undefined || lastEvent === undefined ? undefined : runAt(read, live.id, at);
      const event = past?.event ?? lastEvent!;
      const commands = (past?.commands ?? commandsOf(read, live.id)).map(presentSh);
      const jobs = (past?.jobs ?? jobsOf(read, live.id)).map(presentJob);
      const { first, previous, next } = neighboursOf(read, live.id, event);
      return {
        run: presentRun(past?.run ?? live),
        jobs,
        commands,
        excerpts: await excerptsOf(options.root, live.sourceSha256, jobs),
        reruns: past === undefined ? rerunsOf(read, live) : [],
        superseded: supersededBy(read, live),
        tails: await tailsOf(
          logs,
          visit,
          live.id,
          commands,
          past === undefined ? undefined : event.occurredAtMs,
        ),
        events: lastRunEvents(read, live.id, maxEvents, event.seq).map(presentEvent),
        moment: {
          event: presentEvent(event),
          isNow: past === undefined,
          firstSeq: first,
          lastSeq: lastEvent!.seq,
          previousSeq: previous,
          nextSeq: next,
        },
      };
    },
    async pulse({ options: { store, root }, params }) {
      const active = commandsOf(store.read, params.run!).filter(({ state }) => state === 'active');
      const sizes = active.map(({ jobId, n }) => logs.size(logPath(root, params.run!, jobId, n)));
      return JSON.stringify(await Promise.all(sizes));
    },
    view: viewOf,
  });

/** The source where jobs failed; a place in a file of `.quire/lib` has none stored. */
const excerptsOf = async (
  root: string,
  sourceSha256: string | null,
  jobs: readonly JobModel[],
): Promise<Model['excerpts']> => {
  const failed = jobs.filter(({ state, location }) => state === 'failed' && location?.file === pipelinePath);
  if (failed.length === 0) return [];
  const source = await readSourceBlob(root, sourceSha256);
  if (source === undefined) return [];
  return failed.map(({ jobId, location }) => ({ jobId, line: location!.line, source }));
};

/** The ends of the logs worth a look: now, or as they were at a moment. */
const tailsOf = (
  logs: LogStore,
  { options: { root, store } }: PageContext,
  runId: string,
  commands: readonly ShModel[],
  atMs: number | undefined,
): Promise<Model['tails']> =>
  Promise.all(
    commands
      .filter(({ state, exitCode }) => state !== 'exited' || exitCode !== 0)
      .slice(-maxTails)
      .map(async ({ jobId, n }) => {
        const path = logPath(root, runId, jobId, n);
        const { lineCount, lines } = await tailOf(logs, path, atMs);
        return { jobId, n, lineCount, lines: markRedacted(store, { runId, jobId, n }, lines) };
      }),
  );

const tailOf = async (
  logs: LogStore,
  path: string,
  atMs: number | undefined,
): Promise<Pick<LogPart, 'lineCount' | 'lines'>> => {
  if (atMs === undefined) return logs.part(path, { count: tailLines });
  const lineCount = await logs.linesUntil(path, atMs);
  const from = Math.max(1, lineCount - tailLines + 1);
  const { lines } = await logs.part(path, { from, count: lineCount - from + 1 });
  return { lineCount, lines };
};

const viewOf = (model: Model, visit: PageContext) => {
  const { run, jobs, commands, reruns, superseded, tails, excerpts, events, moment } = model;
  const nowMs = moment.isNow ? visit.nowMs : moment.event.occurredAtMs;
  const then: PageContext = { ...visit, nowMs };
  const regions: Region[] = [
    {
      id: 'run-header',
      content: <RunHeader run={run} reruns={reruns} superseded={superseded} visit={then} />,
    },
    { id: 'run-buttons', content: moment.isNow && visit.access.all && <RunButtons run={run} jobs={jobs} /> },
    { id: 'run-moment', content: <MomentBar runId={run.id} moment={moment} queuedAtMs={run.queuedAtMs} /> },
    {
      id: 'run-diagnostics',
      content: run.diagnostics !== null && <Diagnostics diagnostics={run.diagnostics} />,
    },
    {
      id: 'run-picture',
      content: jobs.length > 0 && (
        <section aria-labelledby="picture-title">
          <h2 id="picture-title">Pipeline</h2>
          <JobGraph
            jobs={jobs.map((job) => ({ ...job, id: job.jobId }))}
            address={(jobId) => jobAddress(run.id, jobId)}
          />
          <Gantt run={run} jobs={jobs} commands={commands} nowMs={nowMs} />
        </section>
      ),
    },
    {
      id: 'run-jobs',
      content: (
        <section aria-labelledby="jobs-title">
          <h2 id="jobs-title">Jobs</h2>
          {jobs.length === 0 ? (
            <p class="empty">{noJobs[run.state]}</p>
          ) : (
            <JobList
              runId={run.id}
              jobs={jobs}
              commands={commands}
              tails={tails}
              excerpts={excerpts}
              nowMs={nowMs}
            />
          )}
        </section>
      ),
    },
    {
      id: 'run-events',
      content: (
        <section aria-labelledby="events-title">
          <h2 id="events-title">Timeline</h2>
          <EventList events={events} newestFirst={false} travelIn={run.id} current={moment.event.seq} />
          <p class="more">
            <a href={`${runAddress(run.id)}/events`}>All events of this run</a>
          </p>
        </section>
      ),
    },
  ];
  return {
    title: run.subject || `Run ${run.id}`,
    state: run.state,
    isPast: !moment.isNow,
    announcement: `The run is ${run.state}.`,
    section: 'runs' as const,
    hasButtons: true,
    regions,
  };
};

const noJobs = {
  queued: 'The run waits for its turn; its jobs are known when its pipeline has been read.',
  active: 'The pipeline is being read.',
  succeeded: 'The pipeline registered no job.',
  failed: 'The run ended before its pipeline had registered a job.',
  canceled: 'The run was canceled before its pipeline had registered a job.',
  superseded: 'A newer push took the place of the run before its pipeline had registered a job.',
} as const;
