import { expect, it } from 'vitest';
import { errorOf, runSync } from './run.js';

const strangeLength = 'setmetatable({}, {__len = function() return 1.5 end})';

it.each<[lua: string, message: string]>([
  [`table.insert(${strangeLength}, 1)`, 'object length is not an integer'],
  ['rawlen(5)', "bad argument #1 to 'rawlen' (table or string expected)"],
  ['string.format("%q", {})', 'value has no literal form'],
  ['string.packsize("c2000000000c2000000000")', "bad argument #1 to 'packsize' (format result too large)"],
  ['string.byte(("x"):rep(3000000), 1, -1)', 'string slice too long'],
  ['string.gsub("x", "x", "%9")', 'invalid capture index %9'],
  ['utf8.len("abc", 1, 9)', "bad argument #3 to 'len' (final position out of string)"],
  ['utf8.len("abc", 9)', "bad argument #2 to 'len' (initial position out of string)"],
  ['utf8.offset("abc", 1, 9)', "bad argument #3 to 'offset' (position out of range)"],
  ['utf8.offset("\\xce\\xbb", 1, 2)', 'initial position is a continuation byte'],
  ['utf8.codepoint("\\xff")', 'invalid UTF-8 code'],
  ['utf8.codepoint("abc", 1, 9)', "bad argument #3 to 'codepoint' (out of range)"],
  ['for _ in utf8.codes("\\xff") do end', 'invalid UTF-8 code'],
  ['table.move({}, 1, math.maxinteger, 2)', "bad argument #4 to 'move' (destination wrap around)"],
  ['table.move({}, -1, math.maxinteger, 2)', "bad argument #3 to 'move' (too many elements to move)"],
  ['table.concat({1, {}})', "invalid value (table) at index 2 in table for 'concat'"],
  ['setmetatable(1, {})', "bad argument #1 to 'setmetatable' (table expected, got number)"],
  ['setmetatable(string, {})', 'cannot change the metatable of a read-only table'],
  [
    'string.rep = 1',
    "attempt to change field 'rep' of a read-only table: keep the new value in a local or a table of your own",
  ],
])('%s', (lua, message) => {
  expect(errorOf(() => runSync(lua)).message).toBe(`test.lua:1: ${message}`);
});
