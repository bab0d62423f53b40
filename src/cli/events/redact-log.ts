import { asc, eq } from 'drizzle-orm';
import { sh as commands } from '../../../projections/index.js';
import { shLogPath } from '../../runner/run-folder.js';
import type { LogName, LogRedactionOutcome, StoreReader } from '../../store/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { operatorActor, operatorName } from '../operator.js';
import { parseCount } from '../parse-count.js';
import { withReader } from '../read-store.js';
import { askServer } from '../server-client.js';
import { withStore } from '../write-store.js';
import { quotingEvents, textOfLines } from './quoting-events.js';

/** Lines of a log as a person names them. */
export interface NamedLines {
  readonly run: string;
  readonly job: string;
  readonly sh: string | undefined;
  readonly lines: string;
}

/** Destroys the text of lines of a log, by the server or without one. */
export const redactLog = async (
  { root, json, output }: CliContext,
  { run, job, sh, lines }: NamedLines,
  reason: string,
): Promise<ExitCode> => {
  const span = parseLines(lines);
  const { log, path, quotedBy } = await withReader(root, async (reader) => {
    const found = findLog(reader, run, job, sh);
    const file = shLogPath(root, found.runId, found.jobId, found.n);
    const texts = await textOfLines(file, span);
    return { log: found, path: file, quotedBy: quotingEvents(reader, found.runId, texts) };
  });
  const by = operatorName();
  const request = { ...log, ...span, reason };
  const answer = await askServer(root, 'POST', '/api/log-redactions', { ...request, by });
  const { bySeq, isFinished, logSha256 } =
    (answer as LogRedactionOutcome | undefined) ??
    (await withStore(root, (store) => store.redactLog({ ...request, path }, { actor: operatorActor(by) })));
  if (json) {
    await output.document({ ...log, ...span, bySeq, isFinished, logSha256, quotedBy });
    return exitCode.ok;
  }
  const name = `${textOf(span)} of the log of command ${log.n} of job ${log.jobId} of run ${log.runId}`;
  await output.line(
    isFinished === 'now'
      ? `destroyed ${name}`
      : `finished what event ${bySeq} says and an earlier attempt had left undone: ${name}`,
  );
  if (quotedBy.length > 0) {
    const events = quotedBy.join(' ');
    output.note(`events of the run quote it and keep it: quire events redact ${events} --reason …`);
  }
  output.note('copies made before still hold the text: change the secret');
  return exitCode.ok;
};

/** `12` or `12-14`, as the log viewer numbers lines. */
const parseLines = (text: string): { readonly fromLine: number; readonly toLine: number } => {
  const [, from, to] = /^L?(\d{1,12})(?:-L?(\d{1,12}))?$/.exec(text) ?? [];
  const fromLine = Number(from);
  const toLine = Number(to ?? from);
  if (from !== undefined && fromLine > 0 && fromLine <= toLine) return { fromLine, toLine };
  throw new CliError(
    'usage',
    `--lines expects a line or a range as the log viewer numbers them (12 or 12-14), found ${JSON.stringify(text)}`,
  );
};

const textOf = ({ fromLine, toLine }: { readonly fromLine: number; readonly toLine: number }): string =>
  fromLine === toLine ? `line ${fromLine}` : `lines ${fromLine} to ${toLine}`;

/** The command may be left out where the job ran one only. */
const findLog = (reader: StoreReader, run: string, jobId: string, sh: string | undefined): LogName => {
  const { id: runId } = findRun(reader, run);
  const rows = reader.read
    .select({ jobId: commands.jobId, n: commands.n })
    .from(commands)
    .where(eq(commands.runId, runId))
    .orderBy(asc(commands.jobId), asc(commands.n))
    .all();
  const mine = rows.filter((row) => row.jobId === jobId);
  if (mine.length === 0) {
    const known = [...new Set(rows.map((row) => row.jobId))].join(', ') || 'none';
    throw new CliError(
      'unknown-job',
      `no command of a job ${jobId} ran in run ${runId}; jobs with logs: ${known}`,
    );
  }
  const n = sh === undefined && mine.length === 1 ? mine[0]!.n : undefined;
  if (n === undefined && sh === undefined) {
    throw new CliError('usage', `job ${jobId} ran ${mine.length} commands; say which one: --sh N`);
  }
  const wanted = n ?? parseCount('--sh', sh!, 1_000_000);
  if (mine.some((row) => row.n === wanted)) return { runId, jobId, n: wanted };
  throw new CliError(
    'unknown-command-number',
    `job ${jobId} has no command ${wanted}; it ran ${mine.length} of them`,
  );
};
