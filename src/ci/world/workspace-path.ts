import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

import type { WorkspacePath } from './world.js';

/** Where a path leads by its text alone. Throws when that is out of the workspace. */
export const pathWithin = (workspace: string, path: string): WorkspacePath => {
  const real = targetOf(workspace, path);
  return { real, shown: shownPath(workspace, real) };
};

/**
 * What a pipeline's path leads to; undefined when there is nothing. Rejects when it leads out of the
 * workspace, by its text or over a symbolic link.
 *
 * @param workspace real path of the workspace.
 */
export const resolveExisting = async (
  workspace: string,
  path: string,
): Promise<WorkspacePath | undefined> => {
  const target = targetOf(workspace, path);
  const real = await realPathIfThere(target);
  if (real === undefined) return undefined;
  assertWithin(workspace, real, path);
  return { real, shown: shownPath(workspace, target) };
};

/** As {@link resolveExisting}, for a file that may not exist yet, nor the folders it is in. */
export const resolveForWriting = async (workspace: string, path: string): Promise<WorkspacePath> => {
  const target = targetOf(workspace, path);
  if (target === workspace) throw new Error(`${JSON.stringify(path)} is the workspace itself, not a file`);
  const missing: string[] = [];
  let existing = target;
  let real = await realPathIfThere(existing);
  while (real === undefined) {
    missing.unshift(basename(existing));
    existing = dirname(existing);
    real = await realPathIfThere(existing);
  }
  assertWithin(workspace, real, path);
  return { real: join(real, ...missing), shown: shownPath(workspace, target) };
};

const targetOf = (workspace: string, path: string): string => {
  if (path === '') throw new Error('the path is empty');
  if (isAbsolute(path)) {
    throw new Error(`${JSON.stringify(path)} is absolute; paths are relative to the workspace`);
  }
  const target = resolve(workspace, path);
  assertWithin(workspace, target, path);
  return target;
};

const assertWithin = (workspace: string, target: string, path: string): void => {
  if (target === workspace || target.startsWith(workspace + sep)) return;
  throw new Error(`${JSON.stringify(path)} leads out of the workspace`);
};

const shownPath = (workspace: string, target: string): string => relative(workspace, target) || '.';

const realPathIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
};
