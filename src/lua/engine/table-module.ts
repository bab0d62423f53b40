import { assign } from './assign.js';
import type { ByteString } from './byte-string.js';
import { raise } from './raise.js';
import type { State, TValue } from './state.js';
import { Table } from './table.js';

/** What replaces fengari's table module, under its names. */
export const tableModule = {
  Table,
  luaH_new: (L: State) => new Table(L),
  luaH_get: (_L: State, table: Table, key: TValue) => table.get(key),
  luaH_getint: (table: Table, key: number) => table.getInteger(key),
  luaH_getstr: (table: Table, key: ByteString) => table.getString(key.text),
  luaH_getn: (table: Table) => table.length,
  luaH_setfrom: assign,
  luaH_setint: (table: Table, key: number, value: TValue) => table.setInteger(key, value),
  luaH_next: (L: State, table: Table, at: number) => {
    const cursor = table.cursorAfter(L.stack[at]!);
    if (cursor === undefined) return raise(L, "invalid key to 'next'");
    if (!cursor.step()) return false;
    L.stack[at]!.setfrom(cursor.key);
    L.stack[at + 1]!.setfrom(cursor.value);
    return true;
  },
  invalidateTMcache: (table: Table) => {
    table.flags = 0;
  },
};
