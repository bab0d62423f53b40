import type { LuaInput, Vm } from '../../lua/index.js';
import type { Outputs } from '../job/outputs.js';
import { ShResult } from '../job/sh-result.js';
import { shResultToLua } from './sh-result-to-lua.js';

/** A fresh copy of outputs, so that a job that changes what it was given changes it for itself alone. */
export const outputsToLua = (vm: Vm, outputs: Outputs): LuaInput => {
  if (outputs === null || typeof outputs !== 'object') return outputs;
  if (outputs instanceof ShResult) return shResultToLua(vm, outputs);
  if (outputs instanceof Map) return tableOf(vm, outputs);
  return vm.createTable({ array: (outputs as readonly Outputs[]).map((item) => outputsToLua(vm, item)) });
};

/** Whole numbers were made strings when the outputs were taken; they are numbers again. */
const tableOf = (vm: Vm, outputs: ReadonlyMap<string, Outputs>): LuaInput =>
  vm.createTable({
    entries: [...outputs].map(([key, value]) => [
      /^(0|-?[1-9]\d{0,14})$/.test(key) ? Number(key) : key,
      outputsToLua(vm, value),
    ]),
  });
