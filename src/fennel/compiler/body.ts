import type { Node } from '../node.js';
import type { Context, Place } from './context.js';
import { type Destination, drop, isDelivering, type Values } from './destination.js';
import { poison } from './poison.js';
import { enclose } from './temporary.js';

/** Compiles forms one after the other; the last one gives the value. */
export function body(c: Context, forms: readonly Node[], place: Place, to: Destination): Values | undefined {
  for (let i = 0; i < forms.length - 1; i++) statement(c, forms[i]!, place);
  const last = forms.at(-1);
  if (last === undefined) return [];
  if (to.kind === 'drop') {
    statement(c, last, place);
    return undefined;
  }
  if (!isDelivering(to)) return c.compile(last, place, to);
  recovering(c, last, () => c.compile(last, place, to));
  return undefined;
}

/** Compiles a form for its effects. Temporaries end with it. */
export function statement(c: Context, form: Node, place: Place): void {
  recovering(c, form, () => {
    const expanded = c.expand(form, place);
    if (declares(c, expanded)) {
      c.compile(expanded, place, drop);
      return;
    }
    const inner = place.block.child();
    c.compile(expanded, { scope: place.scope, block: inner }, drop);
    enclose(inner, place.block, form.pos.line);
  });
}

function declares(c: Context, form: Node): boolean {
  const head = form.kind === 'list' ? form.items[0] : undefined;
  return head?.kind === 'sym' && c.specials.get(head.name)?.declares === true;
}

/** A broken statement is reported and left out, so that one compilation finds the errors of the others. */
function recovering(c: Context, form: Node, work: () => void): void {
  if (!c.attempt(work)) poison(c, form);
}
