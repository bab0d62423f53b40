import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { streamId } from '../src/events/index.js';
import { assertAbsent, existing, projection } from './projection.js';

/** One row per push, with what became of its refs. */
export const pushes = sqliteTable(
  'pushes',
  {
    id: text('id').primaryKey(),
    repo: text('repo').notNull(),
    source: text('source', { enum: ['hook', 'reconciliation'] }).notNull(),
    pusher: text('pusher').notNull(),
    pushedAtMs: integer('pushed_at_ms').notNull(),
    receivedAtMs: integer('received_at_ms').notNull(),
    refCount: integer('ref_count').notNull(),
    ignoredRefCount: integer('ignored_ref_count').notNull(),
    lastSeq: integer('last_seq').notNull(),
  },
  (table) => [
    index('pushes_repo_id').on(table.repo, table.id),
    check('pushes_source', sql`${table.source} IN ('hook', 'reconciliation')`),
    check(
      'pushes_counts',
      sql`${table.refCount} > 0 AND ${table.ignoredRefCount} BETWEEN 0 AND ${table.refCount}`,
    ),
  ],
);

export type PushRow = typeof pushes.$inferSelect;

type Handled = 'push.received' | 'push.reconciled' | 'push.ref-ignored';

export const pushesProjection = projection<PushRow, Handled>({
  name: 'pushes',
  table: pushes,
  perStream: { kind: 'push', column: pushes.id },
  version: 1,
  types: ['push.received', 'push.reconciled', 'push.ref-ignored'],
  keyOf: (row) => [row.id],
  keys: (event) => [[streamId(event.stream)]],
  reduce(row, event, key) {
    if (event.type === 'push.ref-ignored') {
      const push = existing(row, 'pushes', event, key);
      return { ...push, ignoredRefCount: push.ignoredRefCount + 1, lastSeq: event.seq };
    }
    assertAbsent(row, 'pushes', event, key);
    return {
      id: streamId(event.stream),
      repo: event.data.repo,
      source: event.type === 'push.received' ? 'hook' : 'reconciliation',
      pusher: event.data.pusher,
      pushedAtMs: event.data.pushedAtMs,
      receivedAtMs: event.recordedAtMs,
      refCount: event.data.refs.length,
      ignoredRefCount: 0,
      lastSeq: event.seq,
    };
  },
});
