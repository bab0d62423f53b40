import { type HostContext, type LuaTable, type LuaValue, toText, type Vm } from '../lua/index.js';
import { describe } from './describe.js';
import type { Finding } from './finding.js';
import { maxJobs, type PipelineJob } from './job.js';
import { readJobArguments } from './read-job-arguments.js';

/** How many jobs may overlap at most. */
export const maxParallel = 64;

/** How far out the pipeline's own file is looked for. */
const maxCallers = 50;

/** What the top level of a pipeline has said so far, through `quire.ci`. */
export class Registrations {
  readonly jobs: PipelineJob[] = [];
  /** What is wrong with the calls themselves; the graph is checked apart. */
  readonly findings: Finding[] = [];
  image: string | null = null;
  maxParallelJobs = 1;
  readonly #filename: string;
  #closed = false;
  #parallelSet = false;

  /** @param filename the pipeline's own file, as positions name it. */
  constructor(filename: string) {
    this.#filename = filename;
  }

  /** Ends the registration: from now on the functions of the module raise an error. */
  close(): void {
    this.#closed = true;
  }

  /** The table that `(require :quire.ci)` gives. */
  createModule(vm: Vm): LuaTable {
    const define = (name: string, body: (args: readonly LuaValue[], context: HostContext) => void) =>
      [
        name,
        vm.createFunction(`ci.${name}`, (args, context) => {
          this.#assertOpen(name);
          body(args, context);
          return undefined;
        }),
      ] as const;
    const module = vm.createTable({
      entries: [
        define('job', (args, context) => this.#addJob(args, context)),
        define('image', (args, context) => this.#setImage(args, context)),
        define('parallel', (args, context) => this.#setParallel(args, context)),
      ],
    });
    vm.freeze(module);
    return module;
  }

  #assertOpen(name: string): void {
    if (!this.#closed) return;
    throw new Error(
      `ci.${name} was called inside a run-fn; register at the top level of the pipeline, where the graph is made`,
    );
  }

  /** One job beyond the limit is kept, so that the limit can be reported. */
  #addJob(args: readonly LuaValue[], context: HostContext): void {
    if (this.jobs.length > maxJobs) return;
    const { job, findings } = readJobArguments(args, placeOf(context));
    this.#report(findings);
    if (job !== undefined) this.jobs.push({ ...job, pipelineLine: this.#pipelineLine(context) ?? job.line });
  }

  #setImage([image]: readonly LuaValue[], context: HostContext): void {
    if (typeof image !== 'string' || !/^[!-~]{1,500}$/.test(image)) {
      const message = `ci.image expects the name of an image, found ${describe(image)}`;
      this.#report([
        { ...placeOf(context), code: 'bad-image', message, hint: 'as in (ci.image "debian:13")' },
      ]);
      return;
    }
    if (this.image !== null) {
      const message = `ci.image was called before, with ${JSON.stringify(this.image)}; a pipeline has one image`;
      this.#report([{ ...placeOf(context), code: 'duplicate-image', message, near: toText(image) }]);
    }
    this.image = toText(image);
  }

  #setParallel([count]: readonly LuaValue[], context: HostContext): void {
    const place = placeOf(context);
    if (!Number.isInteger(count) || Number(count) < 1 || Number(count) > maxParallel) {
      const message = `ci.parallel expects a whole number from 1 to ${maxParallel}, found ${describe(count)}`;
      this.#report([{ ...place, code: 'bad-parallel', message }]);
      return;
    }
    if (this.#parallelSet) {
      const message = `ci.parallel was called before, with ${this.maxParallelJobs}`;
      this.#report([{ ...place, code: 'duplicate-parallel', message }]);
    }
    this.#parallelSet = true;
    this.maxParallelJobs = Number(count);
  }

  /** The innermost call that stands in the pipeline's own file. */
  #pipelineLine(context: HostContext): number | undefined {
    for (let level = 1; level <= maxCallers; level += 1) {
      const caller = context.where(level);
      if (caller === undefined || caller.file === this.#filename) return caller?.line;
    }
    return undefined;
  }

  #report(findings: readonly Finding[]): void {
    if (this.findings.length < maxJobs) this.findings.push(...findings);
  }
}

/** Where in the pipeline's source a call stands; Lua code without a position is not known to exist. */
const placeOf = (context: HostContext): { file: string; line: number } =>
  context.where() ?? { file: '?', line: 1 };
