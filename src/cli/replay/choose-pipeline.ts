import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { GitError, repoDir, runGit } from '../../forge/index.js';
import { pipelinePath } from '../../forge/inspect-refs.js';
import type { ReadFile } from '../../history/index.js';
import { CliError } from '../cli-error.js';
import { readExcerpt } from '../run/excerpt.js';
import { committedFiles } from './committed-files.js';

/** The pipeline that runs are replayed with. */
export interface ChosenPipeline {
  /** In words: what it is and where it comes from. */
  readonly name: string;
  /** Undefined for each run's own. */
  readonly read: ReadFile | undefined;
}

/**
 * What `--pipeline` names: nothing is the run's own; a file, or a folder with `.quire/ci.fnl`, as it lies there, with
 * the `.quire/lib` beside it; anything else a commit of the repository. Throws CliError `no-pipeline`.
 */
export const choosePipeline = async (
  option: string | true | undefined,
  root: string,
  repo: string,
): Promise<ChosenPipeline> => {
  if (option === undefined || option === true) return { name: 'its own pipeline', read: undefined };
  const path = resolve(option);
  if (existsSync(path)) return { name: option, read: filesAt(path) };
  if (readExcerpt(root) !== undefined) {
    throw new CliError(
      'no-pipeline',
      `there is no file ${option} here, and an export has no repository with commits`,
    );
  }
  const gitDir = repoDir(root, repo);
  if (!existsSync(gitDir)) {
    throw new CliError(
      'no-pipeline',
      `--pipeline expects a file or a commit of ${repo}; there is no file ${option} here, and no repository ${repo} in ${root}`,
    );
  }
  const sha = await commitOf(gitDir, option);
  const read = sha === undefined ? undefined : await committedFiles(gitDir, sha);
  if (sha === undefined || read === undefined) {
    throw new CliError(
      'no-pipeline',
      `--pipeline expects a file or a commit of ${repo}, found ${JSON.stringify(option)}`,
    );
  }
  if (read(pipelinePath) !== undefined)
    return { name: `the pipeline of ${sha.slice(0, 10)} (${option})`, read };
  throw new CliError('no-pipeline', `there is no ${pipelinePath} in ${sha.slice(0, 10)} (${option})`);
};

const filesAt = (path: string): ReadFile => {
  const file = statSync(path).isDirectory() ? join(path, pipelinePath) : path;
  if (!existsSync(file)) throw new CliError('no-pipeline', `there is no ${pipelinePath} in ${path}`);
  const folder = dirname(file).endsWith(`${sep}.quire`) ? dirname(dirname(file)) : dirname(file);
  return (name) => {
    const wanted = name === pipelinePath ? file : join(folder, name);
    const found = statSync(wanted, { throwIfNoEntry: false });
    return found?.isFile() === true ? readFileSync(wanted) : undefined;
  };
};

const commitOf = async (gitDir: string, rev: string): Promise<string | undefined> => {
  try {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`];
    return (await runGit(args, { gitDir })).stdout.toString().trim();
  } catch (error) {
    if (error instanceof GitError && error.code === 'git-failed') return undefined;
    throw error;
  }
};
