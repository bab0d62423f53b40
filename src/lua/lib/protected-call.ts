import { coreOf } from '../core.js';
import { lapi, TValueClass } from '../engine/fengari.js';
import { STACK_OVERFLOW } from '../engine/raise.js';
import { argument, argumentCount, pop, pushBoolean, pushSlot, pushText, setCount } from '../engine/stack.js';
import type { HostCode, State, TValue } from '../engine/state.js';
import {
  BOOLEAN,
  FRAME_ORIGINAL_ALLOWHOOK,
  MULTIPLE_RESULTS,
  STATUS_NATIVE,
  STATUS_OK,
  STATUS_YIELD,
} from '../engine/tags.js';
import { checkAny, checkFunction } from './check.js';
import type { Library } from './library.js';

const pcall: HostCode = (L) => {
  checkAny(L, 1);
  const count = argumentCount(L);
  insertAt(L, 1, new TValueClass(BOOLEAN, true));
  keepHooks(L);
  const status = lapi.lua_pcallk(L, count - 1, MULTIPLE_RESULTS, 0, null, finishPcall);
  return finishPcall(L, status);
};

function finishPcall(L: State, status: number): number {
  passInterruptOn(L);
  if (status === STATUS_OK || status === STATUS_YIELD) return argumentCount(L);
  return pushFailure(L, errorValue(L, status));
}

/**
 * The handler runs after the stack has been unwound, not on top of it: so it may wait, as any code, and an
 * error inside it is an error like any other. (Without `debug`, nobody can tell the difference.)
 */
const xpcall: HostCode = (L) => {
  checkFunction(L, 2);
  const count = argumentCount(L);
  const [fn, handler] = [argument(L, 1)!, argument(L, 2)!].map(
    (slot) => new TValueClass(slot.type, slot.value),
  );
  // handler, true, function, arguments…
  L.stack[L.ci.funcOff + 1]!.setfrom(handler!);
  L.stack[L.ci.funcOff + 2]!.setfrom(fn!);
  insertAt(L, 2, new TValueClass(BOOLEAN, true));
  keepHooks(L);
  const status = lapi.lua_pcallk(L, count - 2, MULTIPLE_RESULTS, 0, null, finishXpcall);
  return finishXpcall(L, status);
};

function finishXpcall(L: State, status: number): number {
  passInterruptOn(L);
  if (status === STATUS_OK || status === STATUS_YIELD) return argumentCount(L) - 1;
  const error = errorValue(L, status);
  setCount(L, 1);
  const handler = pop(L);
  pushBoolean(L, false);
  pushSlot(L, handler);
  pushSlot(L, error);
  keepHooks(L);
  // Of what the handler gives, Lua keeps one value.
  return finishHandler(L, lapi.lua_pcallk(L, 1, 1, 0, null, finishHandler));
}

function finishHandler(L: State, status: number): number {
  passInterruptOn(L);
  if (status === STATUS_OK || status === STATUS_YIELD) return argumentCount(L);
  setCount(L, 0);
  pushBoolean(L, false);
  pushText(L, 'error in error handling');
  return 2;
}

/**
 * Fengari restores the permission for hooks from this flag when an error is caught inside a coroutine, but
 * forgets to set it: without this the first caught error would switch every limit off.
 */
function keepHooks(L: State): void {
  L.ci.callstatus |= FRAME_ORIGINAL_ALLOWHOOK;
}

function passInterruptOn(L: State): void {
  const interrupt = coreOf(L).current?.interrupt;
  if (interrupt !== undefined) throw interrupt;
}

function errorValue(L: State, status: number): TValue {
  if (status === STATUS_NATIVE) {
    setCount(L, 0);
    pushText(L, STACK_OVERFLOW);
  }
  const slot = L.stack[L.top - 1]!;
  return new TValueClass(slot.type, slot.value);
}

function pushFailure(L: State, error: TValue): number {
  setCount(L, 0);
  pushBoolean(L, false);
  pushSlot(L, error);
  return 2;
}

/** Opens a place for a value at argument `n`. */
function insertAt(L: State, n: number, value: TValue): void {
  pushSlot(L, value);
  const at = L.ci.funcOff + n;
  for (let i = L.top - 1; i > at; i--) L.stack[i]!.setfrom(L.stack[i - 1]!);
  L.stack[at]!.setfrom(value);
}

export const protectedCallLibrary: Library = { pcall, xpcall };
