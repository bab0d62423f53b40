import type { Node } from '../node.js';

/** Whether forms are nested in `node` deeper than `limit`. Built-in macros may nest what was written flat. */
export function isDeeperThan(node: Node, limit: number): boolean {
  let level: Node[] = [node];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    const next: Node[] = [];
    for (const each of level) {
      if (each.kind === 'list' || each.kind === 'sequence') for (const item of each.items) next.push(item);
      else if (each.kind === 'table') for (const [key, value] of each.entries) next.push(key, value);
    }
    level = next;
  }
  return false;
}
