import type { Block } from '../lua-text/block.js';
import { Scope } from '../scope/scope.js';
import type { Context, Place } from './context.js';
import { type Delivering, type Destination, isDelivering, type Values } from './destination.js';
import { enclose } from './temporary.js';

/** Runs `work` in a new scope whose locals live in `home`; what it defines is taken back afterwards. */
export function inScope<Result>(
  c: Context,
  home: Block,
  parent: Scope | undefined,
  work: (place: Place) => Result,
  inHashfn?: boolean,
): Result {
  const locals = c.locals.mark();
  const macros = c.macros.mark();
  const gensyms = c.autoGensyms.mark();
  const result = work({ scope: new Scope(home, parent, inHashfn), block: home });
  c.locals.takeBack(locals);
  c.macros.takeBack(macros);
  c.autoGensyms.takeBack(gensyms);
  return result;
}

/**
 * Runs `work` in a new scope inside a statement or an expression. Delivered values allow a Lua block of its own;
 * an expression that is handed back needs its locals alive where it is used, so they join the block around.
 */
export function nested(
  c: Context,
  place: Place,
  to: Destination,
  line: number,
  work: (place: Place) => Values | undefined,
): Values | undefined {
  if (!isDelivering(to)) return inScope(c, place.block, place.scope, work);
  const inner = place.block.child();
  const values = inScope(c, inner, place.scope, work);
  if (endsFunction(to)) place.block.splice(inner);
  else enclose(inner, place.block, line);
  return values;
}

/** Whether nothing in the Lua function runs after the delivery. */
export function endsFunction(to: Delivering): boolean {
  let end = to;
  while (end.kind === 'wrap') end = end.inner;
  return end.kind === 'return';
}
