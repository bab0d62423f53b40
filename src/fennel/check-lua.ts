import { createVm, fromText, LuaError } from '../lua/index.js';
import type { FennelError } from './errors.js';
import type { LuaText } from './lua-text/rope.js';
import type { Source } from './source.js';

/**
 * Has Lua's parser look at a chunk that may ask for more than Lua can do, such as 300 values in one list: how many
 * registers a function takes is known for sure only there. @throws FennelError
 */
export function checkLua(text: LuaText, source: Source): void {
  const vm = createVm();
  try {
    vm.load({ lua: text.lua, lineMap: text.lineMap, chunkName: fromText(source.file) });
  } catch (error) {
    if (!(error instanceof LuaError)) throw error;
    // Anything else is the fault of a `(lua …)` form, which whoever loads the chunk is told.
    if (beyondLimits.test(error.message)) throw beyondLua(error, source);
  } finally {
    vm.close();
  }
}

const beyondLimits = /too many|too long|overflow/;

function beyondLua(error: LuaError, source: Source): FennelError {
  const line = Math.max(1, error.line ?? 1);
  const column = Math.max(1, (source.line(line) ?? '').search(/\S/) + 1);
  const reason = error.message.replace(/^.*?:\d+: /, '').replace(/ near .*$/s, '');
  return source.error(
    'too-many-values',
    `expected fewer values at once: Lua says ${fromText(reason)}`,
    { file: source.file, line, column },
    'put some of the values into a table, or move part of the code into a function',
  );
}
