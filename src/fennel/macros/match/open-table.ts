import type { MacroContext, Node, Sequence, Sym, Table } from '../../node.js';
import { integer } from '../construct.js';
import { isPlainSym, isSym } from '../shape.js';
import { afterElements, inside, type Place, withoutKeys } from './place.js';

/** What a table pattern consists of. */
export interface TableParts {
  /** The patterns inside it, each with the place it looks at. */
  readonly parts: readonly (readonly [pattern: Node, place: Place])[];
  /** The name after `&as`. */
  readonly whole: Sym | undefined;
}

/** Takes `[a b & rest]` or `[a b &as whole]` apart. */
export function openSequence(pattern: Sequence, place: Place, context: MacroContext): TableParts {
  const { items } = pattern;
  const at = items.findIndex((item) => isSym(item, '&') || isSym(item, '&as'));
  const elements = at === -1 ? items : items.slice(0, at);
  const parts = elements.map((item, i) => [item, inside(place, integer(item.pos, i + 1))] as const);
  if (at === -1) return { parts, whole: undefined };
  const marker = items[at] as Sym;
  const target = lastAfter(items, at, marker, context);
  if (marker.name === '&as') return { parts, whole: wholeName(target, context) };
  const rest = afterElements(place, at, context.gensym('rest', target.pos));
  return { parts: [...parts, [target, rest]], whole: undefined };
}

/** Takes `{:key pattern & rest &as whole}` apart. */
export function openTable(pattern: Table, place: Place, context: MacroContext): TableParts {
  const fields = pattern.entries.filter(([key]) => !isSym(key, '&') && !isSym(key, '&as'));
  const parts = fields.map(([key, value]) => [value, inside(place, key)] as const);
  const whole = pattern.entries.find(([key]) => isSym(key, '&as'))?.[1];
  const rest = pattern.entries.find(([key]) => isSym(key, '&'))?.[1];
  if (rest !== undefined) {
    const keys = fields.map(([key]) => key);
    parts.push([rest, withoutKeys(place, keys, context.gensym('rest', rest.pos))]);
  }
  return { parts, whole: whole === undefined ? undefined : wholeName(whole, context) };
}

/** The pattern after `&` or `&as`, which must end the sequence. */
function lastAfter(items: readonly Node[], at: number, marker: Sym, context: MacroContext): Node {
  const target = items[at + 1];
  if (target !== undefined && items.length === at + 2) return target;
  const what = marker.name === '&' ? 'rest' : '&as';
  return context.fail(
    'pattern-syntax',
    `expected ${what} argument before last parameter`,
    items[at + 2] ?? marker,
    `move ${marker.name} to right before the final identifier`,
  );
}

function wholeName(target: Node, context: MacroContext): Sym {
  if (isPlainSym(target)) return target;
  return context.fail(
    'pattern-syntax',
    'expected a symbol after &as',
    target,
    'name the whole table with one identifier',
  );
}
