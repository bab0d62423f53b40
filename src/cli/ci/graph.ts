import { type PipelineJob, sources } from '../../pipeline/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { formatDuration } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { printable } from '../printable.js';
import { pad, textWidth } from '../text-width.js';
import { dotGraph } from './dot-graph.js';
import { drawGraph, type GraphNode } from './draw-graph.js';
import { loadHere } from './load-here.js';
import { validatePipeline } from './validate.js';

export interface GraphOptions {
  readonly dot?: boolean;
}

/** `quire ci graph [PATH]`: the graph of a pipeline's jobs, in the order they run; 2 when the pipeline is broken. */
export const showGraph = async (
  context: Pick<CliContext, 'output' | 'json'>,
  path: string | undefined,
  options: GraphOptions,
): Promise<ExitCode> => {
  const { output, json } = context;
  if (json && options.dot === true) throw new CliError('usage', '--dot and --json exclude each other');
  const { file, loaded, diagnostics } = await loadHere(path);
  loaded.vm.close();
  if (diagnostics.length > 0) return validatePipeline(context, path);
  const { jobs } = loaded;
  if (json)
    await output.document({ file, maxParallelJobs: loaded.maxParallelJobs, jobs: jobs.map(jobShape) });
  else if (options.dot === true) await output.line(dotGraph(nodesOf(jobs)));
  else for (const line of drawing(jobs, output.style.dim)) await output.line(line);
  return exitCode.ok;
};

const jobShape = ({ id, inputs, options, file, line }: PipelineJob) => ({ id, inputs, options, file, line });

/** The sources that are used, then the jobs. */
const nodesOf = (jobs: readonly PipelineJob[]): GraphNode[] => [
  ...sources
    .filter((source) => jobs.some(({ inputs }) => inputs.includes(source)))
    .map((id) => ({ id, inputs: [] })),
  ...jobs,
];

const drawing = (jobs: readonly PipelineJob[], dim: (text: string) => string): string[] => {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const lines = drawGraph(nodesOf(jobs));
  const width = Math.max(...lines.map(({ node }) => textWidth(printable(node.id))));
  return lines.map(({ rails, node }) => {
    const job = byId.get(node.id);
    const facts = job === undefined ? 'source' : factsOf(job).join(', ');
    return `${rails}  ${pad(printable(node.id), width)}  ${dim(facts)}`.trimEnd();
  });
};

const factsOf = ({ line, options }: PipelineJob): string[] => {
  const facts = [`line ${line}`];
  if (options.allowFailure) facts.push('may fail');
  if (options.always) facts.push('always');
  if (options.uninterruptible) facts.push('uninterruptible');
  if (options.timeoutMs !== null) facts.push(`at most ${formatDuration(options.timeoutMs)}`);
  if (options.retry > 0) facts.push(`${options.retry} more tries`);
  return facts;
};
