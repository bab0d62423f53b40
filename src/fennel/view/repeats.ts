import { tableEntries } from './table-shape.js';

/** What is known about the references between the tables of one value. */
export interface Repeats {
  /** Whether something in the table leads to a table met before: itself, or one it holds more than once. */
  containsItself(table: object): boolean;
  /** Whether more than one reference leads to the table. */
  isRepeated(table: object): boolean;
}

/** Looks through the tables in `value`, as deep as they will be shown. */
export function findRepeats(value: unknown, depth: number): Repeats {
  const references = countReferences(value, depth);
  const isRepeated = (table: object): boolean => (references.get(table) ?? 0) > 1;
  // Without any table met twice there can be no cycle: the usual case, and the cheap one.
  if (![...references.values()].some((count) => count > 1)) {
    return { isRepeated, containsItself: () => false };
  }
  return { isRepeated, containsItself: (table) => meetsAgain(table) };
}

function countReferences(value: unknown, depth: number): Map<object, number> {
  const counts = new Map<object, number>();
  let level = [value];
  for (let i = 0; i <= depth && level.length > 0; i++) {
    const next: unknown[] = [];
    for (const item of level) {
      const entries = tableEntries(item);
      if (entries === undefined) continue;
      const count = counts.get(item as object) ?? 0;
      counts.set(item as object, count + 1);
      if (count === 0) for (const [key, held] of entries) next.push(key, held);
    }
    level = next;
  }
  return counts;
}

function meetsAgain(table: object): boolean {
  const met = new Set<object>([table]);
  const pending: unknown[] = [table];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    for (const part of [...(tableEntries(item) ?? [])].flat()) {
      if (tableEntries(part) === undefined) continue;
      if (met.has(part as object)) return true;
      met.add(part as object);
      pending.push(part);
    }
  }
  return false;
}
