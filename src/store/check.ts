import { isDeepStrictEqual } from 'node:util';
import type Database from 'better-sqlite3';
import type { Projection } from '../../projections/index.js';
import { decodeForFolding } from './decode.js';
import type { EventRow } from './events-table.js';
import { createFold } from './fold.js';
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
    for (const row of connection.prepare(selectAllEvents).iterate())
      fold.apply(decodeForFolding(row as EventRow));
    const expected = new Map<Projection, Map<string, unknown>>();
    for (const { projection, key, after } of fold.rows()) {
      const rows = expected.get(projection) ?? new Map<string, unknown>();
      expected.set(projection, rows.set(key.join('/'), after));
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

const selectAllEvents = `SELECT seq, id, stream, stream_version AS streamVersion, type, type_version AS typeVersion,
  occurred_at_ms AS occurredAtMs, recorded_at_ms AS recordedAtMs, actor, causation_seq AS causationSeq,
  correlation_id AS correlationId, client_number AS clientNumber, data, data_hash AS dataHash,
  prev_hash AS prevHash, hash FROM events ORDER BY seq`;

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
      differences.push({ table: projection.name, key, folded: row, live: liveRow });
    found.delete(key);
  }
  for (const [key, row] of found) {
    differences.push({ table: projection.name, key, folded: undefined, live: row });
  }
};

const keyOf = (projection: Projection, row: unknown): string => projection.keyOf(row).join('/');
