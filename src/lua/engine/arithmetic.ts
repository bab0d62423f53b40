import type { ByteString } from './byte-string.js';
import { ldebug, ltm } from './fengari.js';
import { parseNumeral } from './numeral.js';
import type { State, TValue } from './state.js';
import {
  FLOAT,
  INTEGER,
  STRING,
  TM_ADD,
  TM_BAND,
  TM_BOR,
  TM_BXOR,
  TM_DIV,
  TM_IDIV,
  TM_MOD,
  TM_MUL,
  TM_POW,
  TM_SHL,
  TM_SHR,
  TM_SUB,
  TM_UNM,
} from './tags.js';

/**
 * Lua's arithmetic. An integer is any whole number up to 2^53 in size, exactly; a result beyond becomes a
 * float, where Lua 5.3 would wrap at 64 bits and fengari wraps at 32. Bit operators work on 64 bits.
 */

export function integerModulo(L: State | null, a: number, b: number): number {
  if (b === 0) return raise(L, "attempt to perform 'n%%0'");
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest + 0;
}

export function integerDivide(L: State | null, a: number, b: number): number {
  if (b === 0) return raise(L, 'attempt to divide by zero');
  // The difference is an exact multiple, so the quotient is exact where a / b might round.
  const rest = a % b;
  const towardZero = (a - rest) / b;
  return (rest !== 0 && rest < 0 !== b < 0 ? towardZero - 1 : towardZero) + 0;
}

export function floatModulo(a: number, b: number): number {
  const rest = a % b;
  return rest * b < 0 ? rest + b : rest;
}

/** C's `pow`: 1 to any power, and -1 to an infinite one, is 1; JavaScript says NaN. */
export function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
  return a ** b;
}

export function bitAnd(a: number, b: number): number {
  return isInt32(a) && isInt32(b) ? a & b : from64(BigInt(a) & BigInt(b));
}

export function bitOr(a: number, b: number): number {
  return isInt32(a) && isInt32(b) ? a | b : from64(BigInt(a) | BigInt(b));
}

export function bitXor(a: number, b: number): number {
  return isInt32(a) && isInt32(b) ? a ^ b : from64(BigInt(a) ^ BigInt(b));
}

export function bitNot(a: number): number {
  return Number.isSafeInteger(a) ? -1 - a : from64(~BigInt(a));
}

/** Logical shift to the left; a negative distance shifts to the right. */
export function shiftLeft(a: number, distance: number): number {
  if (distance < 0) return shiftRight(a, -distance);
  if (distance >= 64) return 0;
  const product = a * 2 ** distance;
  return Number.isSafeInteger(product) ? product : from64(BigInt(a) << BigInt(distance));
}

export function shiftRight(a: number, distance: number): number {
  if (distance < 0) return shiftLeft(a, -distance);
  if (distance >= 64) return 0;
  if (a >= 0 && Number.isSafeInteger(a)) return Math.floor(a / 2 ** distance);
  return from64(BigInt.asUintN(64, BigInt(a)) >> BigInt(distance));
}

/**
 * `result = a <event> b`, metamethods included. `L` is null while the code generator folds constants; then
 * the operands are numbers. Unary operators get their operand twice.
 */
export function arithmetic(L: State | null, event: number, a: TValue, b: TValue, result: TValue): void {
  if (event >= TM_BAND && event !== TM_UNM) {
    const x = toBits(a);
    const y = toBits(b);
    if (x !== false && y !== false) {
      setNumber(result, onBits(event, x, y));
      return;
    }
  } else if (a.type === INTEGER && b.type === INTEGER && event !== TM_DIV && event !== TM_POW) {
    setNumber(result, onIntegers(L, event, a.value as number, b.value as number));
    return;
  } else {
    const x = toNumber(a);
    const y = toNumber(b);
    if (x !== false && y !== false) {
      const value = onFloats(event, x, y);
      result.type = FLOAT;
      result.value = value;
      return;
    }
  }
  ltm.luaT_trybinTM(L!, a, b, result, event);
}

function onIntegers(L: State | null, event: number, a: number, b: number): number {
  switch (event) {
    case TM_ADD:
      return a + b;
    case TM_SUB:
      return a - b;
    case TM_MUL:
      // Zero has no sign among integers.
      return a * b + 0;
    case TM_MOD:
      return integerModulo(L, a, b);
    case TM_IDIV:
      return integerDivide(L, a, b);
    default:
      return 0 - a;
  }
}

function onFloats(event: number, a: number, b: number): number {
  switch (event) {
    case TM_ADD:
      return a + b;
    case TM_SUB:
      return a - b;
    case TM_MUL:
      return a * b;
    case TM_DIV:
      return a / b;
    case TM_MOD:
      return floatModulo(a, b);
    case TM_IDIV:
      return Math.floor(a / b);
    case TM_POW:
      return power(a, b);
    default:
      return -a;
  }
}

function onBits(event: number, a: number, b: number): number {
  switch (event) {
    case TM_BAND:
      return bitAnd(a, b);
    case TM_BOR:
      return bitOr(a, b);
    case TM_BXOR:
      return bitXor(a, b);
    case TM_SHL:
      return shiftLeft(a, b);
    case TM_SHR:
      return shiftRight(a, b);
    default:
      return bitNot(a);
  }
}

/** Stores a whole number as an integer, or as a float when it is too large for one. */
export function setNumber(result: TValue, value: number): void {
  result.type = Number.isSafeInteger(value) ? INTEGER : FLOAT;
  result.value = value;
}

/** The number a value is or, being a string, denotes. */
export function toNumber(slot: TValue): number | false {
  if (slot.type === INTEGER || slot.type === FLOAT) return slot.value as number;
  if (slot.type !== STRING) return false;
  return parseNumeral((slot.value as ByteString).text)?.value ?? false;
}

/** The integer a value is or can be without loss. */
export function toInteger(slot: TValue): number | false {
  if (slot.type === INTEGER) return slot.value as number;
  const number = toNumber(slot);
  return number !== false && Number.isSafeInteger(number) ? number + 0 : false;
}

/** An operand of a bit operator: also floats that stand for a 64-bit integer, such as `1 << 62`. */
function toBits(slot: TValue): number | false {
  if (slot.type === INTEGER) return slot.value as number;
  const number = toNumber(slot);
  if (number === false || !Number.isInteger(number)) return false;
  return number >= -(2 ** 63) && number < 2 ** 63 ? number + 0 : false;
}

function isInt32(value: number): boolean {
  return (value | 0) === value;
}

function from64(value: bigint): number {
  return Number(BigInt.asIntN(64, value));
}

function raise(L: State | null, message: string): never {
  if (L === null) throw new Error('the code generator folded a division by zero');
  return ldebug.luaG_runerror(L, Buffer.from(message));
}
