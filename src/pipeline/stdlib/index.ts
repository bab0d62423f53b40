import type { LuaTable, LuaValue, Vm } from '../../lua/index.js';
import { compareVersions } from './compare-versions.js';
import { globMatches } from './glob.js';
import { parseJson, toJson } from './json.js';
import type { LibraryFunction } from './library-function.js';
import { shellQuote } from './shell-quote.js';
import { endsWith, join, lines, split, startsWith, trim } from './text.js';

/**
 * The table that `(require :quire.stdlib)` gives: what pipelines do to the words that commands print.
 *
 * @param show writes a value as Fennel source, for `view`.
 */
export const createStdlib = (vm: Vm, show: (value: LuaValue) => string): LuaTable => {
  const functions: Record<string, LibraryFunction> = {
    split,
    lines,
    trim,
    join,
    'starts-with?': startsWith,
    'ends-with?': endsWith,
    'glob?': globMatches,
    'shell-quote': shellQuote,
    'compare-versions': compareVersions,
    'parse-json': parseJson,
    'to-json': toJson,
    view: (_vm, [value]) => show(value),
  };
  const table = vm.createTable({
    entries: Object.entries(functions).map(([name, body]) => [
      name,
      vm.createFunction(name, (args) => body(vm, args)),
    ]),
  });
  vm.freeze(table);
  return table;
};
