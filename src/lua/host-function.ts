import { fromText } from './bytes.js';
import { type Core, coreOf } from './core.js';
import { lapi, ldo } from './engine/fengari.js';
import { raise, raiseValue } from './engine/raise.js';
import { argumentCount, pushSlot, reserve, setCount } from './engine/stack.js';
import type { HostCode, State } from './engine/state.js';
import { MULTIPLE_RESULTS, STATUS_OK } from './engine/tags.js';
import { LuaError, type LuaErrorCode } from './error.js';
import { forbiddingConstruct } from './forbidding-construct.js';
import { CallContext } from './host-context.js';
import type { ExactHostFunction, ExactValue, HostFunction, LuaInput, LuaValue, TailCall } from './vm.js';

/** The engine's side of a host function. @param name a byte string, for tracebacks and messages */
export function hostCode(core: Core, name: string, body: HostFunction): HostCode {
  return code(core, name, (L) => body(hostArguments(core, L), new CallContext(core, L)));
}

/** As `hostCode`, for a function that is told floats from integers. */
export function exactHostCode(core: Core, name: string, body: ExactHostFunction): HostCode {
  return code(core, name, (L) => body(exactArguments(core, L), new CallContext(core, L)));
}

function code(core: Core, name: string, run: (L: State) => Awaitable): HostCode {
  const made: HostCode = (L) => {
    let result: Awaitable;
    try {
      result = run(L);
    } catch (error) {
      return raiseFromHost(L, error);
    }
    return isPromise(result) ? awaitResult(core, L, name, result) : deliver(L, result);
  };
  core.names.set(made, name);
  return made;
}

/** Raises in Lua what the host has thrown. */
export function raiseFromHost(L: State, error: unknown): never {
  const core = coreOf(L);
  // Out of JavaScript's stack: the less is done here, the better; the engine makes a Lua error of it.
  if (error instanceof RangeError) throw error;
  if (!(error instanceof LuaError)) {
    const message = error instanceof Error ? error.message : String(error);
    return raise(L, fromText(message), { code: 'runtime', cause: error });
  }
  if (UNCATCHABLE.has(error.code)) return core.interrupt(L, error.code, error.message);
  if (error.value === undefined) return raise(L, fromText(error.message), { code: error.code, cause: error });
  const slot = core.handles.toSlot(error.value);
  return raiseValue(L, slot.type, slot.value, { code: error.code, cause: error });
}

type Awaitable = ReturnType<HostFunction>;
type Settled = Awaited<Awaitable>;

const UNCATCHABLE: ReadonlySet<LuaErrorCode> = new Set(['cpu-limit', 'memory-limit', 'canceled', 'closed']);

function hostArguments(core: Core, L: State): LuaValue[] {
  const values: LuaValue[] = [];
  for (let at = L.ci.funcOff + 1; at < L.top; at++) values.push(core.handles.toHost(L.stack[at]!));
  return values;
}

function exactArguments(core: Core, L: State): ExactValue[] {
  const values: ExactValue[] = [];
  for (let at = L.ci.funcOff + 1; at < L.top; at++) values.push(core.handles.toExact(L.stack[at]!));
  return values;
}

/** Pushes what a host function gave back. @returns the number of results */
function deliver(L: State, result: Settled): number {
  if (isTailCall(result)) return callInstead(L, result);
  const values = Array.isArray(result) ? (result as readonly LuaInput[]) : [result as LuaInput];
  return pushAll(L, values);
}

function pushAll(L: State, values: readonly LuaInput[]): number {
  const { handles } = coreOf(L);
  reserve(L, values.length + 1);
  try {
    for (const value of values) pushSlot(L, handles.toSlot(value));
  } catch (error) {
    return raiseFromHost(L, error);
  }
  return values.length;
}

function callInstead(L: State, { tailCall, args = [], finish }: TailCall): number {
  setCount(L, 0);
  pushAll(L, [tailCall, ...args]);
  lapi.lua_callk(L, args.length, MULTIPLE_RESULTS, finish, finishCall);
  return finishCall(L, STATUS_OK, finish);
}

function finishCall(L: State, _status: number, context: unknown): number {
  const finish = context as TailCall['finish'];
  if (finish === undefined) return argumentCount(L);
  let result: Settled;
  try {
    result = finish(hostArguments(coreOf(L), L));
  } catch (error) {
    return raiseFromHost(L, error);
  }
  return deliver(L, result);
}

function awaitResult(core: Core, L: State, name: string, promise: Promise<unknown>): number {
  if (!core.canAwait(L)) {
    promise.catch(() => {
      // Its outcome has no reader: the call fails here and now, with a reason.
    });
    return raise(L, `cannot wait for '${name}' ${forbiddingConstruct(core, L)}`, { code: 'await-forbidden' });
  }
  core.current!.request = { kind: 'await', promise };
  return ldo.lua_yieldk(L, 0, null, takeOutcome);
}

function takeOutcome(L: State): number {
  const task = coreOf(L).current!;
  const outcome = task.outcome!;
  task.outcome = undefined;
  return outcome.ok ? deliver(L, outcome.value as Settled) : raiseFromHost(L, outcome.error);
}

function isPromise(result: Awaitable): result is Promise<Settled> {
  return result instanceof Promise;
}

function isTailCall(result: Settled): result is TailCall {
  return typeof result === 'object' && result !== null && 'tailCall' in result;
}
