import { ldo, lfunc, TValueClass } from './fengari.js';
import { refuseCall } from './raise.js';
import type { CallInfo, HostCode, LClosure, Proto, State, TValue } from './state.js';
import {
  FRAME_IS_LUA,
  FRAME_TAIL,
  HOST_FUNCTION,
  LUA_FUNCTION,
  MULTIPLE_RESULTS,
  NIL,
  STATUS_ERROR_IN_ERROR,
} from './tags.js';
import { Frame, HOST_SLOTS } from './thread.js';

/**
 * Entering and leaving functions. Fengari makes every register anew for each call and deletes it after;
 * here the slots of a stack stay: above the top they are nil or not there. So a call costs a frame and
 * little else. A slot that a closure has captured is replaced when its function ends (`luaF_close`).
 */

/** Sets the top of the stack; slots that come in are nil, slots that go out let go of their values. */
export function adjustTop(L: State, top: number): void {
  const { stack } = L;
  let at = L.top;
  for (; at < top; at++) {
    if (stack[at] === undefined) stack[at] = new TValueClass(NIL, null);
  }
  while (at > top) clear(stack, --at);
  L.top = top;
}

/**
 * Calls the value at `at`, its arguments above it; runs Lua code to its end.
 * @param execute runs the Lua function on top of the call stack
 */
export function callWith(execute: (L: State) => void): (L: State, at: number, results: number) => void {
  return (L, at, results) => {
    if (++L.nCcalls >= MAX_LEVELS) refuseLevel(L);
    if (!enter(L, at, results)) execute(L);
    L.nCcalls--;
  };
}

/** Nested calls of host functions and metamethods: each takes some of JavaScript's own stack. */
export const MAX_LEVELS = 200;
/** Levels more for code that handles the error of too many. */
const SPARE_LEVELS = 25;

/**
 * Prepares the call of the value at `at`, its arguments above it. A host function runs at once.
 * @returns whether the call is over; else the frame of a Lua function is ready to run
 */
export function enter(L: State, at: number, results: number): boolean {
  const func = L.stack[at]!;
  if (func.type === LUA_FUNCTION) {
    enterLua(L, at, func, results);
    return false;
  }
  // Values with a `__call` are rare: fengari opens the place for the function before them.
  if (func.type !== HOST_FUNCTION) return ldo.luaD_precall(L, at, results);
  if (L.stack_last - L.top <= HOST_SLOTS) ldo.luaD_checkstack(L, HOST_SLOTS);
  const frame = new Frame(L.ci, func, at, L.top + HOST_SLOTS, results);
  L.ci.next = frame;
  L.ci = frame;
  const count = (func.value as HostCode)(L);
  leave(L, frame, L.top - count, count);
  return true;
}

/**
 * Ends the call of `frame`: its results go where the function was.
 * @returns whether a fixed number of them was wanted
 */
export function leave(L: State, frame: CallInfo, firstResult: number, given: number): boolean {
  const { stack } = L;
  const wanted = frame.nresults;
  const to = frame.funcOff;
  L.ci = frame.previous!;
  L.ci.next = null;
  const top = to + (wanted === MULTIPLE_RESULTS ? given : wanted);
  let result = firstResult;
  for (let at = to; at < top; at++, result++) {
    const slot = slotAt(stack, at);
    if (result < firstResult + given) copy(slot, stack[result]!);
    else slot.setnilvalue();
  }
  for (let at = L.top; at > top; ) clear(stack, --at);
  L.top = top;
  return wanted !== MULTIPLE_RESULTS;
}

/** A Lua function was entered by a tail call: its frame takes the place of the caller's. */
export function replaceFrame(L: State, callerProto: Proto): CallInfo {
  const { stack } = L;
  const called = L.ci;
  const caller = called.previous!;
  const from = called.funcOff;
  const to = caller.funcOff;
  const end = called.l_base + (called.func.value as LClosure).p.numparams;
  if (callerProto.p.length > 0) lfunc.luaF_close(L, caller.l_base);
  for (let i = 0; from + i < end; i++) copy(stack[to + i]!, stack[from + i]!);
  caller.l_base = to + (called.l_base - from);
  caller.top = to + (L.top - from);
  adjustTop(L, caller.top);
  caller.func = stack[to]!;
  caller.l_code = called.l_code;
  caller.l_savedpc = called.l_savedpc;
  caller.callstatus |= FRAME_TAIL;
  caller.next = null;
  L.ci = caller;
  return caller;
}

function enterLua(L: State, at: number, func: TValue, results: number): void {
  const proto = (func.value as LClosure).p;
  const size = proto.maxstacksize;
  if (L.stack_last - L.top <= size) ldo.luaD_checkstack(L, size);
  const base = proto.is_vararg ? moveParameters(L, at, proto.numparams) : at + 1;
  const frame = new Frame(L.ci, func, at, base + size, results);
  frame.l_base = base;
  frame.l_code = proto.code;
  frame.callstatus = FRAME_IS_LUA;
  L.ci.next = frame;
  L.ci = frame;
  adjustTop(L, base + size);
}

/** Named parameters go above the other arguments, which stay where `...` finds them. @returns the base */
function moveParameters(L: State, at: number, parameters: number): number {
  const { stack } = L;
  const base = L.top;
  const given = base - (at + 1);
  adjustTop(L, base + parameters);
  for (let i = 0; i < parameters && i < given; i++) {
    copy(stack[base + i]!, stack[at + 1 + i]!);
    stack[at + 1 + i]!.setnilvalue();
  }
  return base;
}

function refuseLevel(L: State): void {
  if (L.nCcalls === MAX_LEVELS) refuseCall(L);
  if (L.nCcalls >= MAX_LEVELS + SPARE_LEVELS) ldo.luaD_throw(L, STATUS_ERROR_IN_ERROR);
}

function slotAt(stack: TValue[], at: number): TValue {
  let slot = stack[at];
  if (slot === undefined) {
    slot = new TValueClass(NIL, null);
    stack[at] = slot;
  }
  return slot;
}

function copy(to: TValue, from: TValue): void {
  to.type = from.type;
  to.value = from.value;
}

function clear(stack: TValue[], at: number): void {
  const slot = stack[at];
  if (slot === undefined) return;
  slot.type = NIL;
  slot.value = null;
}
