import { toText, type Vm } from '../lua/index.js';

/** The names of globals that the code of a pipeline may refer to: those of the VM. */
export const pipelineGlobals = (vm: Vm): ReadonlySet<string> =>
  new Set([...vm.globals.entries()].flatMap(([key]) => (typeof key === 'string' ? [toText(key)] : [])));
