import type { LuaErrorCode } from '../error.js';
import { ByteString } from './byte-string.js';
import { ldebug, ldo, TValueClass } from './fengari.js';
import type { CallInfo, LClosure, State } from './state.js';
import { FRAME_IS_LUA, STRING } from './tags.js';

/** What the host learns about an error that Lua only sees as a string. */
export interface ErrorNote {
  readonly code: LuaErrorCode;
  readonly cause?: unknown;
}

const notes = new WeakMap<object, ErrorNote>();

/** The note on a raised value, if it is still the one that was raised. */
export function noteOf(value: unknown): ErrorNote | undefined {
  return typeof value === 'object' && value !== null ? notes.get(value) : undefined;
}

/**
 * Raises a Lua error, with the position of the Lua code that is running or that called the running host
 * function. @param message a byte string
 */
export function raise(L: State, message: string, note?: ErrorNote): never {
  const error = new ByteString(position(L, 1) + message);
  return raiseValue(L, STRING, error, note);
}

/** What is said when calls are nested too deeply. */
export const STACK_OVERFLOW =
  'stack overflow (too many nested calls: does a function call itself without end?)';

/** Raises the error for calls that are nested too deeply. */
export function refuseCall(L: State): never {
  return raise(L, STACK_OVERFLOW, { code: 'stack-overflow' });
}

/** Raises any value as it is. */
export function raiseValue(L: State, type: number, value: unknown, note?: ErrorNote): never {
  if (note !== undefined && typeof value === 'object' && value !== null) notes.set(value, note);
  ldo.luaD_checkstack(L, 1);
  L.stack[L.top++] = new TValueClass(type, value);
  return ldebug.luaG_errormsg(L);
}

/**
 * `file:line: ` of the function at `level`: 0 is the running function, 1 its caller. A Lua function that
 * raises by itself (an operator went wrong) counts as its own caller. Empty when that is no Lua code.
 */
export function position(L: State, level: number): string {
  let ci: CallInfo | null = L.ci;
  if (ci.callstatus & FRAME_IS_LUA && level === 1) return positionOf(ci);
  for (let up = 0; up < level && ci !== null && ci !== L.base_ci; up++) ci = ci.previous;
  return ci !== null && ci !== L.base_ci && ci.callstatus & FRAME_IS_LUA ? positionOf(ci) : '';
}

/** The line a Lua frame is at, from 1; undefined when its chunk has no line information. */
export function currentLine(ci: CallInfo): number | undefined {
  const line = (ci.func.value as LClosure).p.lineinfo[ci.l_savedpc - 1];
  return line === undefined || line <= 0 ? undefined : line;
}

/** The chunk name of a Lua frame, as a byte string. */
export function chunkName(ci: CallInfo): string {
  const source = (ci.func.value as LClosure).p.source?.text ?? '?';
  return source.startsWith('@') || source.startsWith('=') ? source.slice(1) : source;
}

function positionOf(ci: CallInfo): string {
  return `${chunkName(ci)}:${currentLine(ci) ?? '?'}: `;
}
