import type { Node, Position } from '../../node.js';
import { call, sequence, sym } from '../construct.js';

/** Where a value that is being matched is found: what holds it and the keys that lead into it. */
export interface Place {
  readonly root: Node;
  readonly keys: readonly Node[];
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
export function afterElements(place: Place, count: number, rest: Node, pos: Position): Node {
  const skipped = Array.from({ length: count }, () => sym(pos, '_'));
  const target = sequence(pos, ...skipped, sym(pos, '&'), rest);
  return call(pos, 'let', sequence(pos, target, read(place, pos)), rest);
}

/** A copy of the table at `place` without `keys`. */
export function withoutKeys(place: Place, keys: readonly Node[], rest: Node, pos: Position): Node {
  const entries: [Node, Node][] = keys.map((key) => [key, sym(pos, '_')]);
  const target: Node = { kind: 'table', entries: [...entries, [sym(pos, '&'), rest]], pos };
  return call(pos, 'let', sequence(pos, target, read(place, pos)), rest);
}
