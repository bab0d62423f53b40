import { FennelError, view } from '../fennel/index.js';
import {
  createVm,
  type Limits,
  LuaError,
  type LuaTable,
  type LuaValue,
  type Vm,
  type VmOptions,
} from '../lua/index.js';
import type { Diagnostic } from './diagnostic.js';
import type { Finding } from './finding.js';
import { createIdleRuntime } from './idle-runtime.js';
import type { PipelineJob } from './job.js';
import { Modules, type ReadModule } from './modules.js';
import { order } from './order.js';
import { Registrations } from './register.js';
import { maxShownLine, SourceIndex } from './source-index.js';
import { validate } from './validate.js';

export interface LoadOptions {
  /** The bytes of the pipeline. */
  readonly source: Uint8Array;
  /** Its name in positions: `.quire/ci.fnl`. */
  readonly filename: string;
  /** The bytes of a file below `.quire/lib`, by its path from the root of the repository. */
  readonly readModule: ReadModule;
  readonly limits?: Partial<Limits>;
  /** Ends a message about a limit: how to raise it. */
  readonly raiseHint?: VmOptions['raiseHint'];
  /** Where `math.random` starts. */
  readonly seed?: string;
  /** What `(require :quire.runtime)` gives; without it, a table that refuses to be touched. */
  readonly createRuntime?: (vm: Vm) => LuaTable;
  /** A value as Fennel source, for the standard library's `view`. */
  readonly show?: (value: LuaValue) => string;
}

/** A pipeline after its top level has run. With diagnostics it must not be run, and has no jobs. */
export interface LoadedPipeline {
  /** Holds the run-fns; whoever loaded the pipeline closes it. */
  readonly vm: Vm;
  readonly runtime: LuaTable;
  /** In the order they run one at a time. */
  readonly jobs: readonly PipelineJob[];
  readonly image: string | null;
  readonly maxParallelJobs: number;
  /** Everything that is wrong, in source order. */
  readonly diagnostics: readonly Diagnostic[];
}

/** More findings than this help nobody. */
const maxDiagnostics = 200;

/** A larger file is no pipeline. */
const maxSourceBytes = 1024 * 1024;

/** Compiles a pipeline, runs its top level, and checks what it registered. Never rejects for what the source says. */
export const loadPipeline = async (options: LoadOptions): Promise<LoadedPipeline> => {
  const { source, filename } = options;
  const registrations = new Registrations(filename);
  const sources = new SourceIndex();
  sources.add(filename, source);
  const modules = new Modules(options.readModule, sources);
  const { limits, seed, raiseHint, show = view } = options;
  const vm: Vm = createVm({
    limits,
    seed,
    raiseHint,
    require: (name) => modules.require(vm, name, provided),
  });
  const runtime = options.createRuntime?.(vm) ?? createIdleRuntime(vm);
  const provided = { ci: registrations.createModule(vm), runtime, show };

  const problems = await runTopLevel(vm, options, modules, sources);
  registrations.close();
  const findings = [
    ...registrations.findings,
    ...(problems.length > 0 ? [] : checkGraph(registrations, filename)),
  ];
  const diagnostics = [...problems, ...findings.map((finding) => sources.diagnose(finding))]
    .sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : 0))
    .slice(0, maxDiagnostics);
  return {
    vm,
    runtime,
    jobs: diagnostics.length > 0 ? [] : order(registrations.jobs),
    image: registrations.image,
    maxParallelJobs: registrations.maxParallelJobs,
    diagnostics,
  };
};

/** What keeps the top level from running to its end. */
const runTopLevel = async (
  vm: Vm,
  { source, filename }: LoadOptions,
  modules: Modules,
  sources: SourceIndex,
): Promise<Diagnostic[]> => {
  if (source.length > maxSourceBytes) {
    const message = `the pipeline has ${source.length} bytes, ${maxSourceBytes} are allowed`;
    return [{ code: 'too-large', message, file: filename, line: 0, column: 0 }];
  }
  try {
    await vm.call(modules.load(vm, source, filename));
    return [];
  } catch (error) {
    return explain(error, filename, sources);
  }
};

/** A module that does not compile is reported where it is wrong, not where it was asked for. */
const explain = (error: unknown, filename: string, sources: SourceIndex): Diagnostic[] => {
  const fennel = error instanceof LuaError ? error.cause : error;
  if (fennel instanceof FennelError) return fennel.errors.map(toDiagnostic);
  if (!(error instanceof LuaError)) throw error;
  const { code, file = filename, line = 0 } = error;
  return [sources.diagnose({ code: `lua-${code}`, message: messageWithoutPosition(error), file, line })];
};

const toDiagnostic = ({ code, message, hint, file, line, column, sourceLine }: FennelError): Diagnostic => ({
  code,
  message,
  hint,
  file,
  line,
  column,
  sourceLine: sourceLine?.slice(0, maxShownLine),
});

/** The position is told apart. */
export const messageWithoutPosition = ({ message, file, line }: LuaError): string => {
  const position = `${file}:${line}: `;
  return message.startsWith(position) ? message.slice(position.length) : message;
};

const checkGraph = (registrations: Registrations, filename: string): Finding[] => {
  const { jobs, findings } = registrations;
  if (jobs.length > 0 || findings.length > 0) return validate(jobs);
  const hint = 'register one with (ci.job :id [:quire/push] (fn [{: sh}] …))';
  return [{ code: 'no-jobs', message: 'the pipeline registers no job', hint, file: filename, line: 1 }];
};
