import { Worker } from 'node:worker_threads';
import type { Diagnostic, RegisteredJob } from '../../events/index.js';
import { checkObjectId, pipelinePath, readFileAt, repoDir } from '../../forge/index.js';
import { compiledFile } from '../compiled-file.js';
import { BusyError, NotFoundError } from '../errors.js';

/** A pipeline as it is in a commit, before any run. */
export interface InspectedPipeline {
  readonly source: string;
  readonly jobs: readonly RegisteredJob[];
  readonly image: string | null;
  readonly maxParallelJobs: number;
  /** Everything that is wrong; then there are no jobs. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface PipelineRequest {
  readonly source: Uint8Array;
  readonly filename: string;
  /** Files of the repository that the pipeline asked for; null for those that are not there. */
  readonly files: ReadonlyMap<string, Uint8Array | null>;
}

export interface PipelineFindings extends Omit<InspectedPipeline, 'source'> {
  /** Files it asked for that it was not given. */
  readonly missing: readonly string[];
}

const maxSourceBytes = 1024 * 1024;
const maxMs = 5000;
const maxAtOnce = 2;

/** A library file may require another: so many times the pipeline is loaded with what it asked for. */
const maxRounds = 8;

const keptInspections = 200;

/** Loads pipelines of commits in threads of their own, and remembers what came of it: a commit never changes. */
export const createPipelineInspector = (
  root: string,
): ((repo: string, sha: string) => Promise<InspectedPipeline>) => {
  const kept = new Map<string, InspectedPipeline>();
  let running = 0;
  return async (repo, sha) => {
    const key = `${repo} ${sha}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (running >= maxAtOnce) throw new BusyError('other pipelines are being read; try again in a moment');
    running += 1;
    try {
      const inspected = await inspect(root, repo, sha);
      if (kept.size >= keptInspections) kept.delete(kept.keys().next().value!);
      kept.set(key, inspected);
      return inspected;
    } finally {
      running -= 1;
    }
  };
};

const inspect = async (root: string, repo: string, sha: string): Promise<InspectedPipeline> => {
  const gitDir = repoDir(root, repo);
  const read = async (path: string) => {
    try {
      return await readFileAt(gitDir, checkObjectId(sha), path, maxSourceBytes);
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code === 'invalid-object-id' || code === 'git-failed')
        throw new NotFoundError(`There is no commit ${sha} in ${repo}.`);
      throw error;
    }
  };
  const source = await read(pipelinePath);
  if (source === null) throw new NotFoundError(`Commit ${sha} of ${repo} has no ${pipelinePath}.`);
  const files = new Map<string, Uint8Array | null>();
  for (let round = 1; ; round += 1) {
    const { missing, ...findings } = await load({ source, filename: pipelinePath, files });
    const asked = missing.filter((path) => !files.has(path));
    if (asked.length === 0 || round === maxRounds) return { source: source.toString('utf8'), ...findings };
    for (const path of asked) files.set(path, await read(path));
  }
};

const load = (request: PipelineRequest): Promise<PipelineFindings> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(compiledFile(new URL('./pipeline-worker.js', import.meta.url)), {
      workerData: request,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const timer = setTimeout(() => {
      void worker.terminate();
      resolve(tooLong);
    }, maxMs);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      void worker.terminate();
      act();
    };
    worker.once('message', (findings: PipelineFindings) => settle(() => resolve(findings)));
    worker.once('error', (error) => settle(() => reject(error)));
  });

const tooLong: PipelineFindings = {
  jobs: [],
  image: null,
  maxParallelJobs: 1,
  missing: [],
  diagnostics: [
    {
      code: 'too-long',
      message: `the top level did not come to an end within ${maxMs / 1000} s`,
      file: pipelinePath,
      line: 0,
      column: 0,
    },
  ],
};
