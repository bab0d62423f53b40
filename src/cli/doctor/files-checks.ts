import { accessSync, constants, statfsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../../config/index.js';
import { spoolFolder } from '../../intake/spool.js';
import { formatBytes } from '../byte-size.js';
import { askServer } from '../server-client.js';
import { maxShown, type Problem } from './problem.js';

const wantedFreeBytes = 256 * 1024 * 1024;

/** The folder itself, its configuration, and pushes that nobody has taken in. */
export const filesChecks = (
  root: string,
): readonly { readonly name: string; run(): Promise<readonly Problem[]> | readonly Problem[] }[] => [
  { name: 'the root can be written to, and there is room', run: () => checkRoot(root) },
  { name: 'the configuration can be read', run: () => checkConfig(root) },
  { name: 'every push was taken in', run: () => checkSpool(root) },
];

const checkRoot = (root: string): Problem[] => {
  const problems: Problem[] = [];
  try {
    accessSync(root, constants.W_OK);
  } catch {
    problems.push({
      what: `${root} cannot be written to`,
      remedy: `give this user the folder: chown -R $USER ${root}`,
    });
  }
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  if (free < wantedFreeBytes) {
    problems.push({
      what: `only ${formatBytes(free)} are free in ${root}`,
      remedy: `make room: quire wants ${formatBytes(wantedFreeBytes)} for logs and workspaces`,
    });
  }
  return problems;
};

const checkConfig = async (root: string): Promise<Problem[]> => {
  try {
    const { warnings } = await loadConfig(root);
    return warnings.map(({ file, line, message }) => ({
      what: `${file}:${line}: ${message}`,
      remedy: 'correct the key, or take it out: it has no effect',
    }));
  } catch (error) {
    return [
      {
        what: (error as Error).message,
        remedy: `correct ${join(root, 'config.fnl')}: the next start of the server fails at it`,
      },
    ];
  }
};

const checkSpool = async (root: string): Promise<Problem[]> => {
  const folder = spoolFolder(root);
  const rejected = (await filesIn(join(folder, 'rejected'))).filter((name) => name.endsWith('.json'));
  const problems: Problem[] = rejected.slice(0, maxShown).map((name) => ({
    what: `the push ${name} could not be taken in; ${name}.reason says why`,
    remedy: `push again, then delete both files in ${join(folder, 'rejected')}`,
  }));
  const waiting = (await filesIn(folder)).filter((name) => name.endsWith('.json'));
  if (waiting.length > 0 && (await askServer(root, 'GET', '/health')) === undefined) {
    problems.push({
      what: `${waiting.length} ${waiting.length === 1 ? 'push waits' : 'pushes wait'} for a server`,
      remedy: 'start it: quire serve',
    });
  }
  return problems;
};

const filesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
