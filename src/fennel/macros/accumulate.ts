import type { BuiltinMacro, List, MacroContext, Node } from '../node.js';
import { call, sequence } from './construct.js';

/** `(accumulate [sum 0 _ n (ipairs t)] (+ sum n))`: the last value of the body, or the first given. */
export const accumulate: BuiltinMacro = (form, context) => accumulateOver('each', form, context);

/** `(faccumulate [sum 0 i 1 10] (+ sum i))`: as accumulate, over a range of numbers. */
export const faccumulate: BuiltinMacro = (form, context) => accumulateOver('for', form, context);

function accumulateOver(loop: 'each' | 'for', form: List, context: MacroContext): Node {
  const [, head, body, ...extra] = form.items;
  if (head?.kind !== 'sequence' || head.items.length < 4) {
    return context.fail(
      'macro-usage',
      'expected initial value and iterator binding table',
      head ?? form,
      'write [result initial name (iterator)]',
    );
  }
  if (body === undefined) {
    return context.fail(
      'macro-usage',
      'expected body expression',
      form,
      'add the next value of the accumulator',
    );
  }
  if (extra.length > 0) {
    return context.fail(
      'macro-usage',
      'expected exactly one body expression',
      extra[0] as Node,
      'wrap multiple expressions with do',
    );
  }
  const { pos } = form;
  const [accumulator, initial, ...iteration] = head.items as [Node, Node, ...Node[]];
  // Several accumulators are written `(a b)` and given back as several values.
  const result =
    accumulator.kind === 'list' ? call(accumulator.pos, 'values', ...accumulator.items) : accumulator;
  return call(
    pos,
    'do',
    call(pos, 'var', accumulator, initial),
    call(pos, loop, sequence(head.pos, ...iteration), call(body.pos, 'set', accumulator, body)),
    result,
  );
}
