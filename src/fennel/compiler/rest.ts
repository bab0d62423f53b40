import { callOf, constantName, type Expression, numberLiteral } from '../lua-text/expression.js';
import type { Context } from './context.js';

/** Lua for what `& rest` binds in a sequence: the items of `table` from index `from` on. */
export function restOfSequence(c: Context, table: Expression, from: number, line: number): Expression {
  const helper = c.helper(
    'rest',
    (name) =>
      `local function ${name}(t, from) local meta = getmetatable(t) ` +
      'meta = type(meta) == "table" and meta.__fennelrest if meta then return meta(t, from) end ' +
      'local rest = {} for i = from, #t do rest[i - from + 1] = t[i] end return rest end ',
  );
  return callOf(constantName(helper), [table, numberLiteral(String(from))], line);
}

/** The Lua function that gives the fields of a table without those that a pattern has taken. */
export function restOfTable(c: Context): string {
  return c.helper(
    'fields',
    (name) =>
      `local function ${name}(t, taken) local rest = {} ` +
      'for k, v in pairs(t) do if not taken[k] then rest[k] = v end end return rest end ',
  );
}
