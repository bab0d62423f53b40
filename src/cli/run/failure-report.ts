import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRow, RunRow } from '../../../projections/index.js';
import type { Diagnostic, Location } from '../../events/index.js';
import { pipelinePath } from '../../forge/inspect-refs.js';
import { blobFolder, shLogPath } from '../../runner/run-folder.js';
import type { CliContext } from '../context.js';
import { printable, printableOutput } from '../printable.js';
import type { Style } from '../style.js';
import type { LoadedRun } from './load-run.js';
import { lastLogLines } from './log-lines.js';

const tailLines = 12;

/**
 * Why a run failed, for a person: each failed job with its message, where in the pipeline it happened with the
 * source line, and the end of its last command's log. Nothing for a run that did not fail.
 */
export const failureReport = async (context: CliContext, loaded: LoadedRun): Promise<string[]> => {
  const { style } = context.output;
  const { run } = loaded;
  if (run.state !== 'failed') return [];
  const lines: string[] = [];
  for (const diagnostic of run.diagnostics ?? []) lines.push('', ...diagnosticLines(diagnostic, style));
  for (const job of loaded.jobs) {
    if (job.state === 'failed') lines.push('', ...(await jobLines(context, loaded, job)));
  }
  return lines;
};

/** One finding about a pipeline: place, message, source line with a mark, hint. */
export const diagnosticLines = (diagnostic: Diagnostic, style: Style): string[] => {
  const { file, line, column, message, hint, sourceLine } = diagnostic;
  return [
    `${style.bold(`${printable(file)}:${line}:${column}`)}: ${style.red(printable(message))}`,
    ...(sourceLine === undefined ? [] : markedSource(sourceLine, line, column, style)),
    ...(hint === undefined ? [] : [`  ${style.dim('try:')} ${printable(hint)}`]),
  ];
};

const markedSource = (source: string, line: number, column: number | undefined, style: Style): string[] => {
  const number = String(line).padStart(5);
  const shown = [`${style.dim(`${number} │`)} ${printable(source)}`];
  if (column === undefined) return shown;
  const before = printable(source.slice(0, Math.max(0, column - 1)));
  return [...shown, `${style.dim(`${' '.repeat(5)} │`)} ${' '.repeat(before.length)}${style.red('^')}`];
};

const jobLines = async (context: CliContext, loaded: LoadedRun, job: JobRow): Promise<string[]> => {
  const { style } = context.output;
  const { run } = loaded;
  const allowed = job.allowedFailure ? ' (allowed)' : '';
  const lines = [
    `${style.red('✗')} ${style.bold(job.jobId)}${allowed}: ${printable(job.message ?? 'failed')}`,
    ...(job.location === null ? [] : await locationLines(context, run, job.location)),
  ];
  const last = loaded.commandsOf(job.jobId).at(-1);
  if (last === undefined) return lines;
  const tail = await lastLogLines(shLogPath(context.root, run.id, job.jobId, last.n), tailLines);
  if (tail.length === 0) return lines;
  return [
    ...lines,
    style.dim(`  the end of its output (all of it: run logs ${run.id} ${job.jobId} ${last.n})`),
    ...tail.map(({ text }) => `  ${style.dim('│')} ${printableOutput(text, style.enabled)}`),
  ];
};

const locationLines = async (context: CliContext, run: RunRow, location: Location): Promise<string[]> => {
  const { style } = context.output;
  const { file, line, column } = location;
  const place = `  ${printable(file)}:${line}${column === undefined ? '' : `:${column}`}`;
  const source = file === pipelinePath ? await sourceLine(context.root, run.sourceSha256, line) : undefined;
  return source === undefined ? [place] : [place, ...markedSource(source, line, column, style)];
};

/** The line of the pipeline as it was when the run began; undefined when its source was not kept. */
const sourceLine = async (root: string, sha256: string | null, line: number): Promise<string | undefined> => {
  if (sha256 === null) return undefined;
  try {
    const source = await readFile(join(blobFolder(root), sha256), 'utf8');
    return source.split('\n')[line - 1];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
