import type { BuiltinMacro, List, MacroContext, Node } from '../node.js';
import { list } from './construct.js';
import { isSym } from './shape.js';

/** `(-> x (f a) g)` is `(g (f x a))`: each form takes what came before as its first argument. */
export const threadFirst: BuiltinMacro = (form, context) => {
  const [subject, ...steps] = readThread(form, context);
  return steps.reduce(insertFirst, subject);
};

/** `(->> x (f a) g)` is `(g (f a x))`: each form takes what came before as its last argument. */
export const threadLast: BuiltinMacro = (form, context) => {
  const [subject, ...steps] = readThread(form, context);
  return steps.reduce(insertLast, subject);
};

/** The value to thread and the steps, in the order written. */
export function readThread(form: List, context: MacroContext): readonly [Node, ...Node[]] {
  const [, subject, ...steps] = form.items;
  if (subject === undefined) {
    return context.fail('macro-usage', 'expected a value to thread', form, 'add the first value');
  }
  const literal = steps.find((step) => step.kind === 'list' && isSym(step.items[0], 'hashfn'));
  if (literal !== undefined) {
    return context.fail(
      'macro-usage',
      'cannot thread a value into a function literal',
      literal,
      'put it into parentheses to call it, as in (#(+ $ 1))',
    );
  }
  return [subject, ...steps];
}

/** The step with `value` as its first argument. */
export function insertFirst(value: Node, step: Node): List {
  const [head, ...operands] = stepItems(step);
  return head === undefined ? list(step.pos, value) : list(step.pos, head, value, ...operands);
}

/** The step with `value` as its last argument. */
export function insertLast(value: Node, step: Node): List {
  return list(step.pos, ...stepItems(step), value);
}

function stepItems(step: Node): readonly Node[] {
  return step.kind === 'list' ? step.items : [step];
}
