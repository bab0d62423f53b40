import type { RunLimits } from '../../events/run-protocol.js';
import type { Limits } from '../../lua/index.js';
import { raiseLimit } from '../raise-limit.js';

/** The limits of a run as its VM knows them. */
export const vmLimits = ({ luaCpuMs, luaMemoryBytes }: RunLimits): Partial<Limits> => ({
  cpuMs: luaCpuMs,
  memoryBytes: luaMemoryBytes,
});

/** How to raise a limit of the VM: two are configured, the others are as they are. */
export const raiseVmLimit = (limit: keyof Limits): string => {
  if (limit === 'cpuMs') return raiseLimit('lua-cpu');
  if (limit === 'memoryBytes') return raiseLimit('lua-memory');
  return 'it is fixed; do the work in a command';
};
