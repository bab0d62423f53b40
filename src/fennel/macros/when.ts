import type { BuiltinMacro } from '../node.js';
import { call } from './construct.js';

/** `(when condition …body)`: the body, if the condition is neither nil nor false. */
export const when: BuiltinMacro = (form, context) => {
  const [, condition, ...body] = form.items;
  if (condition === undefined || body.length === 0) {
    return context.fail('macro-usage', 'expected body', form, 'add a condition and a body');
  }
  return call(form.pos, 'if', condition, call(form.pos, 'do', ...body));
};
