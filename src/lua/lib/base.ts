import { textOf } from '../engine/concat.js';
import { isFalse } from '../engine/instruction.js';
import { metafield, metatableOf } from '../engine/metafield.js';
import { parseNumeral, trimSpace } from '../engine/numeral.js';
import { position, raise, raiseValue } from '../engine/raise.js';
import {
  argument,
  argumentCount,
  push,
  pushBoolean,
  pushNil,
  pushNumber,
  pushSlot,
  pushText,
  setCount,
} from '../engine/stack.js';
import type { HostCode, State } from '../engine/state.js';
import { assign } from '../engine/assign.js';
import type { Table } from '../engine/table.js';
import { FLOAT, INTEGER, NIL, STRING, TABLE } from '../engine/tags.js';
import { typeName } from '../engine/type-name.js';
import { lvm } from '../engine/fengari.js';
import {
  argumentError,
  checkAny,
  checkInteger,
  checkTable,
  isNoneOrNil,
  optionalInteger,
  typeError,
} from './check.js';
import { type Library, textSlot } from './library.js';
import { drive, type Steps } from './steps.js';
import { plainText, tostringSteps } from './tostring.js';

const assert: HostCode = (L) => {
  if (!isFalse(checkAny(L, 1))) return argumentCount(L);
  const message = argument(L, 2);
  if (message === undefined) return raise(L, 'assertion failed!');
  return message.type === STRING ? raise(L, textOf(message)!) : raiseValue(L, message.type, message.value);
};

const error: HostCode = (L) => {
  const level = optionalInteger(L, 2, 1);
  setCount(L, 1);
  const value = argument(L, 1)!;
  if (value.type !== STRING || level <= 0) return raiseValue(L, value.type, value.value);
  const prefix = position(L, level);
  return raiseValue(L, STRING, prefix === '' ? value.value : textSlot(prefix + textOf(value)!).value);
};

const getmetatable: HostCode = (L) => {
  const value = checkAny(L, 1);
  const metatable = metatableOf(L, value);
  const shown = metafield(L, value, '__metatable');
  if (shown.type !== NIL) pushSlot(L, shown);
  else if (metatable === null) pushNil(L);
  else push(L, TABLE, metatable);
  return 1;
};

const setmetatable: HostCode = (L) => {
  const table = checkTable(L, 1);
  const metatable = argument(L, 2);
  if (metatable?.type !== TABLE && metatable?.type !== NIL)
    return argumentError(L, 2, 'nil or table expected');
  if (table.metatable !== null && table.metatable.getString('__metatable').type !== NIL) {
    return raise(L, 'cannot change a protected metatable');
  }
  if (table.isProtected) return raise(L, 'cannot change the metatable of a read-only table');
  table.metatable = metatable.type === NIL ? null : (metatable.value as Table);
  setCount(L, 1);
  return 1;
};

const rawequal: HostCode = (L) => {
  pushBoolean(L, lvm.luaV_equalobj(null, checkAny(L, 1), checkAny(L, 2)) === 1);
  return 1;
};

const rawget: HostCode = (L) => {
  pushSlot(L, checkTable(L, 1).get(checkAny(L, 2)));
  return 1;
};

const rawset: HostCode = (L) => {
  assign(L, checkTable(L, 1), checkAny(L, 2), checkAny(L, 3));
  setCount(L, 1);
  return 1;
};

const rawlen: HostCode = (L) => {
  const value = argument(L, 1);
  if (value?.type === TABLE) pushNumber(L, (value.value as Table).length);
  else if (value?.type === STRING) pushNumber(L, textOf(value)!.length);
  else return argumentError(L, 1, 'table or string expected');
  return 1;
};

const select: HostCode = (L) => {
  const count = argumentCount(L);
  const which = argument(L, 1);
  if (which?.type === STRING && textOf(which) === '#') {
    pushNumber(L, count - 1);
    return 1;
  }
  const n = checkInteger(L, 1);
  const first = n < 0 ? count + n : n;
  if (first < 1) return argumentError(L, 1, 'index out of range');
  return Math.max(0, count - first);
};

const tonumber: HostCode = (L) => {
  if (!isNoneOrNil(L, 2)) return toNumberInBase(L);
  const value = checkAny(L, 1);
  if (value.type === INTEGER || value.type === FLOAT) pushSlot(L, value);
  else pushParsed(L, value.type === STRING ? parseNumeral(textOf(value)!) : undefined);
  return 1;
};

function toNumberInBase(L: State): number {
  const value = argument(L, 1);
  if (value?.type !== STRING) return typeError(L, 1, 'string');
  const base = checkInteger(L, 2);
  if (base < 2 || base > 36) return argumentError(L, 2, 'base out of range');
  const number = parseInBase(textOf(value)!, base);
  if (number === undefined) pushNil(L);
  else pushNumber(L, number);
  return 1;
}

function parseInBase(text: string, base: number): number | undefined {
  const numeral = trimSpace(text);
  const isNegative = numeral.startsWith('-');
  let number = 0;
  for (let at = isNegative ? 1 : 0; at < numeral.length; at++) {
    const digit = digitOf(numeral.charCodeAt(at));
    if (digit >= base) return undefined;
    number = number * base + digit;
  }
  if (numeral.length === (isNegative ? 1 : 0)) return undefined;
  return isNegative ? -number : number;
}

/** What a digit or letter stands for; more than any base for all else. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = (code | 32) - 97;
  return letter >= 0 && letter < 26 ? letter + 10 : 36;
}

function pushParsed(L: State, numeral: { value: number; isInteger: boolean } | undefined): void {
  if (numeral === undefined) pushNil(L);
  else if (numeral.isInteger) pushNumber(L, numeral.value);
  else push(L, FLOAT, numeral.value);
}

const tostring: HostCode = (L) => {
  const value = checkAny(L, 1);
  if (metatableOf(L, value) !== null) return drive(L, tostringResult(L));
  pushText(L, plainText(L, value));
  return 1;
};

function* tostringResult(L: State): Steps {
  return [textSlot(yield* tostringSteps(L, argument(L, 1)!))];
}

const type: HostCode = (L) => {
  pushText(L, typeName(checkAny(L, 1)));
  return 1;
};

/** Lua's basic functions, less those that load code, print, or reach outside. */
export const baseLibrary: Library = {
  _VERSION: textSlot('Lua 5.3'),
  assert,
  error,
  getmetatable,
  rawequal,
  rawget,
  rawlen,
  rawset,
  select,
  setmetatable,
  tonumber,
  tostring,
  type,
};
