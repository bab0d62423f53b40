import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { CliError } from './cli-error.js';

/** The rule in words, for the help text and docs/CLI.md. */
export const rootRule =
  '--root DIR, else $QUIRE_ROOT, else the current folder when it holds a quire.db, else ~/.quire';

/**
 * The data root of a command, as an absolute path. A config.fnl alone does not make the current folder a root,
 * because every repository may have one in its .quire folder.
 */
export const resolveRoot = (
  option: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): string => {
  if (option === '') throw new CliError('usage', '--root expects a folder, found an empty text');
  if (option !== undefined) return resolve(cwd, option);
  if (env.QUIRE_ROOT !== undefined && env.QUIRE_ROOT !== '') return resolve(cwd, env.QUIRE_ROOT);
  if (existsSync(join(cwd, 'quire.db'))) return resolve(cwd);
  return join(homedir(), '.quire');
};
