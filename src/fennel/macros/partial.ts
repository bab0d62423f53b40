import type { BuiltinMacro, Node } from '../node.js';
import { call, list, sequence } from './construct.js';
import { isRepeatable } from './shape.js';

/** `(partial f a b)`: a function that calls f with a, b and then its own arguments. */
export const partial: BuiltinMacro = (form, context) => {
  const [, target, ...given] = form.items;
  if (target === undefined) {
    return context.fail(
      'macro-usage',
      'expected a function to partially apply',
      form,
      'add the function after partial',
    );
  }
  // What is no literal or plain variable is evaluated once, when the function is made.
  const bindings: Node[] = [];
  const once = (node: Node): Node => {
    if (isRepeatable(node)) return node;
    const name = context.gensym('partial', node.pos);
    bindings.push(name, node);
    return name;
  };
  // A symbol in head position may name a special form, so it stays where it is.
  const head = target.kind === 'sym' ? target : once(target);
  const rest: Node = { kind: 'varg', pos: form.pos };
  const applied = list(form.pos, head, ...given.map(once), rest);
  const made = call(form.pos, 'fn', sequence(form.pos, rest), applied);
  return bindings.length === 0 ? made : call(form.pos, 'let', sequence(form.pos, ...bindings), made);
};
