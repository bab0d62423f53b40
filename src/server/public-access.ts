import { and, eq } from 'drizzle-orm';
import type { Logger } from 'pino';
import { refs } from '../../projections/index.js';
import { parseRepoConfig, repoConfigPath } from '../config/index.js';
import { defaultBranch, readFileAt, repoDir } from '../forge/index.js';
import type { StoreReader } from '../store/index.js';
import type { PublicAccess } from '../web/index.js';

const maxConfigBytes = 65_536;

/**
 * What `.quire/config.fnl` on the default branch says strangers may see. Nothing when it cannot be read, which is
 * logged: a broken file must not open a repository.
 */
export const publicAccessOf = (context: {
  readonly root: string;
  readonly store: Pick<StoreReader, 'read'>;
  readonly log: Logger;
}): ((repo: string) => Promise<PublicAccess>) => {
  const known = new Map<string, { readonly sha: string; readonly access: PublicAccess }>();
  return async (repo) => {
    try {
      const gitDir = repoDir(context.root, repo);
      const sha = headOf(context.store, repo, await defaultBranch(gitDir));
      if (sha === undefined) return 'nothing';
      const cached = known.get(repo);
      if (cached?.sha === sha) return cached.access;
      const access = accessOf(await readFileAt(gitDir, sha, repoConfigPath, maxConfigBytes));
      known.set(repo, { sha, access });
      return access;
    } catch (error) {
      context.log.warn(
        { repo, err: error },
        `${repoConfigPath} could not be read; strangers see nothing of it`,
      );
      return 'nothing';
    }
  };
};

const headOf = (
  store: Pick<StoreReader, 'read'>,
  repo: string,
  branch: string | null,
): string | undefined => {
  const row = store.read
    .select({ sha: refs.sha })
    .from(refs)
    .where(and(eq(refs.repo, repo), eq(refs.ref, `refs/heads/${branch}`)))
    .get();
  return row === undefined || /^0+$/.test(row.sha) ? undefined : row.sha;
};

const accessOf = (source: Buffer | null): PublicAccess => {
  if (source === null) return 'repository';
  const { config } = parseRepoConfig(source, repoConfigPath);
  if (config.private) return 'nothing';
  return config.publicRuns ? 'runs' : 'repository';
};
