import type { BuiltinMacro } from '../node.js';
import { call, list, sequence } from './construct.js';

/** `(pick-args n f)`: a function that calls f with exactly its first n arguments. */
export const pickArgs: BuiltinMacro = (form, context) => {
  const [, count, target] = form.items;
  if (target === undefined || form.items.length !== 3 || count === undefined) {
    return context.fail(
      'macro-usage',
      'expected a number of arguments and a function',
      form,
      'write (pick-args 2 f)',
    );
  }
  const n = count.kind === 'number' ? Number(count.text) : Number.NaN;
  if (!Number.isInteger(n) || n < 0 || n > 255) {
    return context.fail(
      'macro-usage',
      'expected n to be an integer literal between 0 and 255',
      count,
      'write the number of arguments as a literal',
    );
  }
  const names = Array.from({ length: n }, () => context.gensym('arg', form.pos));
  return call(form.pos, 'fn', sequence(form.pos, ...names), list(form.pos, target, ...names));
};
