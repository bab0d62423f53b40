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
