import type { Vm, VmOptions } from './vm.js';

/** Makes a sealed VM. Costs well under a millisecond once the engine is loaded. */
export function createVm(options: VmOptions = {}): Vm {
  throw new Error(`the engine is being built (${Object.keys(options).length} options)`);
}
