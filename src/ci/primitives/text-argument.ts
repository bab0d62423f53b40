import { isUtf8, type LuaValue, toText } from '../../lua/index.js';
import { describe } from '../../pipeline/index.js';

/**
 * An argument that must be text: a string of UTF-8 without NUL, as the system wants it for commands and paths.
 * @param what the argument in the words of an error: `sh: the working folder`.
 */
export const textArgument = (value: LuaValue, what: string): string => {
  if (typeof value !== 'string') throw new Error(`${what} must be a string, found ${describe(value)}`);
  if (!isUtf8(value)) throw new Error(`${what} must be UTF-8 text, found ${describe(value)}`);
  if (value.includes('\0')) throw new Error(`${what} must not contain a NUL byte`);
  return toText(value);
};
