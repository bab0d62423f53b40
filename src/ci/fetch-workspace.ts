import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ServerClient } from './server/client.js';
import { UnavailableError } from './server/errors.js';
import { retry } from './server/retry.js';

/** Fills `workspace`, which is made when missing, with the run's commit, where the server's disk cannot be seen. */
export const fetchWorkspace = async (
  client: ServerClient,
  workspace: string,
  awayMs: number,
): Promise<void> => {
  await mkdir(workspace, { recursive: true });
  await retry('GET /api/run/workspace', awayMs, async () => {
    await empty(workspace);
    await unpack(client, workspace);
  });
};

/** What an attempt that broke off has left must not stay among the files. */
const empty = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
};

const unpack = async (client: ServerClient, workspace: string): Promise<void> => {
  const archive = await client.stream({ method: 'GET', path: '/api/run/workspace' });
  const tar = spawn('tar', ['-x', '-C', workspace], { stdio: ['pipe', 'ignore', 'inherit'] });
  const exited = once(tar, 'exit') as Promise<[number | null]>;
  try {
    await pipeline(archive, tar.stdin);
  } catch (error) {
    tar.kill();
    await exited;
    throw new UnavailableError('GET /api/run/workspace: the archive broke off', { cause: error });
  }
  const [exitCode] = await exited;
  if (exitCode !== 0) throw new Error(`tar could not unpack the workspace: exit ${exitCode}`);
};
