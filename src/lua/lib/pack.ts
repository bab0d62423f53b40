import { coreOf } from '../core.js';
import { raise } from '../engine/raise.js';
import { pushNumber, push, pushText, reserve } from '../engine/stack.js';
import type { HostCode, State } from '../engine/state.js';
import { FLOAT } from '../engine/tags.js';
import { argumentError, checkInteger, checkNumber, checkText, optionalInteger } from './check.js';
import { type Fail, PackFormat, type PackOption } from './pack-format.js';
import { absolute, pushMade } from './text-position.js';

/** `pack`, `packsize` and `unpack`. */

/** Longer formats are no formats. */
const MAX_FORMAT = 100_000;
/** Bytes of a Lua integer. */
const INTEGER_BYTES = 8;

export const pack: HostCode = (L) => {
  const format = openFormat(L);
  const core = coreOf(L);
  let packed = '';
  let argument = 1;
  while (!format.isAtEnd) {
    const option = format.next(packed.length);
    const takesArgument = !['padding', 'alignment', 'nothing'].includes(option.kind);
    if (takesArgument) argument++;
    packed += '\0'.repeat(option.align) + encode(L, option, argument);
    if (packed.length > core.maxStringBytes) core.refuseString(L, packed.length);
  }
  return pushMade(L, packed);
};

export const packsize: HostCode = (L) => {
  const format = openFormat(L);
  let size = 0;
  while (!format.isAtEnd) {
    const option = format.next(size);
    if (option.kind === 'string' || option.kind === 'zero-terminated') {
      return argumentError(L, 1, 'variable-length format');
    }
    size += option.align + option.size;
    if (size > 2 ** 31 - 1) return argumentError(L, 1, 'format result too large');
  }
  pushNumber(L, size);
  return 1;
};

export const unpack: HostCode = (L) => {
  const format = openFormat(L);
  const data = checkText(L, 2);
  let at = absolute(optionalInteger(L, 3, 1), data.length) - 1;
  if (at < 0 || at > data.length) return argumentError(L, 3, 'initial position out of string');
  let count = 0;
  while (!format.isAtEnd) {
    const option = format.next(at);
    at += option.align;
    if (at + option.size > data.length) return argumentError(L, 2, 'data string too short');
    reserve(L, 2);
    const end = decode(L, option, data, at);
    if (!['padding', 'alignment', 'nothing'].includes(option.kind)) count++;
    at = end;
  }
  pushNumber(L, at + 1);
  return count + 1;
};

function openFormat(L: State): PackFormat {
  const source = checkText(L, 1);
  if (source.length > MAX_FORMAT) return argumentError(L, 1, 'format string too long');
  return new PackFormat(source, failWith(L));
}

function failWith(L: State): Fail {
  return (message, argument) => (argument === 0 ? raise(L, message) : argumentError(L, argument, message));
}

function encode(L: State, option: PackOption, n: number): string {
  const { size } = option;
  switch (option.kind) {
    case 'int':
    case 'uint':
      return encodeInteger(checkFits(L, n, option), option);
    case 'float':
      return encodeFloat(checkNumber(L, n), option);
    case 'fixed': {
      const text = checkText(L, n);
      if (text.length > size) return argumentError(L, n, 'string longer than given size');
      if (size > coreOf(L).maxStringBytes) return coreOf(L).refuseString(L, size);
      return text.padEnd(size, '\0');
    }
    case 'string': {
      const text = checkText(L, n);
      if (size < INTEGER_BYTES && text.length >= 2 ** (size * 8)) {
        return argumentError(L, n, 'string length does not fit in given size');
      }
      return encodeInteger(text.length, option) + text;
    }
    case 'zero-terminated': {
      const text = checkText(L, n);
      if (text.includes('\0')) return argumentError(L, n, 'string contains zeros');
      return `${text}\0`;
    }
    case 'padding':
      return '\0';
    default:
      return '';
  }
}

function checkFits(L: State, n: number, { kind, size }: PackOption): number {
  const value = checkInteger(L, n);
  if (size >= INTEGER_BYTES) return value;
  const limit = 2 ** (size * 8);
  if (kind === 'int' && (value < -limit / 2 || value >= limit / 2))
    return argumentError(L, n, 'integer overflow');
  if (kind === 'uint' && (value < 0 || value >= limit)) return argumentError(L, n, 'unsigned overflow');
  return value;
}

function encodeInteger(value: number, { size, isLittleEndian }: PackOption): string {
  let bits = BigInt.asUintN(size * 8, BigInt(value));
  const bytes: number[] = [];
  for (let i = 0; i < size; i++) {
    bytes.push(Number(bits & 0xffn));
    bits >>= 8n;
  }
  return inOrder(bytes, isLittleEndian);
}

function encodeFloat(value: number, { size, isLittleEndian }: PackOption): string {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return inOrder([...new Uint8Array(view.buffer)], isLittleEndian);
}

function inOrder(littleEndian: number[], isLittleEndian: boolean): string {
  return String.fromCharCode(...(isLittleEndian ? littleEndian : littleEndian.reverse()));
}

/** Pushes the value of an option, if it has one. @returns where the data goes on */
function decode(L: State, option: PackOption, data: string, at: number): number {
  const end = at + option.size;
  switch (option.kind) {
    case 'int':
    case 'uint':
      pushNumber(L, decodeInteger(L, option, data.slice(at, end)));
      return end;
    case 'float':
      push(L, FLOAT, decodeFloat(option, data.slice(at, end)));
      return end;
    case 'fixed':
      pushText(L, data.slice(at, end));
      return end;
    case 'string': {
      const length = decodeInteger(L, option, data.slice(at, end));
      if (length < 0 || end + length > data.length) return argumentError(L, 2, 'data string too short');
      pushText(L, data.slice(end, end + length));
      return end + length;
    }
    case 'zero-terminated': {
      const zero = data.indexOf('\0', at);
      if (zero < 0) return argumentError(L, 2, "unfinished string for format 'z'");
      pushText(L, data.slice(at, zero));
      return zero + 1;
    }
    default:
      return end;
  }
}

function decodeInteger(L: State, { kind, size, isLittleEndian }: PackOption, bytes: string): number {
  let bits = 0n;
  for (let i = 0; i < size; i++) {
    bits = (bits << 8n) | BigInt(bytes.charCodeAt(isLittleEndian ? size - 1 - i : i));
  }
  const isSigned = kind === 'int' || size >= INTEGER_BYTES;
  const value = isSigned ? BigInt.asIntN(size * 8, bits) : bits;
  if (BigInt.asIntN(64, value) !== value)
    return raise(L, `${size}-byte integer does not fit into Lua Integer`);
  return Number(value);
}

function decodeFloat({ size, isLittleEndian }: PackOption, bytes: string): number {
  const view = new DataView(new ArrayBuffer(size));
  for (let i = 0; i < size; i++) view.setUint8(i, bytes.charCodeAt(i));
  return size === 4 ? view.getFloat32(0, isLittleEndian) : view.getFloat64(0, isLittleEndian);
}
