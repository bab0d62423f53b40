import type { Core } from '../core.js';
import { TValueClass } from '../engine/fengari.js';
import { Table } from '../engine/table.js';
import { BASE_STRING, TABLE } from '../engine/tags.js';
import { baseLibrary } from './base.js';
import { coroutineLibrary } from './coroutine.js';
import { fill, openLibrary, textSlot } from './library.js';
import { mathLibrary } from './math.js';
import { protectedCallLibrary } from './protected-call.js';
import { stringLibrary } from './string.js';
import { tableLibrary } from './table.js';
import { traverseLibrary } from './traverse.js';
import { utf8Library } from './utf8.js';

/**
 * Fills the globals of a new VM: the basic functions and `coroutine math string table utf8`, in which the
 * standard names cannot be replaced. There is no `io`, `os`, `debug`, `package` or `load` to find.
 */
export function openLibraries(core: Core, seed: string): void {
  const { globals } = core;
  fill(core, globals, baseLibrary);
  fill(core, globals, traverseLibrary);
  fill(core, globals, protectedCallLibrary);
  const string = openLibrary(core, 'string', stringLibrary);
  const libraries = [
    string,
    openLibrary(core, 'coroutine', coroutineLibrary),
    openLibrary(core, 'math', mathLibrary(seed)),
    openLibrary(core, 'table', tableLibrary),
    openLibrary(core, 'utf8', utf8Library),
  ];
  for (const library of libraries) library.protect('existing');
  core.state.l_G.mt[BASE_STRING] = stringMetatable(core, string);
  globals.set(textSlot('_G'), new TValueClass(TABLE, globals));
}

/** What `("x"):upper()` goes through; locked, and shown to Lua code as a word. */
function stringMetatable(core: Core, string: Table): Table {
  const metatable = new Table(core.state);
  metatable.set(textSlot('__index'), new TValueClass(TABLE, string));
  metatable.set(textSlot('__metatable'), textSlot('locked'));
  metatable.flags = 0;
  metatable.protect('all');
  return metatable;
}
