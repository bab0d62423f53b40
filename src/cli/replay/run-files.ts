import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { runs } from '../../../projections/index.js';
import { loadConfig } from '../../config/index.js';
import { GitError, repoDir } from '../../forge/index.js';
import type { ReadFile, RunFiles } from '../../history/index.js';
import { pushOutputsOf } from '../../runner/bootstrap-run.js';
import { blobFolder, shLogPath } from '../../runner/run-folder.js';
import type { StoreReader } from '../../store/index.js';
import { type Excerpt, readExcerpt } from '../run/excerpt.js';
import { committedFiles } from './committed-files.js';

/** The files of the runs of a root: what was kept with them, and what their repositories still have. */
export const runFilesOf = (root: string, reader: StoreReader): RunFiles => ({
  readBlob: (sha256) => readBlob(root, sha256),
  logPath: (runId, jobId, n) => shLogPath(root, runId, jobId, n),
  async committed({ repo, sha }) {
    const excerpt = readExcerpt(root);
    if (excerpt !== undefined) return sourcesIn(root, excerpt);
    const gitDir = repoDir(root, repo);
    return existsSync(gitDir) ? committedFiles(gitDir, sha) : undefined;
  },
  async given({ runId, repo }) {
    const excerpt = readExcerpt(root);
    if (excerpt !== undefined) return excerpt.extras.given ?? undefined;
    const run = reader.read.select().from(runs).where(eq(runs.id, runId)).get();
    if (run === undefined || !existsSync(repoDir(root, repo))) return undefined;
    try {
      const { limits, killGraceMs, serverAwayMs } = (await loadConfig(root)).config;
      const { messageBytes: _messageBytes, ...ofRuns } = limits;
      const push = await pushOutputsOf(root, run);
      return { version: 1, push, limits: { ...ofRuns, killGraceMs, serverAwayMs } };
    } catch (error) {
      if (error instanceof GitError && error.code === 'git-failed') return undefined;
      throw error;
    }
  },
});

const sourcesIn = (root: string, { extras: { sources } }: Excerpt): ReadFile | undefined => {
  if (Object.keys(sources).length === 0) return undefined;
  return (path) => {
    const sha256 = Object.hasOwn(sources, path) ? sources[path] : undefined;
    return sha256 === undefined ? undefined : readBlob(root, sha256);
  };
};

/** Undefined when it is gone, or is not what its name says any more. */
const readBlob = (root: string, sha256: string): Buffer | undefined => {
  try {
    const bytes = readFileSync(join(blobFolder(root), sha256));
    return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
