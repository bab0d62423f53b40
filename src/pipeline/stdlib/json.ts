import { fromText, isUtf8, type PlainData, toText } from '../../lua/index.js';
import { stringArgument } from './argument.js';
import type { LibraryFunction } from './library-function.js';

/** `(parse-json text)`: JSON as tables; null is nil. */
export const parseJson: LibraryFunction = (vm, [text]) => {
  const json = stringArgument(text, 'parse-json: the text');
  if (!isUtf8(json)) throw new Error('parse-json: the text is not UTF-8');
  try {
    return vm.fromPlain(JSON.parse(toText(json)) as PlainData);
  } catch (error) {
    throw new Error(`parse-json: ${(error as Error).message}`);
  }
};

/** `(to-json value)`: a value as JSON; a table with the keys 1 to n is a list, an empty one an object. */
export const toJson: LibraryFunction = (vm, [value]) => fromText(JSON.stringify(vm.toPlain(value)));
