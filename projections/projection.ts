import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { EventType, StoredEvent, StreamKind } from '../src/events/index.js';

/** The values of a row's primary key, in the order of its columns. */
export type Key = readonly (string | number)[];

/** Another row as the same events have left it: of a projection in `looksAt`, this event included. */
export type Look = <Row>(projection: Projection, key: Key) => Row | undefined;

/**
 * A read model: a table folded from events. Pure: no clock, no I/O, no SQL; the same reducer serves live
 * appends, rebuilds and the history of a single run in memory.
 */
export interface Projection<Row = unknown, T extends EventType = EventType> {
  /** The table's name. */
  readonly name: string;
  readonly table: SQLiteTable;
  /** Raised when the reducer changes what it makes of the same events. */
  readonly version: number;
  readonly types: readonly T[];
  /**
   * Given when each row is folded from one stream alone: the stream's kind, and the column with its id. Such rows
   * can be folded again for that stream only.
   */
  readonly perStream?: { readonly kind: StreamKind; readonly column: SQLiteColumn };
  /** The projections that this one looks at; they stand before it in the register. */
  readonly looksAt?: readonly Projection[];
  /** True when nothing is decided by it: it may be behind until it is rebuilt. */
  readonly deferrable?: boolean;
  /** The primary key of a row. */
  keyOf(row: Row): Key;
  /** The rows that an event touches. */
  keys(event: StoredEvent<T>, look: Look): readonly Key[];
  /**
   * Whether a row is in a state that nothing leaves. One append writes open rows parents first, then ended ones
   * children first, so that the triggers see a parent start before its children and end after them.
   */
  ended?(row: Row): boolean;
  /** The row of `key` after the event; `row` is the one before, undefined where there was none. */
  reduce(row: Row | undefined, event: StoredEvent<T>, key: Key, look: Look): Row;
}

/** An event met no row where its type needs one: the history is broken, or the event was never legal. */
export class MissingRowError extends Error {
  readonly code = 'missing-row';
  constructor(
    readonly table: string,
    readonly key: Key,
    readonly type: EventType,
    readonly seq: number,
  ) {
    super(`event ${seq} (${type}) needs a row ${key.join('/')} in ${table}, and there is none`);
  }
}

/** A creating event met a row that is there already: the event was never legal. */
export class DuplicateRowError extends Error {
  readonly code = 'duplicate-row';
  constructor(
    readonly table: string,
    readonly key: Key,
    readonly type: EventType,
    readonly seq: number,
  ) {
    super(`event ${seq} (${type}) creates the row ${key.join('/')} in ${table}, which is there already`);
  }
}

/** An event met a row that is not under way, which its type needs: the event was never legal. */
export class InactiveRowError extends Error {
  readonly code = 'inactive-row';
  constructor(
    readonly table: string,
    readonly key: Key,
    readonly type: EventType,
    readonly seq: number,
    readonly state: string,
  ) {
    super(`event ${seq} (${type}) needs ${key.join('/')} in ${table} to be active, and it is ${state}`);
  }
}

/** Declares a projection, checked against its row and event types. */
export const projection = <Row, const T extends EventType>(definition: Projection<Row, T>): Projection =>
  definition as unknown as Projection;

/** The row an event must find. Throws {@link MissingRowError}. */
export const existing = <Row>(row: Row | undefined, table: string, event: StoredEvent, key: Key): Row => {
  if (row === undefined) throw new MissingRowError(table, key, event.type, event.seq);
  return row;
};

/** For events that create a row. Throws {@link DuplicateRowError} when there is one. */
export const assertAbsent = (row: unknown, table: string, event: StoredEvent, key: Key): void => {
  if (row !== undefined) throw new DuplicateRowError(table, key, event.type, event.seq);
};
