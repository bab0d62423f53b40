import type { BuiltinMacro, List, MacroContext, Node } from '../node.js';
import { call, notNil, sequence } from './construct.js';
import { insertFirst, insertLast, readThread } from './thread.js';

/** `(-?> x (f a) g)`: as `->`, but ends with nil as soon as a step gives nil (false goes on). */
export const threadFirstMaybe: BuiltinMacro = (form, context) => threadMaybe(form, context, insertFirst);

/** `(-?>> x (f a) g)`: as `->>`, but ends with nil as soon as a step gives nil (false goes on). */
export const threadLastMaybe: BuiltinMacro = (form, context) => threadMaybe(form, context, insertLast);

function threadMaybe(form: List, context: MacroContext, insert: (value: Node, step: Node) => List): Node {
  const [subject, ...steps] = readThread(form, context);
  // Built from the last step outwards: each step is nested in the test of the value before it.
  const temporaries = steps.map((step) => context.gensym('step', step.pos));
  const values = steps.map((step, i) => {
    const before = temporaries[i - 1];
    return before === undefined ? subject : insert(before, steps[i - 1] ?? step);
  });
  return steps.reduceRight<Node>((rest, step, i) => {
    const temporary = temporaries[i] as Node;
    const isLast = i === steps.length - 1;
    const next = isLast ? insert(temporary, step) : rest;
    return call(
      step.pos,
      'let',
      sequence(step.pos, temporary, values[i] as Node),
      call(step.pos, 'if', notNil(temporary), next, temporary),
    );
  }, subject);
}
