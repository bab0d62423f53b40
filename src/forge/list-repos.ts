import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkRepoName, InvalidRepoNameError } from './repo-name.js';

/** The names of all repositories under the data root (`repos/<name>.git`, `repos/<group>/<name>.git`), sorted. */
export async function listRepos(root: string): Promise<string[]> {
  const folder = join(root, 'repos');
  const entries = await foldersIn(folder);
  const groups = entries.filter((name) => !name.endsWith('.git') && isAllowed(name));
  const grouped = await Promise.all(
    groups.map(async (group) =>
      namesOf(await foldersIn(join(folder, group))).map((name) => `${group}/${name}`),
    ),
  );
  return [...namesOf(entries), ...grouped.flat()].sort();
}

const namesOf = (folders: readonly string[]): string[] =>
  folders
    .filter((folder) => folder.endsWith('.git'))
    .map((folder) => folder.slice(0, -'.git'.length))
    .filter(isAllowed);

/** Folders of other names are not quire's (and `.new-…` is a repository in the making). */
const isAllowed = (name: string): boolean => {
  try {
    checkRepoName(name);
    return true;
  } catch (error) {
    if (error instanceof InvalidRepoNameError) return false;
    throw error;
  }
};

/** A symbolic link counts: repositories may be kept on another disk. A folder that is not there is empty. */
async function foldersIn(folder: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => entry.name);
}
