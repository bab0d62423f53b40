import {
  createVm,
  LuaError,
  type LuaInput,
  type LuaValue,
  type Vm,
  type VmOptions,
} from '../../src/lua/index.js';

/** Runs a text in a VM as `callSync` does. */
export function runSync(lua: string, options: VmOptions = {}, vm: Vm = createVm(options)): LuaValue[] {
  return vm.callSync(vm.load({ lua, chunkName: 'test.lua' }));
}

/** Runs a text in a VM as a coroutine of its own. */
export function run(vm: Vm, lua: string, args: readonly LuaInput[] = []): Promise<LuaValue[]> {
  return vm.call(vm.load({ lua, chunkName: 'test.lua' }), args);
}

/** The LuaError that an action fails with; fails itself when there is none. */
export function errorOf(action: () => unknown): LuaError {
  try {
    action();
  } catch (error) {
    if (error instanceof LuaError) return error;
    throw error;
  }
  throw new Error('expected a LuaError, but nothing failed');
}

/** The LuaError that a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<LuaError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof LuaError) return error;
    throw error;
  }
  throw new Error('expected a LuaError, but nothing failed');
}

/** A promise and the means to settle it. */
export function gate<T>(): { promise: Promise<T>; open: (value: T) => void; fail: (error: unknown) => void } {
  let open!: (value: T) => void;
  let fail!: (error: unknown) => void;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}
