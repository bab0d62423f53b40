import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { runFolder } from '../runner/index.js';

/** Streams the run's workspace as tar, for launchers that do not see this disk. */
export const sendWorkspace = async (root: string, runId: string, response: Response): Promise<void> => {
  const { workspace } = runFolder(root, runId);
  const tar = spawn('tar', ['-c', '-f', '-', '-C', workspace, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(tar, 'exit');
  response.type('application/x-tar');
  await pipeline(tar.stdout, response);
  const [code] = await exit;
  if (code !== 0) throw new Error(`tar of the workspace of run ${runId} ended with exit code ${code}`);
};
