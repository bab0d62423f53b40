import { put } from '../compiler/bind.js';
import { statement } from '../compiler/body.js';
import type { Context, Place, Special } from '../compiler/context.js';
import { deliver } from '../compiler/deliver.js';
import type { Destination, Values } from '../compiler/destination.js';
import { oneValue } from '../compiler/destination.js';
import { spread, value } from '../compiler/operands.js';
import { temporaryTarget } from '../compiler/pattern-target.js';
import { save } from '../compiler/temporary.js';
import { constantName, nil, single } from '../lua-text/expression.js';
import type { Node } from '../node.js';

/** `(values a b …)`: several values; in a place for one, the first, when all are evaluated. */
export const values: Special = {
  compile: (form, c, place, to) => compileValues(c, form.items.slice(1), place, to),
};

/** `(pick-values n …)`: exactly n values. */
export const pickValues: Special = {
  compile(form, c, place) {
    const [, count, ...items] = form.items;
    const n = count?.kind === 'number' ? Number(count.text) : Number.NaN;
    if (!(Number.isInteger(n) && n >= 0)) {
      c.fail(
        'bad-count',
        'expected the number of values to be an integer >= 0',
        form,
        'write the number itself, as in (pick-values 2 (f))',
      );
    }
    if (n === 0) {
      for (const item of items) statement(c, item, place);
      return [];
    }
    if (n === 1) return compileValues(c, items, place, oneValue)!.map(single);
    const line = form.pos.line;
    const targets = Array.from({ length: n }, () => temporaryTarget(place.block));
    put(targets, place, line, (inner, into) => {
      const given = compileValues(c, items, inner, into);
      if (given !== undefined) deliver(given, into, inner.block, line);
    });
    return targets.map((target) => constantName(target.reference));
  },
};

function compileValues(
  c: Context,
  items: readonly Node[],
  place: Place,
  to: Destination,
): Values | undefined {
  if (to.kind !== 'one') return spread(c, [], items, place, to, (built) => built);
  const [first, ...others] = items;
  if (first === undefined) return [nil];
  const expression = value(c, first, place);
  const after = place.block.child();
  for (const other of others) statement(c, other, { scope: place.scope, block: after });
  if (after.empty || expression.stable) {
    place.block.splice(after);
    return [expression];
  }
  const kept = save(expression, place.block, first.pos.line);
  place.block.splice(after);
  return [kept];
}
