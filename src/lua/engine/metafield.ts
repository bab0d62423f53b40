import { NIL_VALUE } from './fengari.js';
import type { State, TValue, Udata } from './state.js';
import type { Table } from './table.js';
import { BASE, TABLE, USERDATA } from './tags.js';

export function metatableOf(L: State, slot: TValue): Table | null {
  if (slot.type === TABLE || slot.type === USERDATA)
    return (slot.value as Table | Udata).metatable as Table | null;
  return (L.l_G.mt[slot.type & BASE] as Table | null | undefined) ?? null;
}

/** A field of a value's metatable; nil when there is none. */
export function metafield(L: State, slot: TValue, name: string): TValue {
  return metatableOf(L, slot)?.getString(name) ?? NIL_VALUE;
}
