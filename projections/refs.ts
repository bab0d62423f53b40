import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { type StoredEvent, streamId } from '../src/events/index.js';
import { projection } from './projection.js';

/** The last known position of every ref; an all-zero sha marks a deleted one. Reconciliation starts here. */
export const refs = sqliteTable(
  'refs',
  {
    repo: text('repo').notNull(),
    ref: text('ref').notNull(),
    sha: text('sha').notNull(),
    pushId: text('push_id').notNull(),
    updatedAtMs: integer('updated_at_ms').notNull(),
    lastSeq: integer('last_seq').notNull(),
  },
  (table) => [primaryKey({ columns: [table.repo, table.ref] })],
);

export type RefRow = typeof refs.$inferSelect;

type Handled = 'push.received' | 'push.reconciled';

export const refsProjection = projection<RefRow, Handled>({
  name: 'refs',
  table: refs,
  version: 1,
  types: ['push.received', 'push.reconciled'],
  keyOf: (row) => [row.repo, row.ref],
  keys: (event) => event.data.refs.map(({ ref }) => [event.data.repo, ref]),
  reduce: (row, event, key) =>
    row !== undefined && isOutdated(event, row)
      ? row
      : {
          repo: event.data.repo,
          ref: String(key[1]),
          sha: event.data.refs.findLast(({ ref }) => ref === key[1])?.newSha ?? '',
          pushId: streamId(event.stream),
          updatedAtMs: event.data.pushedAtMs,
          lastSeq: event.seq,
        },
});

/**
 * A spooled push may be stored after a later one, and a clock may be set back between two pushes: an update counts
 * when it is not older, or when it goes on from the known position.
 */
const isOutdated = (event: StoredEvent<Handled>, row: RefRow): boolean =>
  event.data.pushedAtMs < row.updatedAtMs &&
  event.data.refs.every(({ ref, oldSha }) => ref !== row.ref || oldSha !== row.sha);
