import { toInteger } from '../engine/arithmetic.js';
import { lvm, TValueClass } from '../engine/fengari.js';
import { raise } from '../engine/raise.js';
import { pop, pushNil } from '../engine/stack.js';
import type { State, TValue } from '../engine/state.js';
import { assign } from '../engine/assign.js';
import type { Table } from '../engine/table.js';
import { INTEGER, NIL, TABLE } from '../engine/tags.js';

/** Elements of a table as library functions see them: through its metamethods, when it has any. */

/** Whether a table can be worked on directly: nothing watches it and nothing forbids it. */
export function isPlain(table: Table): boolean {
  return table.metatable === null && !table.isProtected;
}

export function getAt(L: State, table: Table, key: number): TValue {
  const slot = table.getInteger(key);
  if (slot.type !== NIL || table.metatable === null) return slot;
  pushNil(L);
  lvm.luaV_gettable(L, new TValueClass(TABLE, table), new TValueClass(INTEGER, key), L.top - 1);
  return pop(L);
}

export function setAt(L: State, table: Table, key: number, value: TValue): void {
  if (table.metatable === null) assign(L, table, new TValueClass(INTEGER, key), value);
  else lvm.settable(L, new TValueClass(TABLE, table), new TValueClass(INTEGER, key), value);
}

/** `#table`, which must be a whole number. */
export function lengthOf(L: State, table: Table): number {
  if (table.metatable === null) return table.length;
  const length = new TValueClass(NIL, null);
  lvm.luaV_objlen(L, length, new TValueClass(TABLE, table));
  const integer = toInteger(length);
  return integer === false ? raise(L, 'object length is not an integer') : integer;
}
