import type Database from 'better-sqlite3';
import type { EventRow } from './events-table.js';

/** Few enough that a page is soon read and the log of the writer can be carried over between two. */
const pageSize = 2000;

const columns = `seq, id, stream, stream_version AS streamVersion, type, type_version AS typeVersion,
  occurred_at_ms AS occurredAtMs, recorded_at_ms AS recordedAtMs, actor, causation_seq AS causationSeq,
  correlation_id AS correlationId, client_number AS clientNumber, data, data_hash AS dataHash,
  prev_hash AS prevHash, hash`;

/** All events behind `afterSeq` up to `toSeq`, a page at a time: no read transaction stays open in between. */
export function* pageThroughEvents(
  connection: Database.Database,
  afterSeq = 0,
  toSeq = Number.MAX_SAFE_INTEGER,
): Generator<EventRow> {
  const page = connection.prepare(
    `SELECT ${columns} FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${pageSize}`,
  );
  let last = afterSeq;
  for (;;) {
    const rows = page.all(last, toSeq) as EventRow[];
    yield* rows;
    if (rows.length < pageSize) return;
    last = rows.at(-1)!.seq;
  }
}

/** The events of one stream, in their order. */
export const streamEvents = (connection: Database.Database, stream: string): EventRow[] =>
  connection
    .prepare(`SELECT ${columns} FROM events WHERE stream = ? ORDER BY stream_version`)
    .all(stream) as EventRow[];
