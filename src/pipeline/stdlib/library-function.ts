import type { HostResult, LuaValue, Vm } from '../../lua/index.js';

/** A function of the standard library; what it throws is raised in Lua. */
export type LibraryFunction = (vm: Vm, args: readonly LuaValue[]) => HostResult | undefined;
