import type { ShRow } from '../../../projections/index.js';
import type { CriLine } from '../../logs/index.js';
import { shLogPath } from '../../runner/run-folder.js';
import { type LogRedaction, logRedactions, type StoreReader } from '../../store/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { commandText } from '../describe-event.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { parseCount } from '../parse-count.js';
import { printable, printableOutput } from '../printable.js';
import { withReader } from '../read-store.js';
import { createWaker } from '../waker.js';
import { hasEnded, type LoadedRun, loadRun } from './load-run.js';
import { type LogReader, openLog } from './log-lines.js';

export interface LogsOptions {
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly raw?: boolean;
}

/** `quire run logs RUN [JOB [N]]`: the output of commands in the order they ran, and with -f as it comes. */
export const showLogs = (
  context: CliContext,
  reference: string,
  jobId: string | undefined,
  number: string | undefined,
  options: LogsOptions,
): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    if (options.raw === true && context.json)
      throw new CliError('usage', '--raw and --json exclude each other');
    const { id: runId, lastSeq } = findRun(reader, reference);
    const n = number === undefined ? undefined : parseCount('N', number, 1_000_000);
    const follow = options.follow === true;
    const printer = createPrinter(context, options, n === undefined);
    const logs = new Map<string, OpenLog>();
    const waker = createWaker(context.root, runId, lastSeq);
    try {
      for (;;) {
        const loaded = loadRun(reader, runId);
        const commands = select(loaded, jobId, n, follow);
        for (const sh of commands) await printNew(context, reader, logs, printer, sh);
        if (!follow || isOver(loaded, jobId, commands, n)) break;
        await waker.wait();
      }
      await printer.end();
    } finally {
      waker.close();
      for (const { log } of logs.values()) await log.close();
    }
    return exitCode.ok;
  });

/** The commands asked for, oldest first. Throws CliError `unknown-job` or `unknown-command-number`. */
const select = (
  loaded: LoadedRun,
  jobId: string | undefined,
  n: number | undefined,
  follow: boolean,
): readonly ShRow[] => {
  const mayStillCome = follow && !hasEnded(loaded.run);
  if (jobId === undefined) {
    return loaded.jobs
      .flatMap((job) => loaded.commandsOf(job.jobId))
      .toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  }
  const job = loaded.jobs.find((one) => one.jobId === jobId);
  if (job === undefined) {
    if (mayStillCome && loaded.jobs.length === 0) return [];
    const known = loaded.jobs.map((one) => one.jobId).join(', ') || 'none, its pipeline was never registered';
    throw new CliError('unknown-job', `run ${loaded.run.id} has no job ${jobId}; its jobs are: ${known}`);
  }
  const commands = loaded.commandsOf(jobId);
  if (n === undefined) return commands;
  const wanted = commands.filter((sh) => sh.n === n);
  if (wanted.length === 0 && !(mayStillCome && job.finishedAtMs === null)) {
    throw new CliError(
      'unknown-command-number',
      `job ${jobId} has no command ${n}; it ran ${commands.length} of them`,
    );
  }
  return wanted;
};

const isOver = (
  { run, jobs }: LoadedRun,
  jobId: string | undefined,
  commands: readonly ShRow[],
  n: number | undefined,
): boolean => {
  if (hasEnded(run)) return true;
  if (n !== undefined && commands[0] !== undefined) return commands[0].finishedAtMs !== null;
  return jobId !== undefined && jobs.find((job) => job.jobId === jobId)?.finishedAtMs != null;
};

const printNew = async (
  { root }: CliContext,
  reader: StoreReader,
  logs: Map<string, OpenLog>,
  printer: Printer,
  sh: ShRow,
): Promise<void> => {
  const key = `${sh.n}/${sh.jobId}`;
  const path = shLogPath(root, sh.runId, sh.jobId, sh.n);
  const known = logs.get(key);
  const log = known?.log ?? (await openLog(path));
  if (log === undefined) {
    if ((sh.logBytes ?? 0) === 0) return;
    throw new CliError('log-missing', `the log of command ${sh.n} of job ${sh.jobId} is gone: ${path}`);
  }
  const open = known ?? { log, lines: 0, redactions: logRedactions(reader, sh.runId, sh) };
  logs.set(key, open);
  for await (const lines of log.newLines()) {
    const first = open.lines + 1;
    open.lines += lines.length;
    await printer.print(
      sh,
      lines.map((line, i) => ({ ...line, redaction: redactionOf(open.redactions, first + i) })),
    );
  }
};

interface OpenLog {
  readonly log: LogReader;
  /** How many have been printed. */
  lines: number;
  readonly redactions: readonly LogRedaction[];
}

interface PrintedLine extends CriLine {
  /** What destroyed its text; undefined when it is as the command wrote it. */
  readonly redaction: LogRedaction | undefined;
}

const redactionOf = (redactions: readonly LogRedaction[], line: number): LogRedaction | undefined =>
  redactions.find(({ fromLine, toLine }) => line >= fromLine && line <= toLine);

interface Printer {
  print(sh: ShRow, lines: readonly PrintedLine[]): Promise<void>;
  end(): Promise<void>;
}

const createPrinter = ({ output, json }: CliContext, options: LogsOptions, headers: boolean): Printer => {
  const { style } = output;
  let lastKey = '';
  let openStream: string | undefined;

  const closeLine = (): string => {
    const end = openStream === undefined ? '' : '\n';
    openStream = undefined;
    return end;
  };

  const header = (sh: ShRow): string => {
    const key = `${sh.n}/${sh.jobId}`;
    if (!headers || key === lastKey) return '';
    const blank = lastKey === '' ? '' : '\n';
    lastKey = key;
    const title = style.bold(`── ${sh.jobId} ${sh.n}: ${printable(commandText(sh.cmd))}`);
    return `${closeLine()}${blank}${title}\n`;
  };

  const shown = ({ text, redaction }: PrintedLine): string =>
    redaction === undefined
      ? printableOutput(text, style.enabled)
      : style.dim(`[redacted: ${printable(redaction.reason)}]`);

  const text = (line: PrintedLine): string => {
    const continues = openStream === line.stream;
    const before = continues ? '' : closeLine();
    openStream = line.partial ? line.stream : undefined;
    const time = options.timestamps === true && !continues ? `${style.dim(line.time)} ` : '';
    return before + time + shown(line) + (line.partial ? '' : '\n');
  };

  return {
    async print(sh, lines) {
      if (json) for (const line of lines) await output.record(lineShape(sh, line));
      else if (options.raw === true) await output.write(rawBytes(lines));
      else await output.write(header(sh) + lines.map(text).join(''));
    },
    async end() {
      const rest = closeLine();
      if (rest !== '') await output.write(rest);
    },
  };
};

const rawBytes = (lines: readonly CriLine[]): Buffer =>
  Buffer.concat(lines.flatMap(({ text, partial }) => (partial ? [text] : [text, Buffer.from('\n')])));

/** `base64` is there when the bytes are not UTF-8 and `text` is only nearly right. */
const lineShape = (sh: ShRow, line: PrintedLine) => {
  const text = line.text.toString('utf8');
  const exact = Buffer.from(text).equals(line.text);
  return {
    job: sh.jobId,
    n: sh.n,
    time: line.time,
    stream: line.stream,
    partial: line.partial,
    text,
    ...(exact ? {} : { base64: line.text.toString('base64') }),
    ...(line.redaction && { redacted: { bySeq: line.redaction.bySeq, reason: line.redaction.reason } }),
  };
};
