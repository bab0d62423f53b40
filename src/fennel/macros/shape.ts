import type { Node, Sym } from '../node.js';

/** What kind of node a macro was given. */

/** Whether `node` is the symbol `name`. */
export function isSym(node: Node | undefined, name: string): boolean {
  return node?.kind === 'sym' && node.name === name;
}

/** Whether `node` is a symbol that names one variable: neither `a.b`, `a:b` nor `nil`. */
export function isPlainSym(node: Node): node is Sym {
  return node.kind === 'sym' && node.name !== 'nil' && !isMultiSym(node);
}

/** Whether `node` is a symbol such as `a.b` or `a:b`: a look-up, not a variable. */
export function isMultiSym(node: Node): node is Sym {
  return node.kind === 'sym' && /[^.:][.:][^.:]/.test(node.name) && !node.name.startsWith('.');
}

/** Whether evaluating `node` again costs nothing and gives the same: a literal or a plain variable. */
export function isRepeatable(node: Node): boolean {
  if (node.kind === 'sym') return !isMultiSym(node);
  return node.kind === 'string' || node.kind === 'number' || node.kind === 'boolean';
}
