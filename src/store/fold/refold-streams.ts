import type Database from 'better-sqlite3';
import type { Projection } from '../../../projections/index.js';
import { streamId, streamKind } from '../../events/index.js';
import { decodeForFolding } from '../read/decode.js';
import { createFold } from './fold.js';
import { streamEvents } from '../read/page-events.js';
import { rowTable } from './row-table.js';

/**
 * Folds the rows of these streams again, in the caller's transaction: for rows that are each folded from one
 * stream. The rows are taken out and put in anew, since nothing leaves a terminal state by UPDATE. The caller
 * lets the appender forget what it has cached.
 */
export const refoldStreams = (
  connection: Database.Database,
  projections: readonly Projection[],
  streams: readonly string[],
): void => {
  connection.pragma('defer_foreign_keys = ON');
  for (const stream of streams) {
    const mine = projections.filter(({ perStream }) => perStream?.kind === streamKind(stream));
    for (const projection of mine.toReversed()) {
      const column = projection.perStream!.column.name;
      connection.prepare(`DELETE FROM "${projection.name}" WHERE "${column}" = ?`).run(streamId(stream));
    }
    const fold = createFold(mine);
    for (const row of streamEvents(connection, stream)) fold.apply(decodeForFolding(row));
    const rows = [...fold.rows()];
    for (const projection of mine) {
      const table = rowTable(connection, projection);
      for (const row of rows) if (row.projection === projection) table.insert(row.after);
    }
  }
};
