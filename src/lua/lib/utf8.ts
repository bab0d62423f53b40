import { coreOf } from '../core.js';
import { raise } from '../engine/raise.js';
import { argument, argumentCount, push, pushNil, pushNumber, pushSlot, reserve } from '../engine/stack.js';
import type { HostCode, State } from '../engine/state.js';
import { HOST_FUNCTION, INTEGER } from '../engine/tags.js';
import { argumentError, checkInteger, checkText, optionalInteger } from './check.js';
import { type Library, textSlot } from './library.js';
import { absolute, pushMade } from './text-position.js';

const MAX_CODE = 0x10ffff;
const MAX_RESULTS = 100_000;

const char: HostCode = (L) => {
  let text = '';
  for (let n = 1; n <= argumentCount(L); n++) {
    const code = checkInteger(L, n);
    if (code < 0 || code > MAX_CODE) return argumentError(L, n, 'value out of range');
    text += encode(code);
  }
  return pushMade(L, text);
};

const codepoint: HostCode = (L) => {
  const text = checkText(L, 1);
  const first = absolute(optionalInteger(L, 2, 1), text.length);
  const last = absolute(optionalInteger(L, 3, first), text.length);
  if (first < 1) return argumentError(L, 2, 'out of range');
  if (last > text.length) return argumentError(L, 3, 'out of range');
  if (last - first >= MAX_RESULTS) return raise(L, 'string slice too long');
  const codes: number[] = [];
  for (let at = first - 1; at < last; ) {
    const decoded = decode(text, at);
    if (decoded === undefined) return raise(L, 'invalid UTF-8 code');
    codes.push(decoded.code);
    at += decoded.length;
  }
  reserve(L, codes.length);
  for (const code of codes) pushNumber(L, code);
  return codes.length;
};

const len: HostCode = (L) => {
  const text = checkText(L, 1);
  const first = absolute(optionalInteger(L, 2, 1), text.length);
  const last = absolute(optionalInteger(L, 3, -1), text.length);
  if (first < 1 || first > text.length + 1) return argumentError(L, 2, 'initial position out of string');
  if (last > text.length) return argumentError(L, 3, 'final position out of string');
  let count = 0;
  for (let at = first - 1; at < last; count++) {
    const decoded = decode(text, at);
    if (decoded === undefined) {
      pushNil(L);
      pushNumber(L, at + 1);
      return 2;
    }
    at += decoded.length;
  }
  coreOf(L).charge(L, count / 8);
  pushNumber(L, count);
  return 1;
};

const offset: HostCode = (L) => {
  const text = checkText(L, 1);
  const n = checkInteger(L, 2);
  const start = absolute(optionalInteger(L, 3, n > 0 ? 1 : text.length + 1), text.length) - 1;
  if (start < 0 || start > text.length) return argumentError(L, 3, 'position out of range');
  const found = offsetFrom(L, text, n, start);
  if (found === undefined) pushNil(L);
  else pushNumber(L, found + 1);
  return 1;
};

function offsetFrom(L: State, text: string, n: number, start: number): number | undefined {
  let at = start;
  if (n === 0) {
    while (at > 0 && isContinuation(text, at)) at--;
    return at;
  }
  if (isContinuation(text, at)) return raise(L, 'initial position is a continuation byte');
  let left = n;
  for (; left < 0 && at > 0; left++) {
    do at--;
    while (at > 0 && isContinuation(text, at));
  }
  for (left = n > 0 ? n - 1 : left; left > 0 && at < text.length; left--) {
    do at++;
    while (isContinuation(text, at));
  }
  return left === 0 ? at : undefined;
}

const codes: HostCode = (L) => {
  checkText(L, 1);
  push(L, HOST_FUNCTION, nextCode);
  pushSlot(L, argument(L, 1)!);
  push(L, INTEGER, 0);
  return 3;
};

const nextCode: HostCode = (L) => {
  const text = checkText(L, 1);
  let at = checkInteger(L, 2) - 1;
  if (at >= 0) {
    do at++;
    while (isContinuation(text, at));
  } else at = 0;
  if (at >= text.length) return 0;
  const decoded = decode(text, at);
  if (decoded === undefined || isContinuation(text, at + decoded.length))
    return raise(L, 'invalid UTF-8 code');
  pushNumber(L, at + 1);
  pushNumber(L, decoded.code);
  return 2;
};

function isContinuation(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xc0) === 0x80;
}

/** One character as bytes; unlike JavaScript, Lua encodes surrogates like any other code. */
function encode(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  const tail = (shift: number) => 0x80 | ((code >> shift) & 0x3f);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), tail(0));
  if (code < 0x10000) return String.fromCharCode(0xe0 | (code >> 12), tail(6), tail(0));
  return String.fromCharCode(0xf0 | (code >> 18), tail(12), tail(6), tail(0));
}

/** Codes that need fewer bytes are no valid spelling. */
const SMALLEST = [0, 0x80, 0x800, 0x10000];

function decode(text: string, at: number): { code: number; length: number } | undefined {
  const lead = text.charCodeAt(at);
  if (lead < 0x80) return { code: lead, length: 1 };
  const more = lead >= 0xf8 || lead < 0xc0 ? 0 : lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  if (more === 0) return undefined;
  let code = lead & (0x3f >> more);
  for (let i = 1; i <= more; i++) {
    if (at + i >= text.length || !isContinuation(text, at + i)) return undefined;
    code = (code << 6) | (text.charCodeAt(at + i) & 0x3f);
  }
  return code < SMALLEST[more]! || code > MAX_CODE ? undefined : { code, length: more + 1 };
}

export const utf8Library: Library = {
  char,
  charpattern: textSlot('[\0-\x7f\xc2-\xf4][\x80-\xbf]*'),
  codepoint,
  codes,
  len,
  offset,
};
