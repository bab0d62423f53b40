import { lapi, lvm, NIL_VALUE, TValueClass } from '../engine/fengari.js';
import { metafield } from '../engine/metafield.js';
import { raise } from '../engine/raise.js';
import { argument, push, pushNil, pushNumber, pushSlot, setCount } from '../engine/stack.js';
import type { HostCode, State, TValue } from '../engine/state.js';
import type { Cursor } from '../engine/cursor.js';
import type { Table } from '../engine/table.js';
import { HOST_FUNCTION, INTEGER, NIL, TABLE } from '../engine/tags.js';
import { checkAny, checkInteger, checkTable } from './check.js';
import type { Library } from './library.js';

/**
 * `next`, `pairs` and `ipairs`, all in natural order: 1..n, then the other keys as they were inserted.
 * Every `pairs` keeps its own place in the table, so a step costs no look-up.
 */

const next: HostCode = (L) => {
  const table = checkTable(L, 1);
  const cursor = table.cursorAfter(argument(L, 2) ?? NIL_VALUE);
  if (cursor === undefined) return raise(L, "invalid key to 'next'");
  return pushStep(L, cursor);
};

const pairs: HostCode = (L) => {
  const value = checkAny(L, 1);
  const method = metafield(L, value, '__pairs');
  if (method.type === NIL) {
    push(L, HOST_FUNCTION, value.type === TABLE ? iterator(value.value as Table) : next);
    pushSlot(L, value);
    pushNil(L);
    return 3;
  }
  setCount(L, 1);
  pushSlot(L, method);
  pushSlot(L, argument(L, 1)!);
  lapi.lua_callk(L, 1, 3, null, () => 3);
  return 3;
};

/** A `next` that remembers where it is in `table`; asked for anything else, it looks as `next` does. */
function iterator(table: Table): HostCode {
  let cursor: Cursor | undefined;
  return (L) => {
    const control = argument(L, 2) ?? NIL_VALUE;
    const subject = checkTable(L, 1);
    if (subject !== table) return next(L);
    if (control.type === NIL) cursor = table.cursor();
    else if (cursor === undefined || !isSame(cursor.key, control)) cursor = table.cursorAfter(control);
    if (cursor === undefined) return raise(L, "invalid key to 'next'");
    return pushStep(L, cursor);
  };
}

const ipairs: HostCode = (L) => {
  const value = checkAny(L, 1);
  push(L, HOST_FUNCTION, stepIpairs);
  pushSlot(L, value);
  push(L, INTEGER, 0);
  return 3;
};

const stepIpairs: HostCode = (L) => {
  const index = checkInteger(L, 2) + 1;
  const value = argument(L, 1)!;
  pushNumber(L, index);
  pushNil(L);
  if (value.type === TABLE && (value.value as Table).metatable === null) {
    L.stack[L.top - 1]!.setfrom((value.value as Table).getInteger(index));
  } else lvm.luaV_gettable(L, value, new TValueClass(INTEGER, index), L.top - 1);
  return L.stack[L.top - 1]!.type === NIL ? 1 : 2;
};

function pushStep(L: State, cursor: Cursor): number {
  if (!cursor.step()) {
    pushNil(L);
    return 1;
  }
  pushSlot(L, cursor.key);
  pushSlot(L, cursor.value);
  return 2;
}

function isSame(a: TValue, b: TValue): boolean {
  return a.type === b.type && a.value === b.value;
}

export const traverseLibrary: Library = { ipairs, next, pairs };
