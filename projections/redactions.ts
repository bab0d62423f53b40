import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { assertAbsent, projection } from './projection.js';

/** One row per event whose data was destroyed: the only door through the triggers that keep events as they are. */
export const redactions = sqliteTable('redactions', {
  seq: integer('seq').primaryKey(),
  dataHash: text('data_hash').notNull(),
  /** The only text that the event's data may be changed to. */
  replacement: text('replacement').notNull(),
  reason: text('reason').notNull(),
  actor: text('actor').notNull(),
  redactedAtMs: integer('redacted_at_ms').notNull(),
  lastSeq: integer('last_seq').notNull(),
});

export type RedactionRow = typeof redactions.$inferSelect;

export const redactionsProjection = projection<RedactionRow, 'event.redacted'>({
  name: 'redactions',
  table: redactions,
  version: 1,
  types: ['event.redacted'],
  keyOf: (row) => [row.seq],
  keys: (event) => [[event.data.seq]],
  reduce(row, event, key) {
    assertAbsent(row, 'redactions', event, key);
    return {
      ...event.data,
      actor: event.actor,
      redactedAtMs: event.occurredAtMs,
      lastSeq: event.seq,
    };
  },
});
