import type Database from 'better-sqlite3';
import { type EventRow, eventFields, events } from '../database/events-table.js';

/** Few enough that a page is soon read and the log of the writer can be carried over between two. */
const pageSize = 2000;

const columns = eventFields.map((field) => `${events[field].name} AS ${field}`).join(', ');

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
