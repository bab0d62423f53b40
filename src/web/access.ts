import { inArray, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Identity } from './identity.js';

/**
 * What somebody without an identity may see of a repository: nothing at all, that it exists, or its runs with
 * their logs too.
 */
export type PublicAccess = 'nothing' | 'repository' | 'runs';

/** What one visitor may see. */
export interface Access {
  /**
   * True for a visitor with an identity: nothing is hidden, now or later. All others see the same among themselves.
   * What is made for the one kind is never shown to the other.
   */
  readonly all: boolean;
  repository(repo: string): boolean;
  runs(repo: string): boolean;
  /** The condition that keeps a list to what may be seen; `column` holds the repository. Undefined: all. */
  only(column: SQLiteColumn, what: 'repository' | 'runs'): SQL | undefined;
}

/** Access of an identity, given what is public; `repos` are the names of all repositories. */
export const accessOf = async (
  identity: Identity,
  repos: () => readonly string[],
  publicAccess: (repo: string) => PublicAccess | Promise<PublicAccess>,
): Promise<Access> => {
  if (identity.kind !== 'anonymous') return everything;
  const repositories = new Set<string>();
  const withRuns = new Set<string>();
  for (const repo of repos()) {
    const access = await publicAccess(repo);
    if (access !== 'nothing') repositories.add(repo);
    if (access === 'runs') withRuns.add(repo);
  }
  return {
    all: false,
    repository: (repo) => repositories.has(repo),
    runs: (repo) => withRuns.has(repo),
    only(column, what) {
      const names = [...(what === 'runs' ? withRuns : repositories)];
      return names.length === 0 ? sql`0` : inArray(column, names);
    },
  };
};

const everything: Access = {
  all: true,
  repository: () => true,
  runs: () => true,
  only: () => undefined,
};
