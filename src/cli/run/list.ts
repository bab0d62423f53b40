import { and, desc, eq, lt, type SQL } from 'drizzle-orm';
import { type RunRow, type RunState, runStates, runs } from '../../../projections/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { formatAge, formatSpan } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { runShape } from '../json-shape.js';
import { parseCount } from '../parse-count.js';
import { printable } from '../printable.js';
import { withReader } from '../read-store.js';
import { shortRef } from '../ref-name.js';
import { stateMark } from '../state-mark.js';
import { type Column, layoutTable } from '../table.js';

export interface ListOptions {
  readonly repo?: string;
  readonly ref?: string;
  readonly state?: string;
  readonly limit: string;
  readonly before?: string;
}

/** `quire run list`: newest first, one page. */
export const listRuns = (context: CliContext, options: ListOptions): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const limit = parseCount('--limit', options.limit, 10_000);
    const conditions: SQL[] = [];
    if (options.repo !== undefined) conditions.push(eq(runs.repo, options.repo));
    if (options.ref !== undefined) conditions.push(eq(runs.ref, fullRef(options.ref)));
    if (options.state !== undefined) conditions.push(eq(runs.state, checkState(options.state)));
    if (options.before !== undefined) conditions.push(lt(runs.id, findRun(reader, options.before).id));
    const rows = reader.read
      .select()
      .from(runs)
      .where(and(...conditions))
      .orderBy(desc(runs.id))
      .limit(limit)
      .all();
    if (context.json) await context.output.document(rows.map(runShape));
    else await printTable(context, rows);
    return exitCode.ok;
  });

const printTable = async (context: CliContext, rows: readonly RunRow[]): Promise<void> => {
  const { output, now } = context;
  if (rows.length === 0) {
    await output.line('no runs');
    return;
  }
  const { style } = output;
  const columns: Column<RunRow>[] = [
    { title: 'RUN', cell: (run) => run.id },
    { title: 'STATE', cell: (run) => stateMark(run.state, style) },
    { title: 'REPO', cell: (run) => printable(run.repo), minWidth: 6 },
    { title: 'REF', cell: (run) => printable(shortRef(run.ref)), minWidth: 6 },
    { title: 'COMMIT', cell: commitText, minWidth: 7, dropOrder: 2 },
    {
      title: 'TOOK',
      align: 'right',
      cell: (run) => formatSpan(run.startedAtMs, run.finishedAtMs, now()),
      dropOrder: 1,
    },
    { title: 'QUEUED', align: 'right', cell: (run) => formatAge(run.queuedAtMs, now()), dropOrder: 3 },
  ];
  const width = output.width();
  for (const line of layoutTable(columns, rows, { ...(width && { width }), titleStyle: style.dim })) {
    await output.line(line);
  }
};

const commitText = ({ sha, subject }: RunRow): string =>
  subject === null ? sha.slice(0, 7) : `${sha.slice(0, 7)} ${printable(subject)}`;

const fullRef = (ref: string): string => (ref.startsWith('refs/') ? ref : `refs/heads/${ref}`);

const checkState = (state: string): RunState => {
  const known = runStates.find((one) => one === state);
  if (known !== undefined) return known;
  throw new CliError(
    'usage',
    `--state expects one of ${runStates.join(', ')}, found ${JSON.stringify(state)}`,
  );
};
