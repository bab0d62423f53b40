/** A table-like value opened for writing. */
export interface TableShape {
  /** In the order to write them; of a sequence, gaps included. */
  readonly entries: readonly (readonly [key: unknown, value: unknown])[];
  readonly isSequence: boolean;
}

/** Opens arrays, Maps, plain objects and tables of the VM; undefined for anything else. */
export function tableShape(value: unknown, maxSparseGap: number): TableShape | undefined {
  if (Array.isArray(value)) return { entries: value.map((item, i) => [i + 1, item]), isSequence: true };
  const entries = tableEntries(value);
  if (entries === undefined) return undefined;
  const sorted = [...entries].sort(([a], [b]) => compareKeys(a, b));
  return fillGaps(sorted, maxSparseGap) ?? { entries: sorted, isSequence: false };
}

/** The entries of a table-like value in their own order; undefined for anything else. */
export function tableEntries(value: unknown): Iterable<readonly [unknown, unknown]> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return value.entries();
  if (value instanceof Map) return value;
  if (isLuaTable(value)) return value.entries();
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  return isPlain && !isLuaHandle(value) ? Object.entries(value) : undefined;
}

/** What a function, userdata or coroutine of the VM says of itself. */
export function isLuaHandle(value: object): value is { readonly kind: string } {
  const kind = 'kind' in value ? value.kind : undefined;
  return kind === 'function' || kind === 'userdata' || kind === 'coroutine';
}

function isLuaTable(value: object): value is { entries(): Iterable<[unknown, unknown]> } {
  return (
    'kind' in value && value.kind === 'table' && 'entries' in value && typeof value.entries === 'function'
  );
}

/** The entries as a sequence, if all keys are whole numbers from 1 with steps of at most `maxStep`. */
function fillGaps(sorted: TableShape['entries'], maxStep: number): TableShape | undefined {
  const filled: (readonly [number, unknown])[] = [];
  for (const [key, value] of sorted) {
    const step = typeof key === 'number' && Number.isInteger(key) ? key - filled.length : 0;
    if (step < 1 || step > maxStep) return undefined;
    while (filled.length < (key as number) - 1) filled.push([filled.length + 1, undefined]);
    filled.push([key as number, value]);
  }
  return { entries: filled, isSequence: true };
}

const keyOrder = ['number', 'boolean', 'string'];

/** Numbers before booleans before strings before the rest; of the rest, as they come. */
function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return rank(a) - rank(b);
}

function rank(key: unknown): number {
  const found = keyOrder.indexOf(typeof key);
  return found === -1 ? keyOrder.length : found;
}
