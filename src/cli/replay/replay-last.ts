import { and, desc, eq, notInArray } from 'drizzle-orm';
import { type RunRow, repos, runs } from '../../../projections/index.js';
import { NotReplayableError, type Replay, redactedEvents, replayRun } from '../../history/index.js';
import type { StoreReader } from '../../store/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { counted } from '../counted.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { parseCount } from '../parse-count.js';
import { printable, printableFirstLine } from '../printable.js';
import { withReader } from '../read-store.js';
import { shortRef } from '../ref-name.js';
import { type Column, layoutTable } from '../table.js';
import { choosePipeline } from './choose-pipeline.js';
import { outcomeText, verdictMark } from './replay-lines.js';
import { replayShape } from './replay-pipeline.js';
import { runFilesOf } from './run-files.js';

export interface LastOptions {
  readonly last: string;
  readonly repo?: string;
  readonly pipeline?: string | true;
}

/** What came of one run: its replay, or why there is none. */
interface Line {
  readonly run: RunRow;
  readonly replay: Replay | undefined;
  readonly problem: string | null;
}

/**
 * `quire replay --last N`: replays the last runs of a repository that have ended, newest first, and ends with 1 when
 * one of them took another way.
 */
export const replayLast = (
  context: CliContext,
  reference: string | undefined,
  options: LastOptions,
): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const { root, json, output } = context;
    const repo = repoOf(reader, reference, options.repo);
    const count = parseCount('--last', options.last, 100_000);
    const { name, read: pipeline } = await choosePipeline(options.pipeline, root, repo);
    const files = runFilesOf(root, reader);
    const redacted = redactedEvents(reader);
    const lines: Line[] = [];
    let diverged = false;
    for (const run of lastRuns(reader, repo, count)) {
      const line = await replayOne(run, () =>
        replayRun({ reader, runId: run.id, files, pipeline, redacted }),
      );
      diverged ||= line.replay?.verdict === 'diverged';
      if (json) await output.record(lineShape(line));
      else lines.push(line);
    }
    const code = diverged ? exitCode.no : exitCode.ok;
    if (json) return code;
    if (lines.length === 0) {
      await output.line(`no run of ${printable(repo)} has ended yet`);
      return code;
    }
    await output.line(output.style.dim(`${printable(repo)}, each run with ${printable(name)}`));
    const width = output.width();
    const table = layoutTable(columnsIn(context), lines, {
      ...(width && { width }),
      titleStyle: output.style.dim,
    });
    for (const line of table) await output.line(line);
    await output.line('');
    await output.line(summary(lines));
    return code;
  });

/** The repository of `--repo`, of the named run, or the only one there is. */
const repoOf = (reader: StoreReader, reference: string | undefined, named: string | undefined): string => {
  if (named !== undefined) {
    const known = reader.read.select().from(repos).where(eq(repos.name, named)).get();
    if (known !== undefined) return named;
    throw new CliError('usage', `there is no repository ${named}; quire repo list shows those there are`);
  }
  if (reference !== undefined) return findRun(reader, reference).repo;
  const [only, ...others] = reader.read.selectDistinct({ repo: runs.repo }).from(runs).limit(2).all();
  if (only !== undefined && others.length === 0) return only.repo;
  throw new CliError(
    'usage',
    '--last replays the runs of one repository: name it with --repo, or name one of its runs',
  );
};

const lastRuns = (reader: StoreReader, repo: string, count: number): RunRow[] =>
  reader.read
    .select()
    .from(runs)
    .where(and(eq(runs.repo, repo), notInArray(runs.state, ['queued', 'active'])))
    .orderBy(desc(runs.id))
    .limit(count)
    .all();

const replayOne = async (run: RunRow, replay: () => Promise<Replay>): Promise<Line> => {
  try {
    return { run, replay: await replay(), problem: null };
  } catch (error) {
    if (!(error instanceof NotReplayableError)) throw error;
    return { run, replay: undefined, problem: error.message };
  }
};

const lineShape = ({ run, replay, problem }: Line) =>
  replay === undefined ? { runId: run.id, verdict: null, problem } : replayShape(replay);

const columnsIn = ({ output: { style } }: CliContext): readonly Column<Line>[] => [
  { title: 'RUN', cell: ({ run }) => run.id },
  { title: 'REF', cell: ({ run }) => printable(shortRef(run.ref)), minWidth: 6, dropOrder: 4 },
  { title: 'COMMIT', cell: ({ run }) => run.sha.slice(0, 7), dropOrder: 3 },
  {
    title: 'RECORDED',
    cell: ({ run, replay }) => (replay === undefined ? run.state : outcomeText(replay.recorded)),
    minWidth: 9,
    dropOrder: 1,
  },
  {
    title: 'REPLAYED',
    cell: ({ replay }) => (replay === undefined ? '' : outcomeText(replay.replayed)),
    minWidth: 9,
    dropOrder: 2,
  },
  {
    title: 'VERDICT',
    cell: ({ replay }) =>
      replay === undefined ? style.dim('not replayable') : verdictMark(replay.verdict, style),
  },
  { title: 'MS', align: 'right', cell: ({ replay }) => replay?.tookMs.toFixed(1) ?? '', dropOrder: 5 },
  { title: 'FIRST DIVERGENCE', cell: (line) => printableFirstLine(noteOf(line)), minWidth: 16 },
];

const noteOf = ({ replay, problem }: Line): string => {
  if (replay === undefined) return problem ?? '';
  const { divergence, jobs, diagnostics } = replay;
  if (divergence !== null) {
    const place = divergence.replayed?.location ?? divergence.recorded?.location ?? null;
    const where = place === null ? '' : ` (${place.file}:${place.line}:${place.column ?? 0})`;
    const recorded = divergence.recorded?.text ?? 'nothing more';
    return `${divergence.jobId}: ${recorded} → ${divergence.replayed?.text ?? 'nothing more'}${where}`;
  }
  const job = jobs.find(({ verdict }) => verdict !== 'same');
  if (job !== undefined)
    return `${job.id}: ${job.replayed?.message ?? job.replayed?.state ?? 'not in the pipeline'}`;
  return diagnostics[0]?.message ?? '';
};

const summary = (lines: readonly Line[]): string => {
  const count = (verdict: string) => lines.filter(({ replay }) => replay?.verdict === verdict).length;
  const replayed = lines.flatMap(({ replay }) => (replay === undefined ? [] : [replay.tookMs]));
  const meanMs = replayed.reduce((sum, ms) => sum + ms, 0) / Math.max(1, replayed.length);
  const parts = [
    `${count('same')} the same`,
    `${count('diverged')} diverged`,
    ...(count('incomplete') > 0 ? [`${count('incomplete')} the same as far as history goes`] : []),
    ...(replayed.length < lines.length ? [`${lines.length - replayed.length} not replayable`] : []),
  ];
  return `${counted(lines.length, 'run')}: ${parts.join(', ')}; ${meanMs.toFixed(1)} ms a run`;
};
