import type { HostContext, HostResult, LuaValue } from '../../lua/index.js';
import type { JobRun } from '../job/job-run.js';

/** One entry of the table a run-fn is given. What it throws is raised in the job's code. */
export type Primitive = (
  jobRun: JobRun,
  args: readonly LuaValue[],
  context: HostContext,
) => HostResult | undefined | Promise<HostResult | undefined>;

/**
 * A primitive that takes time and is recorded. Where its caller cannot wait, nothing is done, and the promise
 * makes the VM say which construct forbids waiting.
 */
export const performing =
  (
    primitive: (
      jobRun: JobRun,
      args: readonly LuaValue[],
      context: HostContext,
    ) => Promise<HostResult | undefined>,
  ): Primitive =>
  (jobRun, args, context) =>
    context.canAwait ? jobRun.perform(() => primitive(jobRun, args, context)) : Promise.resolve(undefined);
