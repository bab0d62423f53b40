import type { Node, Position, Sym } from '../../node.js';
import { call, sequence, sym } from '../construct.js';

/** Where a value that is being matched is found: what holds it and the keys that lead into it. */
export interface Place {
  readonly root: Node;
  readonly keys: readonly Node[];
  /** For what a pattern copies out of a table: how to bind it by destructuring. Always a table. */
  readonly copied?: { readonly target: (name: Node) => Node; readonly from: Node };
}

/** The place itself as an expression, attributed to the pattern that reads it. */
export function read(place: Place, pos: Position): Node {
  const root = place.root.kind === 'sym' ? { ...place.root, pos } : place.root;
  return place.keys.length === 0 ? root : call(pos, '.', root, ...place.keys);
}

/** The place one key further in. */
export function inside(place: Place, key: Node): Place {
  return { root: place.root, keys: [...place.keys, key] };
}

/** A copy of the sequence at `place` without its first `count` elements. */
export function afterElements(place: Place, count: number, temporary: Sym): Place {
  const { pos } = temporary;
  const skipped = Array.from({ length: count }, () => sym(pos, '_'));
  return copyOut(place, temporary, (rest) => sequence(pos, ...skipped, sym(pos, '&'), rest));
}

/** A copy of the table at `place` without `keys`. */
export function withoutKeys(place: Place, keys: readonly Node[], temporary: Sym): Place {
  const { pos } = temporary;
  const entries = keys.map((key) => [key, sym(pos, '_')] as const);
  return copyOut(place, temporary, (rest) => ({
    kind: 'table',
    entries: [...entries, [sym(pos, '&'), rest]],
    pos,
  }));
}

function copyOut(place: Place, temporary: Sym, target: (name: Node) => Node): Place {
  const { pos } = temporary;
  const from = read(place, pos);
  const root = call(pos, 'let', sequence(pos, target(temporary), from), temporary);
  return { root, keys: [], copied: { target, from } };
}
