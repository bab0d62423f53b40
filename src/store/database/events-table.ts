import type Database from 'better-sqlite3';
import { getTableColumns, sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Actor, StreamName } from '../../events/index.js';

/**
 * The only truth. `seq` is an INTEGER PRIMARY KEY without AUTOINCREMENT, so that a failed insert burns no
 * number; `id` carries no index, because a random key spoils one, and `client_number` none, because it rises with
 * `stream_version`: each index costs a page of the log per event. Triggers refuse UPDATE and DELETE.
 */
export const events = sqliteTable(
  'events',
  {
    seq: integer('seq').primaryKey(),
    id: text('id').notNull(),
    stream: text('stream').$type<StreamName>().notNull(),
    streamVersion: integer('stream_version').notNull(),
    type: text('type').notNull(),
    typeVersion: integer('type_version').notNull(),
    occurredAtMs: integer('occurred_at_ms').notNull(),
    recordedAtMs: integer('recorded_at_ms').notNull(),
    actor: text('actor').$type<Actor>().notNull(),
    causationSeq: integer('causation_seq'),
    correlationId: text('correlation_id').notNull(),
    clientNumber: integer('client_number'),
    data: text('data').notNull(),
    dataHash: text('data_hash').notNull(),
    prevHash: text('prev_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [
    uniqueIndex('events_stream_version').on(table.stream, table.streamVersion),
    index('events_correlation').on(table.correlationId, table.seq),
    check('events_seq', sql`${table.seq} > 0`),
    check('events_stream_version_positive', sql`${table.streamVersion} > 0`),
    check('events_times', sql`${table.occurredAtMs} <= ${table.recordedAtMs}`),
    check('events_causation', sql`${table.causationSeq} IS NULL OR ${table.causationSeq} < ${table.seq}`),
  ],
);

/** A row of the table, `data` still as JSON text. */
export type EventRow = typeof events.$inferSelect;

/** The fields of a row in the order of the table, which is that of an export too. */
export const eventFields = Object.keys(getTableColumns(events)) as (keyof EventRow)[];

/** Stores an event as it is, with its data as JSON text: the one statement that inserts one. */
export const insertEvent = (
  connection: Database.Database,
): ((row: Omit<EventRow, 'data'>, json: string) => void) => {
  const insert = connection.prepare(`INSERT INTO events VALUES (${eventFields.map(() => '?').join(', ')})`);
  // Field by field: a list made for each event costs an append one part in a hundred (`npm run bench -- append`).
  return (row, json) =>
    void insert.run(
      row.seq,
      row.id,
      row.stream,
      row.streamVersion,
      row.type,
      row.typeVersion,
      row.occurredAtMs,
      row.recordedAtMs,
      row.actor,
      row.causationSeq,
      row.correlationId,
      row.clientNumber,
      json,
      row.dataHash,
      row.prevHash,
      row.hash,
    );
};
