import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pipelinePath } from '../../forge/inspect-refs.js';
import { type Diagnostic, type LoadedPipeline, loadPipeline } from '../../pipeline/index.js';
import { CliError } from '../cli-error.js';

/** A pipeline as it lies in a working tree. Whoever loaded it closes its `vm`. */
export interface PipelineHere {
  /** The path of the file as a person here would type it. */
  readonly file: string;
  readonly loaded: LoadedPipeline;
  /** With files as a person here would type them. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Loads a pipeline with nothing but its top level run. `path` is the file or the folder of a repository; without
 * it, the nearest `.quire/ci.fnl` at or above the current folder. Throws CliError `no-pipeline`.
 */
export const loadHere = async (path: string | undefined, cwd = process.cwd()): Promise<PipelineHere> => {
  const file = path === undefined ? findAbove(cwd) : findAt(resolve(cwd, path));
  const top = dirname(file).endsWith('/.quire') ? dirname(dirname(file)) : dirname(file);
  const shown = (name: string): string => {
    const path = relative(cwd, join(top, name));
    return path.startsWith('../..') ? join(top, name) : path;
  };
  const loaded = await loadPipeline({
    source: readFileSync(file),
    filename: relative(top, file),
    readModule: (name) => {
      const module = join(top, name);
      return existsSync(module) ? readFileSync(module) : undefined;
    },
  });
  const diagnostics = loaded.diagnostics.map((one) => ({ ...one, file: shown(one.file) }));
  return { file: shown(relative(top, file)), loaded, diagnostics };
};

const findAbove = (cwd: string): string => {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, pipelinePath))) return join(folder, pipelinePath);
    if (dirname(folder) === folder) break;
  }
  throw new CliError('no-pipeline', `there is no ${pipelinePath} in ${cwd} or any folder above it`);
};

const findAt = (path: string): string => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new CliError('no-pipeline', `there is no ${path}`);
  if (!found.isDirectory()) return path;
  if (existsSync(join(path, pipelinePath))) return join(path, pipelinePath);
  throw new CliError('no-pipeline', `there is no ${pipelinePath} in ${path}`);
};
