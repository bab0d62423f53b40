export { fromBytes, fromText, isByteString, isUtf8, toBytes, toText } from './bytes.js';
export { createVm } from './create-vm.js';
export { LuaError, type LuaErrorCode, type LuaErrorFields } from './error.js';
export { DEFAULT_LIMITS, type Limits } from './limits.js';
export type { PlainData, ToPlainOptions } from './plain-data.js';
export type {
  CallOptions,
  Chunk,
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
