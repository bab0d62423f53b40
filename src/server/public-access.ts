import { and, eq } from 'drizzle-orm';
import type { Logger } from 'pino';
import { refs } from '../../projections/index.js';
import { parseRepoConfig, repoConfigPath } from '../config/index.js';
import { defaultBranch, readFileAt, repoDir } from '../forge/index.js';
import type { StoreReader } from '../store/index.js';
import type { PublicAccess } from '../web/index.js';

const maxConfigBytes = 65_536;

/** How long the name of a default branch is taken to be the same: git is a process, and every stranger's page asks. */
const branchKeptMs = 5000;

/**
 * What `.quire/config.fnl` on the default branch says strangers may see. Nothing when it cannot be read, which is
 * logged: a broken file must not open a repository.
 */
export const publicAccessOf = (context: {
  readonly root: string;
  readonly store: Pick<StoreReader, 'read'>;
  readonly log: Logger;
  readonly now?: () => number;
}): ((repo: string) => Promise<PublicAccess>) => {
  const { now = Date.now } = context;
  const known = new Map<string, { readonly sha: string; readonly access: PublicAccess }>();
  const branches = new Map<string, { readonly branch: string | null; readonly untilMs: number }>();
  const branchOf = async (repo: string, gitDir: string): Promise<string | null> => {
    const kept = branches.get(repo);
    if (kept !== undefined && kept.untilMs > now()) return kept.branch;
    const branch = await defaultBranch(gitDir);
    branches.set(repo, { branch, untilMs: now() + branchKeptMs });
    return branch;
  };
  return async (repo) => {
    try {
      const gitDir = repoDir(context.root, repo);
      const sha = headOf(context.store, repo, await branchOf(repo, gitDir));
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
