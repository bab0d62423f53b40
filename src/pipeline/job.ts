import type { LuaFunction } from '../lua/index.js';

/** The options of a job; times in milliseconds. */
export interface JobOptions {
  /** A failure of the job does not fail the run, and its dependents run. */
  readonly allowFailure: boolean;
  /** The job runs however its inputs ended. */
  readonly always: boolean;
  /** A cancellation lets the job finish, unless it comes by force. */
  readonly uninterruptible: boolean;
  /** Time limit over all attempts; null for none. */
  readonly timeoutMs: number | null;
  /** How often a failing job is tried again. */
  readonly retry: number;
}

export const defaultOptions: JobOptions = {
  allowFailure: false,
  always: false,
  uninterruptible: false,
  timeoutMs: null,
  retry: 0,
};

/** A `(ci.job …)` whose arguments had the right shape. */
export interface Registration {
  readonly id: string;
  /** Job ids and sources, each once, in the order written. */
  readonly inputs: readonly string[];
  readonly options: JobOptions;
  /** Where it was registered, from 1; in a module of `.quire/lib`, `file` names that. */
  readonly file: string;
  readonly line: number;
  /** The line of the pipeline itself that led to it: `line`, unless a module registered it. */
  readonly pipelineLine: number;
}

/** A registration with the function to run. */
export interface PipelineJob extends Registration {
  readonly runFn: LuaFunction;
}

/** What inputs may name beside jobs. */
export const sources: readonly string[] = ['quire/push'];

/** How many jobs a pipeline may have. */
export const maxJobs = 1000;

/** How long a job id may be, in characters. */
export const maxIdLength = 128;
