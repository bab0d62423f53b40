import { coreOf } from '../core.js';
import { argumentCount, pushNumber, reserve } from '../engine/stack.js';
import type { HostCode } from '../engine/state.js';
import { raise } from '../engine/raise.js';
import { argumentError, checkInteger, checkText, optionalInteger, optionalText } from './check.js';
import type { Library } from './library.js';
import { format } from './format.js';
import { find, gmatch, gsub, match } from './match.js';
import { pack, packsize, unpack } from './pack.js';
import { absolute, pushMade } from './text-position.js';

/** Bytes that one `byte` gives back at most. */
const MAX_RESULTS = 100_000;

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

const lower: HostCode = (L) => pushMade(L, shiftCase(checkText(L, 1), 65, 90, 32));
const upper: HostCode = (L) => pushMade(L, shiftCase(checkText(L, 1), 97, 122, -32));

/** As in the C locale: only ASCII letters have another case. */
function shiftCase(text: string, first: number, last: number, distance: number): string {
  const bytes = Buffer.from(text, 'latin1');
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! >= first && bytes[i]! <= last) bytes[i]! += distance;
  }
  return bytes.toString('latin1');
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
