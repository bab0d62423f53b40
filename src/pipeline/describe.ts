import { isUtf8, type LuaValue, toText } from '../lua/index.js';

/** A value of a pipeline as an error message names it. */
export const describe = (value: LuaValue): string => {
  if (value === undefined) return 'nil';
  if (typeof value === 'string') {
    const text = JSON.stringify(toText(value.slice(0, 60)));
    return isUtf8(value) ? `the string ${text}` : `the malformed text ${text}`;
  }
  if (typeof value === 'object') return `a ${value.kind}`;
  return `the ${typeof value} ${value}`;
};
