import { eq } from 'drizzle-orm';
import { type RepoRow, repos, runs } from '../../../projections/index.js';
import type { StoreReader } from '../../store/index.js';
import type { Access } from '../access.js';
import { NotFoundError } from '../errors.js';

/** A repository that this visitor may see; one that was removed is still found by its runs. */
export const findRepo = (read: StoreReader['read'], access: Access, name: string): RepoRow | undefined => {
  const repo = read.select().from(repos).where(eq(repos.name, name)).get();
  const known =
    repo !== undefined ||
    read.select({ id: runs.id }).from(runs).where(eq(runs.repo, name)).limit(1).get() !== undefined;
  if (!known || !access.repository(name)) throw new NotFoundError(`There is no repository ${name}.`);
  return repo;
};

/** The names of all repositories, for access decisions; also of those that were removed. */
export const allRepoNames = (read: StoreReader['read']): string[] =>
  read
    .select({ name: repos.name })
    .from(repos)
    .all()
    .map(({ name }) => name);
