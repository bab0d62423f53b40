import type { LuaTable, LuaValue } from '../../lua/index.js';
import { describe } from '../describe.js';

/** A byte string argument. @param what names it in an error: `split: the text`. */
export const stringArgument = (value: LuaValue, what: string): string => {
  if (typeof value === 'string') return value;
  throw new Error(`${what} must be a string, found ${describe(value)}`);
};

/** A list argument, as its items. */
export const listArgument = (value: LuaValue, what: string): LuaValue[] => {
  if (typeof value !== 'object' || value.kind !== 'table') {
    throw new Error(`${what} must be a list, found ${describe(value)}`);
  }
  return itemsOf(value, what);
};

const itemsOf = (table: LuaTable, what: string): LuaValue[] =>
  [...table.entries()].map(([key, item], index) => {
    if (key === index + 1) return item;
    throw new Error(`${what} must be a list, found a table with the key ${describe(key)}`);
  });
