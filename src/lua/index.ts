/**
 * A sealed Lua 5.3, for code that is not trusted with anything. The engine is made of fengari's parser and
 * threads and of strings, tables, numbers, instructions and libraries of our own (`engine/`, `lib/`); nothing of
 * it shows here, so another engine could stand behind `Vm`.
 *
 * What differs from the reference implementation:
 * - Integers are exact up to 2^53 and then become floats, instead of wrapping at 2^63. Bit operators work on
 *   64 bits; a result of more than 2^53 is a float.
 * - Traversals (`pairs`, `next`) run 1..n first, then the other keys as they were inserted. Keys that a loop
 *   adds to the table it walks are not visited.
 * - Comparators of `table.sort`, callbacks of `gsub`, `__tostring` and handlers of `xpcall` may yield, and so
 *   may wait for the host. `table.sort` keeps the order of equal elements, and takes any comparator.
 * - A handler of `xpcall` runs after the stack has been unwound. Every NaN prints as `-nan`.
 * - Standard names cannot be replaced, only added to. `__gc` and `__mode` have no effect.
 * - Not there: `io os debug package load loadfile dofile collectgarbage string.dump`, and `require` and `print`
 *   unless the host gives them. There is no clock; `math.random` follows from the VM's seed. From Lua 5.4 there
 *   is `coroutine.close`.
 */
export { fromBytes, fromText, isByteString, isUtf8, toBytes, toText } from './bytes.js';
export { createVm } from './create-vm.js';
export { LuaError, type LuaErrorCode, type LuaErrorFields } from './error.js';
export { LuaFloat } from './float.js';
export { DEFAULT_LIMITS, type Limits } from './limits.js';
export type { PlainData, ToPlainOptions } from './plain-data.js';
export type {
  CallOptions,
  Chunk,
  ExactHostFunction,
  ExactValue,
  HostContext,
  HostFunction,
  HostResult,
  LuaCoroutine,
  LuaFunction,
  LuaInput,
  LuaPosition,
  LuaTable,
  LuaUserdata,
  LuaValue,
  RequiredModule,
  RequireResolver,
  TableContents,
  TailCall,
  Vm,
  VmOptions,
} from './vm.js';
