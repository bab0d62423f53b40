import type { Core } from '../core.js';
import { ByteString } from '../engine/byte-string.js';
import { TValueClass } from '../engine/fengari.js';
import type { HostCode, TValue } from '../engine/state.js';
import { Table } from '../engine/table.js';
import { HOST_FUNCTION, STRING, TABLE } from '../engine/tags.js';

/** A library: functions and constants by name. */
export type Library = Readonly<Record<string, HostCode | TValue>>;

/** Puts a library's members into a table, and their names where tracebacks find them. */
export function fill(core: Core, table: Table, library: Library, prefix = ''): Table {
  for (const [name, member] of Object.entries(library)) {
    const value = typeof member === 'function' ? new TValueClass(HOST_FUNCTION, member) : member;
    if (typeof member === 'function') core.names.set(member, prefix + name);
    table.set(textSlot(name), value);
  }
  return table;
}

/** Opens a library as a table of its own under its name in the globals. */
export function openLibrary(core: Core, name: string, library: Library): Table {
  const table = fill(core, new Table(core.state), library, `${name}.`);
  core.globals.set(textSlot(name), new TValueClass(TABLE, table));
  return table;
}

/** @param text a byte string */
export function textSlot(text: string): TValue {
  return new TValueClass(STRING, new ByteString(text));
}
