import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { type RunRow, repos, runs } from '../../../projections/index.js';
import type { StoreReader } from '../../store/index.js';
import type { Access } from '../access.js';

export interface RepoOverview {
  readonly name: string;
  readonly createdAtMs: number;
  /** The newest run of the default branch; undefined when there is none. */
  readonly defaultBranchRun: RunRow | undefined;
  /** The newest run of any ref. */
  readonly lastRun: RunRow | undefined;
}

export const reposPerPage = 100;

/**
 * Repositories by name behind `after`, each with its newest runs: two index look-ups a repository.
 * `defaultRef` names the full ref of a repository's default branch.
 */
export const listRepos = (
  read: StoreReader['read'],
  access: Access,
  defaultRef: (repo: string) => string,
  after = '',
): RepoOverview[] => {
  const rows = read
    .select({
      name: repos.name,
      createdAtMs: repos.createdAtMs,
      lastRunId: sql<
        string | null
      >`(SELECT id FROM runs WHERE repo = ${repos.name} ORDER BY id DESC LIMIT 1)`,
    })
    .from(repos)
    .where(and(eq(repos.state, 'present'), gt(repos.name, after), access.only(repos.name, 'repository')))
    .orderBy(asc(repos.name))
    .limit(reposPerPage)
    .all();
  const refs = new Map(rows.map(({ name }) => [name, defaultRef(name)]));
  const ids = newestOfRefs(read, refs);
  const wanted = [...rows.map(({ lastRunId }) => lastRunId), ...ids.values()].filter((id) => id !== null);
  const found = new Map(
    wanted.length === 0
      ? []
      : read
          .select()
          .from(runs)
          .where(inArray(runs.id, wanted))
          .all()
          .filter(({ repo }) => access.runs(repo))
          .map((run) => [run.id, run]),
  );
  return rows.map(({ name, createdAtMs, lastRunId }) => ({
    name,
    createdAtMs,
    defaultBranchRun: found.get(ids.get(name) ?? ''),
    lastRun: found.get(lastRunId ?? ''),
  }));
};

const newestOfRefs = (read: StoreReader['read'], refs: ReadonlyMap<string, string>): Map<string, string> => {
  const wanted = JSON.stringify([...refs]);
  const rows = read.all<{ repo: string; id: string | null }>(sql`
    SELECT value ->> 0 AS repo,
      (SELECT id FROM runs WHERE repo = value ->> 0 AND ref = value ->> 1 ORDER BY id DESC LIMIT 1) AS id
    FROM json_each(${wanted})`);
  return new Map(rows.flatMap(({ repo, id }) => (id === null ? [] : [[repo, id]])));
};
