import { coreOf } from '../core.js';
import { BYTES_PER_INSTRUCTION, LONG } from '../engine/concat.js';
import { pushNumber, pushText, reserve } from '../engine/stack.js';
import { argumentCount } from '../engine/stack.js';
import type { HostCode, State } from '../engine/state.js';
import { raise } from '../engine/raise.js';
import { argumentError, checkInteger, checkText, optionalInteger, optionalText } from './check.js';
import type { Library } from './library.js';
import { format } from './format.js';
import { find, gmatch, gsub, match } from './match.js';
import { pack, packsize, unpack } from './pack.js';

/** Bytes that one `byte` gives back at most. */
const MAX_RESULTS = 100_000;

/** A position as Lua counts: from 1, or back from the end. */
export function absolute(position: number, length: number): number {
  if (position >= 0) return position;
  return -position > length ? 0 : length + position + 1;
}

/** Pushes a string that a library function has made. */
export function pushMade(L: State, text: string): number {
  if (text.length > LONG) coreOf(L).charge(L, text.length / BYTES_PER_INSTRUCTION);
  pushText(L, text);
  return 1;
}

const byte: HostCode = (L) => {
  const text = checkText(L, 1);
  const start = absolute(optionalInteger(L, 2, 1), text.length);
  const end = absolute(optionalInteger(L, 3, start), text.length);
  const first = Math.max(start, 1);
  const last = Math.min(end, text.length);
  if (first > last) return 0;
  const count = last - first + 1;
  if (count > MAX_RESULTS) return raise(L, 'string slice too long');
  reserve(L, count);
  for (let i = first; i <= last; i++) pushNumber(L, text.charCodeAt(i - 1));
  return count;
};

const char: HostCode = (L) => {
  let text = '';
  for (let n = 1; n <= argumentCount(L); n++) {
    const code = checkInteger(L, n);
    if (code < 0 || code > 255) return argumentError(L, n, 'value out of range');
    text += String.fromCharCode(code);
  }
  return pushMade(L, text);
};

const len: HostCode = (L) => {
  pushNumber(L, checkText(L, 1).length);
  return 1;
};

// As in the C locale: only ASCII letters have another case.
const lower: HostCode = (L) =>
  pushMade(
    L,
    changeCase(checkText(L, 1), (run) => run.toLowerCase()),
  );
const upper: HostCode = (L) =>
  pushMade(
    L,
    changeCase(checkText(L, 1), (run) => run.toUpperCase()),
  );

function changeCase(text: string, change: (ascii: string) => string): string {
  return text.replace(/[A-Za-z]+/g, change);
}

const rep: HostCode = (L) => {
  const text = checkText(L, 1);
  const count = checkInteger(L, 2);
  const separator = optionalText(L, 3, '');
  if (count <= 0) return pushMade(L, '');
  const bytes = text.length * count + separator.length * (count - 1);
  const core = coreOf(L);
  if (bytes > core.maxStringBytes) core.refuseString(L, bytes);
  if (bytes === 0) return pushMade(L, '');
  return pushMade(L, (text + separator).repeat(count - 1) + text);
};

const reverse: HostCode = (L) => {
  const text = checkText(L, 1);
  return pushMade(L, Buffer.from(text, 'latin1').reverse().toString('latin1'));
};

const sub: HostCode = (L) => {
  const text = checkText(L, 1);
  const start = Math.max(absolute(checkInteger(L, 2), text.length), 1);
  const end = Math.min(absolute(optionalInteger(L, 3, -1), text.length), text.length);
  return pushMade(L, start > end ? '' : text.slice(start - 1, end));
};

/** Lua's `string`, less `dump`. */
export const stringLibrary: Library = {
  byte,
  char,
  find,
  format,
  gmatch,
  gsub,
  len,
  lower,
  match,
  pack,
  packsize,
  rep,
  reverse,
  sub,
  unpack,
  upper,
};
