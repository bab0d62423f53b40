import { once } from 'node:events';
import { historyOf, type Moment, momentAt, type RowChange, type RunSnapshot } from '../../history/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { describeEvent } from '../describe-event.js';
import { formatDuration, formatTime } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { jobShape, runShape } from '../json-shape.js';
import { printable } from '../printable.js';
import { withReader } from '../read-store.js';
import { jobMark, stateMark } from '../state-mark.js';
import { textWidth } from '../text-width.js';

export interface ReplayOptions {
  readonly at?: string;
  readonly step?: boolean;
}

/** `quire replay RUN`: every event and the rows it changed; with `--at` the run as it stood then. */
export const replay = (context: CliContext, reference: string, options: ReplayOptions): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const { id } = findRun(reader, reference);
    if (options.at !== undefined) {
      await printSnapshot(context, momentAt(reader, id, options.at));
      return exitCode.ok;
    }
    const keys = options.step === true ? takeKeys(context) : undefined;
    try {
      for (const moment of historyOf(reader, id)) {
        if (context.json) await context.output.record(momentShape(moment));
        else for (const line of momentLines(context, moment)) await context.output.line(line);
        if (keys !== undefined && (await keys.next()) === 'quit') break;
      }
    } finally {
      keys?.release();
    }
    return exitCode.ok;
  });

const momentShape = ({ event, changes, elapsedMs, gapMs, snapshot }: Moment) => ({
  event,
  elapsedMs,
  gapMs,
  changes: changes.map((change) => ({ ...change, columns: change.columns.filter(isShown) })),
  state: stateShape(snapshot()),
});

const stateShape = ({ run, jobs, sh }: RunSnapshot) =>
  run === undefined
    ? null
    : {
        ...runShape(run),
        jobs: jobs.map((job) =>
          jobShape(
            job,
            sh.filter(({ jobId }) => jobId === job.jobId),
          ),
        ),
      };

const momentLines = ({ output }: CliContext, moment: Moment): string[] => {
  const { style } = output;
  const { event, changes, elapsedMs, gapMs } = moment;
  const cause = event.causationSeq === null ? '' : `  because of ${event.causationSeq}`;
  const place =
    `${style.bold(String(event.seq))}  ${formatTime(event.occurredAtMs)}  ` +
    `${style.dim(`${formatDuration(elapsedMs)} (+${formatDuration(gapMs)})`)}  ${event.type}`;
  const by = style.dim(`${event.actor}${cause}`);
  const line = `${place}  ${describeEvent(event)}  ${by}`;
  const fits = textWidth(line) <= (output.width() ?? Number.POSITIVE_INFINITY);
  return [
    ...(fits ? [line] : [`${place}  ${by}`, `      ${describeEvent(event)}`]),
    ...changes.filter(hasSomethingToShow).flatMap(changeLines),
  ];
};

const hasSomethingToShow = ({ created, columns }: RowChange): boolean => created || columns.some(isShown);

const changeLines = ({ table, key, created, columns }: RowChange): string[] => {
  const name = `${table} ${printable(key.join(' '))}`;
  return [
    `      ${name}${created ? ' is new' : ''}`,
    ...columns
      .filter(isShown)
      .map(({ column, before, after }) =>
        created
          ? `        ${column} ${textOf(after, column)}`
          : `        ${column} ${textOf(before, column)} → ${textOf(after, column)}`,
      ),
  ];
};

/** Counters move with every event, and the digest of a token is nobody's business. */
const isShown = ({ column }: { readonly column: string }): boolean =>
  !['lastSeq', 'tokenHash'].includes(column);

const textOf = (value: unknown, column: string): string => {
  if (typeof value === 'number' && column.endsWith('AtMs')) return formatTime(value);
  const text = printable(typeof value === 'string' ? value : JSON.stringify(value ?? null));
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
};

const printSnapshot = async ({ json, output }: CliContext, moment: Moment): Promise<void> => {
  const { run, jobs, sh } = moment.snapshot();
  if (json) {
    await output.document({ at: moment.event, state: stateShape(moment.snapshot()) });
    return;
  }
  await output.line(
    `after event ${moment.event.seq}, ${formatTime(moment.event.occurredAtMs)}: ${describeEvent(moment.event)}`,
  );
  if (run === undefined) return output.line('the run was not there yet');
  await output.line(`${stateMark(run.state, output.style)}  run ${run.id}`);
  for (const job of jobs) {
    const commands = sh.filter(({ jobId }) => jobId === job.jobId);
    const states = commands.map(
      ({ n, state, exitCode: code }) => `$${n} ${state}${code === null ? '' : ` ${code}`}`,
    );
    const ran = states.length === 0 ? '' : `  ${states.join(', ')}`;
    await output.line(`  ${jobMark(job, output.style)}  ${printable(job.jobId)}${ran}`);
  }
};

/** One key a step; `q` and Ctrl-C end it. */
const takeKeys = ({ output }: CliContext) => {
  const { stdin } = process;
  if (!stdin.isTTY)
    throw new CliError('usage', '--step waits for keys, and the standard input is no terminal');
  stdin.setRawMode(true);
  output.note(output.style.dim('any key shows the next event, q ends'));
  return {
    async next(): Promise<'go-on' | 'quit'> {
      stdin.resume();
      const [key] = (await once(stdin, 'data')) as [Buffer];
      stdin.pause();
      return ['q', '\x03', '\x04'].includes(key.toString()) ? 'quit' : 'go-on';
    },
    release() {
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
};
