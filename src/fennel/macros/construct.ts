import type { List, Node, Num, Position, Sequence, Str, Sym } from '../node.js';

/** Nodes of an expansion. Each takes the position of what the author wrote, so that errors and line maps lead there. */

export function list(pos: Position, ...items: readonly Node[]): List {
  return { kind: 'list', items, pos };
}

export function sequence(pos: Position, ...items: readonly Node[]): Sequence {
  return { kind: 'sequence', items, pos };
}

export function sym(pos: Position, name: string): Sym {
  return { kind: 'sym', name, pos };
}

export function str(pos: Position, value: string): Str {
  return { kind: 'string', value, pos };
}

export function integer(pos: Position, value: number): Num {
  return { kind: 'number', text: String(value), pos };
}

export function nil(pos: Position): Sym {
  return sym(pos, 'nil');
}

/** A call of a special form or function by name: `(head …operands)`. */
export function call(pos: Position, head: string, ...operands: readonly Node[]): List {
  return list(pos, sym(pos, head), ...operands);
}

/** `(not= node nil)` */
export function notNil(node: Node): List {
  return call(node.pos, 'not=', node, nil(node.pos));
}
