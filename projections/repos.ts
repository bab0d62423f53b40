import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { streamId } from '../src/events/index.js';
import { existing, projection } from './projection.js';

/** One row per repository that is or was on this server. */
export const repos = sqliteTable(
  'repos',
  {
    name: text('name').primaryKey(),
    state: text('state', { enum: ['present', 'removed'] }).notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    removedAtMs: integer('removed_at_ms'),
    lastSeq: integer('last_seq').notNull(),
  },
  (table) => [
    check('repos_state', sql`${table.state} IN ('present', 'removed')`),
    check('repos_shape', sql`(${table.state} = 'removed') = (${table.removedAtMs} IS NOT NULL)`),
  ],
);

export type RepoRow = typeof repos.$inferSelect;

export const reposProjection = projection<RepoRow, 'repo.created' | 'repo.removed'>({
  name: 'repos',
  table: repos,
  perStream: { kind: 'repo', column: repos.name },
  version: 1,
  types: ['repo.created', 'repo.removed'],
  keyOf: (row) => [row.name],
  keys: (event) => [[streamId(event.stream)]],
  reduce(row, event, key) {
    const lastSeq = event.seq;
    if (event.type === 'repo.created') {
      const name = streamId(event.stream);
      return { name, state: 'present', createdAtMs: event.occurredAtMs, removedAtMs: null, lastSeq };
    }
    return {
      ...existing(row, 'repos', event, key),
      state: 'removed',
      removedAtMs: event.occurredAtMs,
      lastSeq,
    };
  },
});
