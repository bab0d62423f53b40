import type { ByteString } from './byte-string.js';
import type { TValue } from './state.js';
import { LIGHT_USERDATA, STRING } from './tags.js';

/** Whether two values of one type are the same to Lua. */
export function sameValue(a: TValue, b: TValue): boolean {
  return a.type === STRING
    ? (a.value as ByteString).text === (b.value as ByteString).text
    : a.value === b.value;
}

/**
 * A map key that is the same for equal Lua values: text for strings, the number for numbers, identity for
 * objects. Light userdata are only made by the code generator, for numbers; the mark before theirs is no
 * byte, so no string is equal to it.
 */
export function hashOf(key: TValue): unknown {
  if (key.type === STRING) return (key.value as ByteString).text;
  if (key.type === LIGHT_USERDATA) return `\u0100${String(key.value)}`;
  return key.value;
}

/** Whether a key, as `hashOf` has it, could be an index of the array. */
export function isArrayKey(hash: unknown): boolean {
  return typeof hash === 'number' && hash >= 1 && Number.isSafeInteger(hash);
}
