import { coreOf } from '../core.js';
import { toInteger, toNumber } from '../engine/arithmetic.js';
import { textOf } from '../engine/concat.js';
import { defs, ldebug } from '../engine/fengari.js';
import { metafield } from '../engine/metafield.js';
import { raise } from '../engine/raise.js';
import { argument } from '../engine/stack.js';
import type { HostCode, State, TValue } from '../engine/state.js';
import type { Table } from '../engine/table.js';
import { BASE, BASE_FUNCTION, NIL, STRING, TABLE } from '../engine/tags.js';
import { typeName } from '../engine/type-name.js';

/** Arguments of library functions, checked; the errors are worded as in Lua 5.3. */

export function checkAny(L: State, n: number): TValue {
  return argument(L, n) ?? argumentError(L, n, 'value expected');
}

export function checkText(L: State, n: number): string {
  const slot = argument(L, n);
  return (slot && textOf(slot)) ?? typeError(L, n, 'string');
}

export function optionalText(L: State, n: number, fallback: string): string {
  return isNoneOrNil(L, n) ? fallback : checkText(L, n);
}

export function checkNumber(L: State, n: number): number {
  const slot = argument(L, n);
  const number = slot === undefined ? false : toNumber(slot);
  return number === false ? typeError(L, n, 'number') : number;
}

export function optionalNumber(L: State, n: number, fallback: number): number {
  return isNoneOrNil(L, n) ? fallback : checkNumber(L, n);
}

export function checkInteger(L: State, n: number): number {
  const slot = argument(L, n);
  const integer = slot === undefined ? false : toInteger(slot);
  if (integer !== false) return integer;
  if (slot === undefined || toNumber(slot) === false) return typeError(L, n, 'number');
  return argumentError(L, n, 'number has no integer representation');
}

export function optionalInteger(L: State, n: number, fallback: number): number {
  return isNoneOrNil(L, n) ? fallback : checkInteger(L, n);
}

export function checkTable(L: State, n: number): Table {
  const slot = argument(L, n);
  return slot?.type === TABLE ? (slot.value as Table) : typeError(L, n, 'table');
}

export function checkFunction(L: State, n: number): TValue {
  const slot = argument(L, n);
  return slot !== undefined && isFunction(slot) ? slot : typeError(L, n, 'function');
}

export function isFunction(slot: TValue): boolean {
  return (slot.type & BASE) === BASE_FUNCTION;
}

export function isNoneOrNil(L: State, n: number): boolean {
  return (argument(L, n)?.type ?? NIL) === NIL;
}

export function argumentError(L: State, n: number, message: string): never {
  const info = new defs.lua_Debug();
  info.i_ci = L.ci;
  ldebug.lua_getinfo(L, 'n', info);
  const name = info.name === null ? registeredName(L) : Buffer.from(info.name).toString('latin1');
  let position = n;
  if (Buffer.from(info.namewhat).toString('latin1') === 'method') {
    position--;
    if (position === 0) return raise(L, `calling '${name}' on bad self (${message})`);
  }
  return raise(L, `bad argument #${position} to '${name}' (${message})`);
}

export function typeError(L: State, n: number, expected: string): never {
  return argumentError(L, n, `${expected} expected, got ${describe(L, argument(L, n))}`);
}

function describe(L: State, slot: TValue | undefined): string {
  if (slot === undefined) return 'no value';
  const name = metafield(L, slot, '__name');
  return name.type === STRING ? textOf(name)! : typeName(slot);
}

function registeredName(L: State): string {
  return coreOf(L).names.get(L.ci.func.value as HostCode) ?? '?';
}
