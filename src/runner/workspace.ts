import { mkdir, rm } from 'node:fs/promises';
import type { RunRow } from '../../projections/index.js';
import { archive, repoDir } from '../forge/index.js';
import { runFolder } from './run-folder.js';

/** Unpacks the run's commit into a new workspace, in place of whatever an earlier claim left. */
export const prepareWorkspace = async (root: string, run: RunRow, signal?: AbortSignal): Promise<void> => {
  const { path, workspace, home } = runFolder(root, run.id);
  await removeWorkspace(root, run.id);
  await mkdir(path, { recursive: true });
  await mkdir(home);
  await archive(repoDir(root, run.repo), run.sha, workspace, { signal });
};

/** Workspaces are for one run only; logs stay. */
export const removeWorkspace = async (root: string, runId: string): Promise<void> => {
  const { workspace, home } = runFolder(root, runId);
  await Promise.all(
    [workspace, home].map((path) => rm(path, { recursive: true, force: true, maxRetries: 3 })),
  );
};
