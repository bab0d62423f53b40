import type { LuaValue } from '../../lua/index.js';
import { listArgument, stringArgument } from './argument.js';
import type { LibraryFunction } from './library-function.js';

/** `(shell-quote word-or-list)`: words as a shell reads them back, for commands given as one string. */
export const shellQuote: LibraryFunction = (vm, [value]) => {
  const quoteOne = (word: LuaValue): string =>
    quote(typeof word === 'number' ? vm.tostring(word) : stringArgument(word, 'shell-quote: a word'));
  if (typeof value !== 'object') return quoteOne(value);
  return listArgument(value, 'shell-quote: the argument').map(quoteOne).join(' ');
};

const quote = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
