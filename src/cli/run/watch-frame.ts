import type { JobRow, RunRow, ShRow } from '../../../projections/index.js';
import { formatBytes } from '../byte-size.js';
import { commandText } from '../describe-event.js';
import { formatSpan } from '../duration.js';
import { printable } from '../printable.js';
import { shortRef } from '../ref-name.js';
import { jobMark, shGlyph, stateMark } from '../state-mark.js';
import type { Style } from '../style.js';
import { pad, textWidth, truncate } from '../text-width.js';
import { hasEnded, type LoadedRun } from './load-run.js';

/** What a command that runs has put out so far. */
export interface Progress {
  /** Of its log so far, which has the times of lines beside their text. */
  readonly logBytes: number;
  readonly lastLine: string;
}

/** What the live view of a run is drawn from. */
export interface WatchState {
  readonly loaded: LoadedRun;
  /** Of the commands that run, by `<job>/<n>`. */
  readonly progress: ReadonlyMap<string, Progress>;
  readonly nowMs: number;
  /** What a waiting run waits for, when it is worth saying. */
  readonly note?: string;
}

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The live view of a run: a line a job and a line a command. No line is wider than `width` and there are at most
 * `height` of them; where they do not fit, what has ended well goes first, then what still waits.
 */
export const drawFrame = (state: WatchState, size: FrameSize, style: Style): string[] => {
  const header = [titleLine(state, size.width, style), ''];
  const body = bodyLines(state, style);
  const room = Math.max(1, size.height - header.length);
  return [...header, ...shorten(body, room, style)].map((line) => truncate(line, size.width));
};

interface BodyLine {
  readonly text: string;
  /** The higher, the sooner it is left out. */
  readonly spare: number;
}

const titleLine = ({ loaded, nowMs, note }: WatchState, width: number, style: Style): string => {
  const { run, jobs } = loaded;
  const name = `${printable(run.repo)} ${printable(shortRef(run.ref))} ${run.sha.slice(0, 7)}`;
  const time = formatSpan(run.startedAtMs ?? run.queuedAtMs, run.finishedAtMs, nowMs);
  const title = `${stateMark(run.state, style)}  ${style.bold(name)}  ${style.dim(run.id)}  ${time}`;
  const tail = note === undefined ? progressBar(jobs, style) : style.yellow(note);
  const withTail = tail === '' ? title : `${title}  ${tail}`;
  return textWidth(withTail) <= width
    ? withTail
    : `${stateMark(run.state, style)}  ${name}  ${time}  ${tail}`;
};

const barWidth = 10;

/** `██████░░░░ 4/7 jobs`: how many have ended. */
const progressBar = (jobs: readonly JobRow[], style: Style): string => {
  if (jobs.length === 0) return '';
  const filled = Math.floor((countEnded(jobs) / jobs.length) * barWidth);
  return `${style.green('█'.repeat(filled))}${style.dim('░'.repeat(barWidth - filled))} ${endedText(jobs)}`;
};

const endedText = (jobs: readonly JobRow[]): string =>
  jobs.length === 0 ? '' : `${countEnded(jobs)}/${jobs.length} jobs`;

const countEnded = (jobs: readonly JobRow[]): number =>
  jobs.filter(({ finishedAtMs }) => finishedAtMs !== null).length;

const bodyLines = ({ loaded, progress, nowMs }: WatchState, style: Style): BodyLine[] => {
  const { jobs, run } = loaded;
  const idWidth = Math.max(0, ...jobs.map(({ jobId }) => textWidth(printable(jobId))));
  return jobs.flatMap((job) => {
    const commands = loaded.commandsOf(job.jobId);
    const spare = spareOf(job);
    return [
      { text: jobLine(job, commands, jobs, run, idWidth, nowMs, style), spare },
      ...commands.map((sh) => ({
        text: commandLine(sh, progress.get(`${sh.jobId}/${sh.n}`), nowMs, style),
        spare: sh.state === 'active' ? 0 : spare + 4,
      })),
    ];
  });
};

const spareOf = ({ state }: JobRow): number => {
  if (state === 'active') return 0;
  if (state === 'failed') return 1;
  return state === 'queued' ? 2 : 3;
};

const jobLine = (
  job: JobRow,
  commands: readonly ShRow[],
  jobs: readonly JobRow[],
  run: RunRow,
  idWidth: number,
  nowMs: number,
  style: Style,
): string => {
  const took = formatSpan(job.startedAtMs, job.finishedAtMs, nowMs);
  const parts = [
    '',
    pad(printable(job.jobId), idWidth),
    pad(jobMark(job, style), 18),
    pad(took, 7, 'right'),
    style.dim(jobNote(job, commands, jobs, run)),
  ];
  return parts.join('  ').trimEnd();
};

const jobNote = (job: JobRow, commands: readonly ShRow[], jobs: readonly JobRow[], run: RunRow): string => {
  switch (job.state) {
    case 'queued': {
      if (hasEnded(run)) return '';
      const open = jobs.filter(
        ({ jobId, finishedAtMs }) => finishedAtMs === null && job.inputs.includes(jobId),
      );
      return open.length === 0 ? '' : `waits for ${open.map(({ jobId }) => printable(jobId)).join(', ')}`;
    }
    case 'active':
    case 'succeeded': {
      const ended = commands.filter(({ state }) => state !== 'active').length;
      const count = commands.length === 0 ? '' : `${ended}/${commands.length} commands`;
      return job.attempt > 1 ? `attempt ${job.attempt}  ${count}` : count;
    }
    default:
      return printable(job.message ?? '');
  }
};

const commandLine = (sh: ShRow, progress: Progress | undefined, nowMs: number, style: Style): string => {
  const took = formatSpan(sh.startedAtMs, sh.finishedAtMs, nowMs);
  const facts = [took];
  if (sh.state === 'exited' && sh.exitCode !== 0) facts.push(sh.signal ?? `exit ${sh.exitCode}`);
  if (sh.state === 'interrupted') facts.push('interrupted');
  if (sh.stdoutBytes !== null) facts.push(formatBytes(sh.stdoutBytes + (sh.stderrBytes ?? 0)));
  else if (progress !== undefined) facts.push(`${formatBytes(progress.logBytes)} of log`);
  const lastLine =
    sh.state === 'active' && progress?.lastLine ? `  ${style.dim(`│ ${progress.lastLine}`)}` : '';
  const command = truncate(printable(commandText(sh.cmd)), 44);
  return `    ${shGlyph(sh, style)} ${command}  ${style.dim(facts.join(', '))}${lastLine}`;
};

/** Leaves out the most spare lines, later ones first, and says how many. */
const shorten = (lines: readonly BodyLine[], room: number, style: Style): string[] => {
  if (lines.length <= room) return lines.map(({ text }) => text);
  const bySpare = lines
    .map(({ spare }, index) => ({ spare, index }))
    .toSorted((a, b) => a.spare - b.spare || a.index - b.index);
  const kept = new Set(bySpare.slice(0, Math.max(0, room - 1)).map(({ index }) => index));
  const shown = lines.filter((_, index) => kept.has(index)).map(({ text }) => text);
  return [...shown, style.dim(`  … ${lines.length - shown.length} more lines`)];
};
