import type { ByteString } from './byte-string.js';
import { raise } from './raise.js';
import type { State, TValue } from './state.js';
import type { Table } from './table.js';
import { FLOAT, NIL, STRING } from './tags.js';

/** A raw assignment by Lua code: refuses impossible keys and protected tables. */
export function assign(L: State, table: Table, key: TValue, value: TValue): void {
  if (key.type === NIL) raise(L, 'table index is nil');
  if (key.type === FLOAT && Number.isNaN(key.value)) raise(L, 'table index is NaN');
  if (table.isProtected && !table.allows(key, value)) refuse(L, key);
  table.set(key, value);
  table.flags = 0;
}

function refuse(L: State, key: TValue): never {
  const name = key.type === STRING ? `field '${(key.value as ByteString).text}'` : 'an entry';
  return raise(
    L,
    `attempt to change ${name} of a read-only table: keep the new value in a local or a table of your own`,
  );
}
