import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CliError } from './cli-error.js';

/** Throws CliError `usage` unless a file can be made under this name: nothing is there, and its folder is. */
export const assertNewFile = (path: string): void => {
  if (existsSync(path)) throw new CliError('usage', `${path} is there already; name a new file`);
  const folder = dirname(resolve(path));
  if (!existsSync(folder))
    throw new CliError('usage', `there is no folder ${folder} for ${path}; make it first`);
};

/** Throws CliError `usage` unless this is the name of a file. */
export const assertFile = (path: string): void => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new CliError('usage', `there is no file ${path}`);
  if (found.isDirectory()) throw new CliError('usage', `${path} is a folder; expected a file`);
};
