import type { BuiltinMacro, List, MacroContext, Node } from '../node.js';
import { call, integer, list, notNil, sequence } from './construct.js';
import { takeInto } from './into.js';

/** `(collect [k v (pairs t)] key value)`: a table of the keys and values; nil ones are left out. */
export const collect: BuiltinMacro = (form, context) => {
  const { iteration, target } = takeInto(form, context);
  const [, , first, second, ...extra] = form.items;
  if (first === undefined) return failBody(form, 'expected body expression', context);
  if (extra.length > 0) return failBody(form, 'expected 1 or 2 body expressions', context);
  const { pos } = form;
  const table = context.gensym('collected', pos);
  const key = context.gensym('key', first.pos);
  const value = context.gensym('value', (second ?? first).pos);
  const pair = second === undefined ? first : call(first.pos, 'values', first, second);
  const store = call(
    first.pos,
    'let',
    sequence(first.pos, list(first.pos, key, value), pair),
    call(
      first.pos,
      'if',
      call(first.pos, 'and', notNil(key), notNil(value)),
      call(first.pos, 'tset', table, key, value),
    ),
  );
  const empty: Node = target ?? { kind: 'table', entries: [], pos };
  return call(pos, 'let', sequence(pos, table, empty), call(pos, 'each', iteration, store), table);
};

/** `(icollect [_ v (ipairs t)] value)`: a sequence of the values; nil ones are left out. */
export const icollect: BuiltinMacro = (form, context) => collectSequence('each', form, context);

/** `(fcollect [i 1 10] value)`: as icollect, over a range of numbers. */
export const fcollect: BuiltinMacro = (form, context) => collectSequence('for', form, context);

function collectSequence(loop: 'each' | 'for', form: List, context: MacroContext): Node {
  const { iteration, target } = takeInto(form, context);
  const [, , body, ...extra] = form.items;
  if (body === undefined) return failBody(form, 'expected body expression', context);
  if (extra.length > 0) return failBody(form, 'expected exactly one body expression', context);
  const { pos } = form;
  const table = context.gensym('collected', pos);
  const count = context.gensym('count', pos);
  const value = context.gensym('value', body.pos);
  const store = call(
    body.pos,
    'if',
    notNil(value),
    call(
      body.pos,
      'do',
      call(body.pos, 'set', count, call(body.pos, '+', count, integer(body.pos, 1))),
      call(body.pos, 'tset', table, count, value),
    ),
  );
  return call(
    pos,
    'let',
    sequence(pos, table, target ?? sequence(pos)),
    call(pos, 'var', count, target === undefined ? integer(pos, 0) : call(pos, 'length', table)),
    call(pos, loop, iteration, call(body.pos, 'let', sequence(body.pos, value, body), store)),
    table,
  );
}

function failBody(form: List, message: string, context: MacroContext): never {
  return context.fail(
    'macro-usage',
    message,
    form,
    'wrap multiple expressions with do, or add the missing one',
  );
}
