import type { HostContext, HostFunction, LuaTable, LuaValue, Vm } from '../../lua/index.js';
import { outsideRunFn } from '../../pipeline/index.js';
import { JobRun } from '../job/job-run.js';
import { env } from './env.js';
import { jobs } from './jobs.js';
import { log } from './log.js';
import type { Primitive } from './primitive.js';
import { readFile } from './read-file.js';
import { readJson } from './read-json.js';
import { secret } from './secret.js';
import { sh } from './sh.js';
import { writeFile } from './write-file.js';

/**
 * The table that every run-fn is given and that `(require :quire.runtime)` gives. It knows by the call it is
 * used in which job uses it; outside a run-fn there is none, and touching it is an error that says so.
 */
export const createRuntime = (vm: Vm): LuaTable => {
  const primitives: Record<string, Primitive> = {
    sh,
    jobs,
    secret,
    'read-file': readFile,
    'read-json': readJson,
    'write-file': writeFile,
    log,
    env,
  };
  const functions = new Map(
    Object.entries(primitives).map(([name, primitive]) => [
      name,
      vm.createFunction(name, (args, context) => callPrimitive(primitive, name, args, context)),
    ]),
  );
  const index: HostFunction = ([, key], context) => {
    const name = typeof key === 'string' ? key : '?';
    jobOf(context, name);
    return functions.get(name);
  };
  const pairs: HostFunction = (_args, context) => {
    jobOf(context, 'pairs');
    return [vm.globals.get('next'), vm.createTable({ entries: functions }), undefined];
  };
  const metatable = vm.createTable({
    entries: [
      ['__index', vm.createFunction('runtime', index)],
      ['__pairs', vm.createFunction('runtime', pairs)],
      ['__metatable', 'quire.runtime'],
    ],
  });
  const runtime = vm.createTable({ metatable });
  vm.freeze(runtime);
  return runtime;
};

/** What a primitive does not know ends the job, whether it says so at once or later. */
const callPrimitive = (
  primitive: Primitive,
  name: string,
  args: readonly LuaValue[],
  context: HostContext,
): ReturnType<Primitive> => {
  const jobRun = jobOf(context, name);
  try {
    return primitive(jobRun, args, context);
  } catch (error) {
    jobRun.stopWhenUnknown(error);
    throw error;
  }
};

const jobOf = (context: HostContext, name: string): JobRun => {
  if (context.data instanceof JobRun) return context.data;
  throw new Error(outsideRunFn(name));
};
