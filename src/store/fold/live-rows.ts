import type Database from 'better-sqlite3';
import type { Key, Projection } from '../../../projections/index.js';
import { type FoldedRow, keyText } from './fold.js';
import { type RowTable, rowTable } from './row-table.js';

/** The rows that live appends fold into: read through a cache, written to their tables. */
export interface LiveRows {
  get(projection: Projection, key: Key): unknown;
  /** Writes what a fold has changed. Throws SqliteError when a trigger or check refuses a row. */
  write(rows: readonly FoldedRow[]): void;
  /** After a rollback or a swap of tables: forgets what may no longer be so. */
  forget(): void;
}

/** Open rows in memory. */
const maxCachedRows = 8_192;

/**
 * The store is the only writer, so a row it wrote is the row that is there: keeping the open ones saves a SELECT
 * for each row an event touches (`npm run bench -- append`).
 */
export const createLiveRows = (
  connection: Database.Database,
  projections: readonly Projection[],
): LiveRows => {
  const tables = new Map<Projection, RowTable>(projections.map((p) => [p, rowTable(connection, p)]));
  const order = new Map(projections.map((projection, i) => [projection, i]));
  const caches = new Map(projections.map((projection) => [projection, new Map<string, unknown>()]));
  const isEnded = ({ projection, after }: FoldedRow) => projection.ended?.(after) === true;
  const byOrder = (a: FoldedRow, b: FoldedRow) => order.get(a.projection)! - order.get(b.projection)!;

  const remember = (row: FoldedRow): void => {
    const cache = caches.get(row.projection)!;
    const name = keyText(row.key);
    if (isEnded(row)) {
      cache.delete(name);
      return;
    }
    if (cache.size >= maxCachedRows) cache.clear();
    cache.set(name, row.after);
  };

  const put = (row: FoldedRow): void => {
    const table = tables.get(row.projection)!;
    if (row.before === undefined) table.insert(row.after);
    else table.update(row.before, row.after);
    remember(row);
  };

  return {
    get(projection, key) {
      return caches.get(projection)!.get(keyText(key)) ?? tables.get(projection)!.get(key);
    },
    /**
     * New rows and rows that stay open parents first, as foreign keys and triggers need it; then the rows that
     * end, children first. So one append may hold a part of a run's life, or all that quire-ci has to say.
     */
    write(rows) {
      const open: FoldedRow[] = [];
      const ending: FoldedRow[] = [];
      for (const row of rows) {
        if (row.before !== row.after) (row.before !== undefined && isEnded(row) ? ending : open).push(row);
      }
      if (open.length > 1) open.sort(byOrder);
      if (ending.length > 1) ending.sort((a, b) => byOrder(b, a));
      for (const row of open) put(row);
      for (const row of ending) put(row);
    },
    forget() {
      for (const cache of caches.values()) cache.clear();
    },
  };
};
