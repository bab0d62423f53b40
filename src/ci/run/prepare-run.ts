import { encodeGiven } from '../../events/given.js';
import type { Vm } from '../../lua/index.js';
import {
  type Diagnostic,
  formatDiagnostic,
  type LoadedPipeline,
  loadPipeline,
} from '../../pipeline/index.js';
import { createRuntime } from '../primitives/runtime.js';
import { show } from '../primitives/show.js';
import type { JobEnd, RunContext } from './run-context.js';
import { JobRunner } from './run-jobs.js';
import { SourceFiles } from './source-files.js';
import { raiseVmLimit, vmLimits } from './vm-limits.js';

/** Where a repository keeps its pipeline. */
export const pipelinePath = '.quire/ci.fnl';

export interface PreparedRun {
  readonly jobs: JobRunner;
  readonly vm: Vm;
}

/**
 * Compiles the pipeline, checks it and records its jobs; undefined when it is broken, which is recorded as the
 * end of the run.
 */
export const prepareRun = async (
  request: Omit<RunContext, 'jobs' | 'ends'>,
): Promise<PreparedRun | undefined> => {
  const { session, journal } = request;
  const source = readPipeline(request);
  if ('problem' in source) return recordInvalid(request, [source.problem]);
  const files = new SourceFiles(request.world);
  const [loaded, sourceSha256, givenSha256] = await Promise.all([
    load(request, source.bytes, files),
    session.storeBlob(source.bytes),
    session.storeBlob(encodeGiven(request.bootstrap)),
  ]);
  const { jobs, image, maxParallelJobs, diagnostics, vm, runtime } = loaded;
  if (diagnostics.length > 0) {
    vm.close();
    return recordInvalid(request, diagnostics);
  }
  const registered = jobs.map(({ id, inputs, options, pipelineLine: line }) => ({
    id,
    inputs: [...inputs],
    options,
    line,
  }));
  const sourceBytes = source.bytes.length;
  const modules = await files.store(session);
  journal.emit('pipeline.registered', {
    sourceSha256,
    sourceBytes,
    modules,
    givenSha256,
    image,
    maxParallelJobs,
    jobs: registered,
  });
  journal.reserve(eventsToEnd(loaded));
  const ends = new Map<string, JobEnd>();
  return { jobs: new JobRunner({ ...request, jobs, ends }, ends, { vm, runtime }, maxParallelJobs), vm };
};

/** A start and an end of each job, the ends of the commands that run, and the end of the run. */
const eventsToEnd = ({ jobs, maxParallelJobs }: LoadedPipeline): number =>
  2 * jobs.length + maxParallelJobs + 1;

const readPipeline = ({ world }: Pick<RunContext, 'world'>): { bytes: Buffer } | { problem: Diagnostic } => {
  const problem = (code: string, message: string): { problem: Diagnostic } => ({
    problem: { code, message, file: pipelinePath, line: 0, column: 0 },
  });
  try {
    const bytes = world.readSource(pipelinePath);
    return bytes === undefined
      ? problem('missing', `there is no ${pipelinePath}`)
      : { bytes: Buffer.from(bytes) };
  } catch (error) {
    return problem('unreadable', (error as Error).message);
  }
};

const load = ({ bootstrap }: Pick<RunContext, 'bootstrap'>, source: Buffer, files: SourceFiles) =>
  loadPipeline({
    source,
    filename: pipelinePath,
    readModule: (path) => files.read(path),
    limits: vmLimits(bootstrap.limits),
    raiseHint: raiseVmLimit,
    seed: bootstrap.seed,
    createRuntime,
    show,
  });

const recordInvalid = (
  { journal }: Pick<RunContext, 'journal'>,
  diagnostics: readonly Diagnostic[],
): undefined => {
  const message = diagnostics.slice(0, 1).map(formatDiagnostic).join('');
  journal.emit('run.failed', { failureKind: 'pipeline-invalid', message, diagnostics: [...diagnostics] });
  return undefined;
};
