import type { Node } from './node.js';
import { print } from './print.js';

/**
 * A form on one line for a reader: as `print`, with strings in quotes and keys of tables as keywords, and with names
 * made by gensym in a shape that source may contain. A byte string.
 */
export function show(node: Node): string {
  return print(readable(node, false));
}

function readable(node: Node, isKey: boolean): Node {
  switch (node.kind) {
    case 'sym':
      return node.name.includes('~') ? { ...node, name: node.name.replace(/~(\d+)/, '_$1_') } : node;
    case 'string':
      return { ...node, keyword: isKey };
    case 'list':
    case 'sequence':
      return { ...node, items: node.items.map((item) => readable(item, false)) };
    case 'table':
      return {
        ...node,
        entries: node.entries.map(([key, value]) => [readable(key, true), readable(value, false)]),
      };
    default:
      return node;
  }
}

/** A hint of a form: small ones as they are, others by how they begin. */
export function showBriefly(node: Node): string {
  const parts = partsOf(node);
  if (parts.length <= 4 && parts.every((part) => partsOf(part).length === 0)) return show(node).slice(0, 60);
  if (node.kind === 'sequence') return '[...]';
  if (node.kind === 'table') return '{...}';
  const [head] = parts;
  return head?.kind === 'sym' ? `(${show(head)} ...)` : '(...)';
}

function partsOf(node: Node): readonly Node[] {
  if (node.kind === 'list' || node.kind === 'sequence') return node.items;
  return node.kind === 'table' ? node.entries.flat() : [];
}
