import type { Node } from './node.js';

/** What stands in a table literal as its entries: key, value, key, value; `: name` is short for `:name name`. */
export function readEntries(items: readonly Node[]): [key: Node, value: Node][] {
  const entries: [Node, Node][] = [];
  for (let i = 0; i + 1 < items.length; i += 2) {
    const key = items[i]!;
    const value = items[i + 1]!;
    const isShort = key.kind === 'sym' && key.name === ':' && value.kind === 'sym';
    entries.push([isShort ? { kind: 'string', value: value.name, pos: key.pos, keyword: true } : key, value]);
  }
  return entries;
}
