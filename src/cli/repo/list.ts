import { asc, desc, eq } from 'drizzle-orm';
import { type RepoRow, repos, type RunRow, runs } from '../../../projections/index.js';
import { repoDir } from '../../forge/repo-name.js';
import type { StoreReader } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { formatAge } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { runShape } from '../json-shape.js';
import { withReader } from '../read-store.js';
import { printable } from '../printable.js';
import { shortRef } from '../ref-name.js';
import { stateMark } from '../state-mark.js';
import { type Column, layoutTable } from '../table.js';

interface Entry {
  readonly repo: RepoRow;
  readonly lastRun: RunRow | undefined;
}

/** `quire repo list`: the repositories that are here, by name, each with the run queued last. */
export const listRepos = (context: CliContext): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const entries = readEntries(reader);
    const { output, root } = context;
    if (context.json) {
      await output.document(
        entries.map(({ repo, lastRun }) => ({
          name: repo.name,
          path: repoDir(root, repo.name),
          createdAtMs: repo.createdAtMs,
          lastRun: lastRun === undefined ? null : runShape(lastRun),
        })),
      );
    } else if (entries.length === 0) {
      await output.line('no repositories; make one with: quire repo new NAME');
    } else {
      const width = output.width();
      const layout = { ...(width && { width }), titleStyle: output.style.dim };
      for (const line of layoutTable(columns(context), entries, layout)) await output.line(line);
    }
    return exitCode.ok;
  });

const readEntries = ({ read }: StoreReader): Entry[] =>
  read
    .select()
    .from(repos)
    .where(eq(repos.state, 'present'))
    .orderBy(asc(repos.name))
    .all()
    .map((repo) => ({
      repo,
      lastRun: read.select().from(runs).where(eq(runs.repo, repo.name)).orderBy(desc(runs.id)).limit(1).get(),
    }));

const columns = ({ output, now, root }: CliContext): Column<Entry>[] => [
  { title: 'REPO', cell: ({ repo }) => printable(repo.name), minWidth: 12 },
  { title: 'LAST RUN', cell: ({ lastRun }) => (lastRun ? stateMark(lastRun.state, output.style) : '–') },
  {
    title: 'REF',
    cell: ({ lastRun }) => (lastRun ? printable(shortRef(lastRun.ref)) : ''),
    minWidth: 6,
    dropOrder: 2,
  },
  {
    title: 'QUEUED',
    align: 'right',
    cell: ({ lastRun }) => (lastRun ? formatAge(lastRun.queuedAtMs, now()) : ''),
    dropOrder: 1,
  },
  { title: 'PATH', cell: ({ repo }) => repoDir(root, repo.name), dropOrder: 3 },
];
