import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Workspaces are for one run only; logs stay. The home goes last: while it is there the run is not cleaned up. */
export const removeWorkspace = async (root: string, runId: string, keep = false): Promise<void> => {
  const { workspace, home } = runFolder(root, runId);
  for (const path of keep ? [home] : [workspace, home]) {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
};

/** Runs that were being prepared or executed and are not cleaned up. */
export const runsWithHome = (root: string): string[] =>
  namesIn(join(root, 'runs')).filter((id) => existsSync(runFolder(root, id).home));

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
