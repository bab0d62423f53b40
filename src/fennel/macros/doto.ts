import type { BuiltinMacro } from '../node.js';
import { call, sequence } from './construct.js';
import { isPlainSym } from './shape.js';
import { insertFirst } from './thread.js';

/** `(doto x (f a) g)`: calls `(f x a)` and `(g x)` for their effects and gives back x. */
export const doto: BuiltinMacro = (form, context) => {
  const [, subject, ...steps] = form.items;
  if (subject === undefined) {
    return context.fail('macro-usage', 'missing subject', form, 'add the value to act on');
  }
  if (isPlainSym(subject)) {
    return call(form.pos, 'do', ...steps.map((step) => insertFirst(subject, step)), subject);
  }
  const value = context.gensym('doto', subject.pos);
  return call(
    form.pos,
    'let',
    sequence(subject.pos, value, subject),
    ...steps.map((step) => insertFirst(value, step)),
    value,
  );
};
