import type { List, MacroContext, Node, Sequence } from '../node.js';
import { sequence } from './construct.js';
import { isSym } from './shape.js';

/** The head of a collecting loop without its `&into` clause. */
export interface Into {
  /** What `each` or `for` takes. */
  readonly iteration: Sequence;
  /** The table to collect into; a new one when undefined. */
  readonly target: Node | undefined;
}

/** Takes `&into table` (or the older `:into table`) out of the head of a collecting loop. */
export function takeInto(form: List, context: MacroContext): Into {
  const [, head] = form.items;
  if (head?.kind !== 'sequence' || head.items.length < 2) {
    return context.fail(
      'macro-usage',
      'expected iterator binding table',
      head ?? form,
      'place a table here in square brackets containing identifiers to bind',
    );
  }
  const clauses = [...head.items.keys()].filter((i) => isInto(head.items[i]));
  const [at, second] = clauses;
  if (at === undefined) return { iteration: head, target: undefined };
  if (second !== undefined) {
    return context.fail(
      'macro-usage',
      'expected only one &into clause',
      head.items[second] as Node,
      'remove one',
    );
  }
  const target = head.items[at + 1];
  const isTarget =
    target?.kind === 'sym' ||
    target?.kind === 'list' ||
    target?.kind === 'table' ||
    target?.kind === 'sequence';
  if (!isTarget) {
    return context.fail(
      'macro-usage',
      'expected table, function call, or symbol in &into clause',
      target ?? (head.items[at] as Node),
      'name the table to collect into after &into',
    );
  }
  const rest = head.items.filter((_, i) => i !== at && i !== at + 1);
  return { iteration: sequence(head.pos, ...rest), target };
}

function isInto(node: Node | undefined): boolean {
  return isSym(node, '&into') || (node?.kind === 'string' && node.value === 'into');
}
