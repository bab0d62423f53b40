import type { JobReplay, Outcome, Replay, ReplayedCall, ToldCall, Verdict } from '../../history/index.js';
import { printable, printableFirstLine } from '../printable.js';
import type { Style } from '../style.js';
import { pad, textWidth, truncate } from '../text-width.js';

/**
 * A replay for a person: each job with its calls, the first divergence with both places, the verdict. The lines of
 * jobs and calls are cut to `columns`, the others are not.
 */
export const replayLines = (replay: Replay, style: Style, columns = Number.POSITIVE_INFINITY): string[] => {
  const width = Math.max(0, ...replay.jobs.map(({ id }) => textWidth(printable(id))));
  return [
    ...replay.diagnostics.map(
      ({ file, line, column, message }) =>
        `  ${style.red(`${file}:${line}:${column}: ${printable(message)}`)}`,
    ),
    ...replay.jobs.flatMap((job) => jobLines(job, width, style)).map((line) => truncate(line, columns)),
    ...divergenceLines(replay, style),
    '',
    `${verdictMark(replay.verdict, style)}  ${verdictText(replay)}`,
  ];
};

const marks: Readonly<Record<Verdict, readonly [string, 'green' | 'red' | 'yellow']>> = {
  same: ['=', 'green'],
  diverged: ['≠', 'red'],
  incomplete: ['?', 'yellow'],
};

/** The sign and the word of a verdict. */
export const verdictMark = (verdict: Verdict, style: Style): string => {
  const [sign, colour] = marks[verdict];
  return style[colour](`${sign} ${verdict}`);
};

const verdictText = ({ verdict, recorded, replayed, tookMs }: Replay): string => {
  const took = `${tookMs.toFixed(1)} ms, nothing was executed`;
  const before = `the run ${endings[recorded.state] ?? ''}${outcomeText(recorded)}`;
  if (verdict === 'same') return `${before}, and does so again; ${took}`;
  if (verdict === 'diverged') return `${before}; now ${outcomeText(replayed)}; ${took}`;
  return `${before}; it went the recorded way as far as history goes; ${took}`;
};

const endings: Readonly<Record<string, string>> = {
  canceled: 'was ',
  superseded: 'was ',
  active: 'is ',
  queued: 'is ',
};

/** A state in words, with the exit code. */
export const outcomeText = ({ state, exitCode, message }: Outcome): string => {
  if (state === 'unknown') return 'unknown';
  const code = exitCode === null ? '' : ` (exit ${exitCode})`;
  const kind =
    state === 'failed' && message !== null && code === ''
      ? / *^([a-z-]+)(?=:|$)/.exec(message)?.[1]
      : undefined;
  return `${state}${code}${kind === undefined ? '' : ` (${kind})`}`;
};

const jobLines = (
  { id, verdict, recorded, replayed, calls }: JobReplay,
  width: number,
  style: Style,
): string[] => {
  const [sign, colour] = marks[verdict];
  const before = recorded === null ? 'not in the run' : jobText(recorded);
  const now = replayed === null ? 'not in the pipeline' : jobText(replayed);
  const why = replayed?.message ?? (before === now ? null : recorded?.message) ?? null;
  return [
    `${style[colour](sign)} ${style.bold(pad(printable(id), width))}  ${before === now ? now : `${before} → ${now}`}${
      why === null ? '' : style.dim(`  ${printableFirstLine(why)}`)
    }`,
    ...calls.map((call) => callLine(call, style)),
  ];
};

const jobText = ({ state, exitCode }: Outcome): string => {
  const code = exitCode === null ? '' : ` exit ${exitCode}`;
  return state === 'allowed-failure' ? `failed${code} (allowed)` : `${state}${code}`;
};

const callLine = ({ kind, text, answer, fromJob }: ReplayedCall, style: Style): string => {
  const sign = { same: style.dim('='), known: style.red('≠'), unknown: style.yellow('?') }[answer];
  const note = fromJob === undefined ? '' : style.dim(`  answered as in job ${printable(fromJob)}`);
  return `    ${sign} ${kind === 'sh' ? '' : `${style.dim(kind)} `}${printableFirstLine(text)}${note}`;
};

const divergenceLines = ({ divergence }: Replay, style: Style): string[] => {
  if (divergence === null) return [];
  const { jobId, recorded, replayed } = divergence;
  return [
    '',
    style.bold(`first divergence, in job ${printable(jobId)}`),
    `  recorded  ${told(recorded, 'the job made no more calls', style)}`,
    `  new       ${told(replayed, 'the job made no more calls', style)}`,
  ];
};

const told = (call: ToldCall | null, nothing: string, style: Style): string => {
  if (call === null) return style.dim(nothing);
  const kind = { 'failed-attempt': 'the attempt failed: ', sh: '' }[call.kind as string] ?? `${call.kind} `;
  return `${kind}${printable(call.text)}${style.dim(placeText(call))}`;
};

const placeText = ({ location }: ToldCall): string => {
  if (location === null) return '';
  const { file, line, column } = location;
  return `  at ${printable(file)}:${line}${column === undefined ? '' : `:${column}`}`;
};
