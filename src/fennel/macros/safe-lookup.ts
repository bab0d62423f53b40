import type { BuiltinMacro } from '../node.js';
import { call, notNil } from './construct.js';

/** `(?. t k1 k2)`: as `.`, but nil as soon as something looked into is nil. */
export const safeLookup: BuiltinMacro = (form, context) => {
  const [, subject, ...keys] = form.items;
  if (subject === undefined) {
    return context.fail('macro-usage', 'expected table argument', form, 'add the table to look into');
  }
  if (keys.length === 0) return subject;
  // One variable goes down the keys, so that the depth of the code does not grow with their number.
  const value = context.gensym('found', subject.pos);
  const lookups = keys.map((key) =>
    call(
      key.pos,
      'if',
      notNil({ ...value, pos: key.pos }),
      call(key.pos, 'set', value, call(key.pos, '.', value, key)),
    ),
  );
  return call(form.pos, 'do', call(subject.pos, 'var', value, subject), ...lookups, value);
};
