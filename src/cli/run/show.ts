import type { JobRow, RunRow, ShRow } from '../../../projections/index.js';
import { type Moment, momentAt } from '../../history/index.js';
import { formatBytes } from '../byte-size.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { commandText, describeEvent } from '../describe-event.js';
import { formatAge, formatSpan, formatTime } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { jobShape, runShape } from '../json-shape.js';
import { printable, printableFirstLine } from '../printable.js';
import { withReader } from '../read-store.js';
import { shortRef } from '../ref-name.js';
import { jobMark, shGlyph, stateMark } from '../state-mark.js';
import { pad, textWidth, truncate } from '../text-width.js';
import { failureReport } from './failure-report.js';
import { type LoadedRun, loadRun } from './load-run.js';

export interface ShowOptions {
  readonly at?: string;
}

/** `quire run show RUN`: everything about one run on a page, now or as it stood at a moment of its past. */
export const showRun = (
  present: CliContext,
  reference: string,
  { at }: ShowOptions = {},
): Promise<ExitCode> =>
  withReader(present.root, async (reader) => {
    const { id } = findRun(reader, reference);
    const moment = at === undefined ? undefined : momentAt(reader, id, at);
    const loaded = moment === undefined ? loadRun(reader, id) : runAt(moment);
    const context = moment === undefined ? present : { ...present, now: () => moment.event.occurredAtMs };
    if (moment !== undefined && !context.json) {
      const { event } = moment;
      const title = `after event ${event.seq}, ${formatTime(event.occurredAtMs)}: ${describeEvent(event)}`;
      await context.output.line(context.output.style.dim(title));
    }
    if (context.json) {
      const jobs = loaded.jobs.map((job) => jobShape(job, loaded.commandsOf(job.jobId)));
      await context.output.document({ ...runShape(loaded.run), jobs });
      return exitCode.ok;
    }
    const lines = [
      ...headerLines(context, loaded.run),
      '',
      ...jobTable(context, loaded),
      ...(await failureReport(context, loaded)),
    ];
    for (const line of lines) await context.output.line(line);
    return exitCode.ok;
  });

const runAt = (moment: Moment): LoadedRun => {
  const { run, jobs, sh } = moment.snapshot();
  const { seq } = moment.event;
  if (run === undefined) throw new CliError('unknown-run', `the run was not there yet at event ${seq}`);
  return { run, jobs, commandsOf: (jobId) => sh.filter((one) => one.jobId === jobId) };
};

/** State, commit, times, and what ended the run when it was not its jobs. */
const headerLines = ({ output, now }: CliContext, run: RunRow): string[] => {
  const { style } = output;
  const subject = run.subject === null ? '' : `  ${printable(run.subject)}`;
  const author = run.author === null ? '' : style.dim(` (${printable(run.author)})`);
  const facts: [string, string][] = [
    ['commit', `${run.sha.slice(0, 10)}${subject}${author}`],
    ['push', `${run.pushId} by ${printable(run.pusher)}, ${formatAge(run.pushedAtMs, now())}`],
    ['times', timesText(run, now())],
  ];
  if (run.rerunOf !== null) facts.push(['attempt', `${run.attempt}, again after ${run.rerunOf}`]);
  if (run.cancelRequestedAtMs !== null)
    facts.push(['cancel', `asked by ${printable(run.cancelBy ?? '?')} (${run.cancelReason})`]);
  if (run.supersededBy !== null) facts.push(['superseded', `by ${run.supersededBy}`]);
  if (run.message !== null)
    facts.push(['reason', `${run.failureKind ?? run.state}: ${printableFirstLine(run.message)}`]);
  return [
    `${stateMark(run.state, style)}  ${style.bold(run.id)}  ${printable(run.repo)} ${printable(shortRef(run.ref))}`,
    ...facts.map(([name, value]) => `  ${style.dim(pad(name, 10))}  ${value}`),
  ];
};

const timesText = (run: RunRow, nowMs: number): string => {
  const parts = [`queued ${formatTime(run.queuedAtMs)}`];
  const waited = formatSpan(run.queuedAtMs, run.startedAtMs ?? run.finishedAtMs, nowMs);
  parts.push(`${run.startedAtMs === null && run.finishedAtMs === null ? 'waits' : 'waited'} ${waited}`);
  if (run.startedAtMs !== null) {
    parts.push(
      `${run.finishedAtMs === null ? 'runs' : 'ran'} ${formatSpan(run.startedAtMs, run.finishedAtMs, nowMs)}`,
    );
  }
  return parts.join(', ');
};

const jobTable = (context: CliContext, loaded: LoadedRun): string[] => {
  if (loaded.jobs.length === 0) return ['no jobs: the pipeline was not registered'];
  const width = context.output.width() ?? Number.POSITIVE_INFINITY;
  const idWidth = Math.max(...loaded.jobs.map(({ jobId }) => textWidth(jobId)));
  return loaded.jobs
    .flatMap((job) => {
      const commands = loaded.commandsOf(job.jobId);
      return [jobLine(context, job, idWidth), ...commands.map((sh) => commandLine(context, sh))];
    })
    .map((line) => truncate(line, width));
};

const jobLine = ({ output, now }: CliContext, job: JobRow, idWidth: number): string => {
  const took = formatSpan(job.startedAtMs, job.finishedAtMs, now());
  const note =
    job.state === 'skipped' || job.state === 'canceled' ? printable(job.message ?? '') : jobNote(job);
  return [
    '',
    output.style.bold(pad(printable(job.jobId), idWidth)),
    pad(jobMark(job, output.style), 18),
    pad(took, 7, 'right'),
    output.style.dim(note),
  ]
    .join('  ')
    .trimEnd();
};

const jobNote = (job: JobRow): string => {
  const parts: string[] = [];
  if (job.reusedFrom !== null) parts.push(`as in run ${job.reusedFrom}`);
  if (job.exitCode !== null) parts.push(`exit ${job.exitCode}`);
  if (job.attempt > 1) parts.push(`attempt ${job.attempt}`);
  return parts.join(', ');
};

const commandLine = ({ output, now }: CliContext, sh: ShRow): string => {
  const { style } = output;
  const bytes = sh.stdoutBytes === null ? '' : formatBytes(sh.stdoutBytes + (sh.stderrBytes ?? 0));
  return [
    `    ${shGlyph(sh, style)} ${sh.n}`,
    pad(endText(sh), 10),
    pad(formatSpan(sh.startedAtMs, sh.finishedAtMs, now()), 7, 'right'),
    style.dim(pad(bytes, 8, 'right')),
    printable(commandText(sh.cmd)),
  ].join('  ');
};

const endText = (sh: ShRow): string => {
  if (sh.state === 'active') return 'runs';
  if (sh.state === 'interrupted') return 'interrupted';
  if (sh.timedOut) return 'timed out';
  return sh.exitCode === null ? (sh.signal ?? '') : `exit ${sh.exitCode}`;
};
