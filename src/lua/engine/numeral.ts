import { general } from './decimal.js';

/**
 * Reading and writing numbers as Lua 5.3 does. Integers are exact up to 2^53; what Lua would hold as a
 * larger integer is a float here.
 */

export interface Numeral {
  readonly value: number;
  readonly isInteger: boolean;
}

const DECIMAL_INTEGER = /^[+-]?[0-9]+$/;
const HEX_INTEGER = /^([+-]?)0[xX]([0-9a-fA-F]+)$/;
const DECIMAL_FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?[0-9]+))?$/;
const SPACE = ' \t\n\v\f\r';

/** The number a text denotes, white space around it allowed; undefined when it denotes none. */
export function parseNumeral(text: string): Numeral | undefined {
  const numeral = trimSpace(text);
  if (DECIMAL_INTEGER.test(numeral)) return integerOrFloat(Number(numeral));
  if (DECIMAL_FLOAT.test(numeral)) return { value: Number(numeral), isInteger: false };
  return parseHexInteger(numeral) ?? parseHexFloat(numeral);
}

/** `tostring` of a float: 14 significant digits, and a mark that it is one. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return formatNonFinite(value);
  const text = general(value, 14);
  return /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
}

/** As the C library of the reference implementation prints them; a NaN from arithmetic is negative there. */
export function formatNonFinite(value: number): string {
  if (Number.isNaN(value)) return '-nan';
  return value > 0 ? 'inf' : '-inf';
}

/** Without the white space around it, as C knows it. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.includes(text[start]!)) start++;
  while (end > start && SPACE.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

function integerOrFloat(value: number): Numeral {
  return { value: value + 0, isInteger: Number.isSafeInteger(value) };
}

/** Hexadecimal integers wrap at 64 bits, as in Lua: `0xffffffffffffffff` is -1. */
function parseHexInteger(numeral: string): Numeral | undefined {
  const match = HEX_INTEGER.exec(numeral);
  if (match === null) return undefined;
  const digits = BigInt(`0x${match[2]!.slice(-16)}`);
  return integerOrFloat(Number(BigInt.asIntN(64, match[1] === '-' ? -digits : digits)));
}

function parseHexFloat(numeral: string): Numeral | undefined {
  const match = HEX_FLOAT.exec(numeral);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (whole + fraction === '') return undefined;
  // More digits than a double holds only move the exponent.
  const kept = digits.slice(0, 30);
  let value = 0;
  for (const digit of kept) value = value * 16 + Number.parseInt(digit, 16);
  const exponent = 4 * (digits.length - kept.length - fraction.length) + Number(power);
  value = scale(value, exponent);
  return { value: sign === '-' ? -value : value, isInteger: false };
}

/** value × 2^exponent in steps that neither overflow nor lose a denormal early. */
export function scale(value: number, exponent: number): number {
  let result = value;
  let left = Math.max(-5000, Math.min(5000, exponent));
  while (left !== 0) {
    const step = Math.max(-1000, Math.min(1000, left));
    result *= 2 ** step;
    left -= step;
  }
  return result;
}
