import { listArgument, stringArgument } from './argument.js';
import type { LibraryFunction } from './library-function.js';

/** `(split text separator)`: the parts between the separators, empty ones too; an empty text has one empty part. */
export const split: LibraryFunction = (vm, [text, separator]) => {
  const by = stringArgument(separator, 'split: the separator');
  if (by === '') throw new Error('split: the separator is empty');
  return vm.createTable({ array: stringArgument(text, 'split: the text').split(by) });
};

/** `(lines text)`: the lines, without their ends; a last newline begins no line. */
export const lines: LibraryFunction = (vm, [text]) => {
  const found = stringArgument(text, 'lines: the text').split(/\r?\n/);
  if (found.at(-1) === '') found.pop();
  return vm.createTable({ array: found });
};

/** `(trim text)`: without white space at both ends. */
export const trim: LibraryFunction = (_vm, [text]) =>
  stringArgument(text, 'trim: the text')
    .replace(/^[ \t-\r]+/, '')
    .replace(/(?<![ \t-\r])[ \t-\r]+$/, '');

/** `(join list separator?)`: strings and numbers in a row, the separator (default: a space) between. */
export const join: LibraryFunction = (vm, [list, separator]) => {
  const by = separator === undefined ? ' ' : stringArgument(separator, 'join: the separator');
  const items = listArgument(list, 'join: the first argument');
  const text = items.map((item, i) =>
    typeof item === 'number' ? vm.tostring(item) : stringArgument(item, `join: item ${i + 1} of the list`),
  );
  return text.join(by);
};

/** `(starts-with? text beginning)` */
export const startsWith: LibraryFunction = (_vm, [text, beginning]) =>
  stringArgument(text, 'starts-with?: the text').startsWith(
    stringArgument(beginning, 'starts-with?: the beginning'),
  );

/** `(ends-with? text ending)` */
export const endsWith: LibraryFunction = (_vm, [text, ending]) =>
  stringArgument(text, 'ends-with?: the text').endsWith(stringArgument(ending, 'ends-with?: the ending'));
