import { isDeepStrictEqual } from 'node:util';
import type Database from 'better-sqlite3';
import type { Projection } from '../../projections/index.js';
import { decodeForFolding } from './decode.js';
import { createFold, keyText } from './fold.js';
import { pageThroughEvents } from './page-events.js';
import { rowTable } from './row-table.js';

/** A place where a live row is not what the events say. */
export interface Difference {
  readonly table: string;
  readonly key: string;
  /** Undefined when the row is only live. */
  readonly folded: unknown;
  /** Undefined when the row is only in the fold. */
  readonly live: unknown;
}

/** Folds every event again in memory and compares each row with the live one. An empty list: they agree. */
export const checkProjections = (
  connection: Database.Database,
  projections: readonly Projection[],
): Difference[] => {
  const fold = createFold(projections);
  const differences: Difference[] = [];
  connection.transaction(() => {
    for (const row of pageThroughEvents(connection)) fold.apply(decodeForFolding(row));
    const expected = new Map<Projection, Map<string, unknown>>();
    for (const { projection, key, after } of fold.rows()) {
      const rows = expected.get(projection) ?? new Map<string, unknown>();
      expected.set(projection, rows.set(keyText(key), after));
    }
    for (const projection of projections) {
      compare(
        projection,
        expected.get(projection) ?? new Map(),
        rowTable(connection, projection).all(),
        differences,
      );
    }
  })();
  return differences;
};

const compare = (
  projection: Projection,
  expected: Map<string, unknown>,
  live: unknown[],
  differences: Difference[],
): void => {
  const found = new Map(live.map((row) => [keyOf(projection, row), row]));
  for (const [key, row] of expected) {
    const liveRow = found.get(key);
    if (!isDeepStrictEqual(liveRow, row))
      differences.push({
        table: projection.name,
        key: key.replaceAll('\u0000', '/'),
        folded: row,
        live: liveRow,
      });
    found.delete(key);
  }
  for (const [key, row] of found) {
    differences.push({
      table: projection.name,
      key: key.replaceAll('\u0000', '/'),
      folded: undefined,
      live: row,
    });
  }
};

const keyOf = (projection: Projection, row: unknown): string => keyText(projection.keyOf(row));
