import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { type StoredEvent, streamId } from '../src/events/index.js';
import { type Look, projection } from './projection.js';
import { type PushRow, pushesProjection } from './pushes.js';

/** The last known position of every ref; an all-zero sha marks a deleted one. Reconciliation starts here. */
export const refs = sqliteTable(
  'refs',
  {
    repo: text('repo').notNull(),
    ref: text('ref').notNull(),
    sha: text('sha').notNull(),
    /** Where the push that led here found the ref. */
    oldSha: text('old_sha'),
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
  version: 3,
  types: ['push.received', 'push.reconciled'],
  keyOf: (row) => [row.repo, row.ref],
  keys: (event) => event.data.refs.map(({ ref }) => [event.data.repo, ref]),
  looksAt: [pushesProjection],
  reduce: (row, event, key, look) =>
    row !== undefined && isOutdated(event, row, look)
      ? row
      : {
          repo: event.data.repo,
          ref: String(key[1]),
          sha: event.data.refs.findLast(({ ref }) => ref === key[1])?.newSha ?? '',
          oldSha: event.data.refs.findLast(({ ref }) => ref === key[1])?.oldSha ?? null,
          pushId: streamId(event.stream),
          updatedAtMs: event.data.pushedAtMs,
          lastSeq: event.seq,
        },
});

const isOutdated = (event: StoredEvent<Handled>, row: RefRow, look: Look): boolean =>
  event.data.refs.every(
    (update) =>
      update.ref !== row.ref || isOutdatedUpdate(row, update, event.data.pushedAtMs, isReconciled(row, look)),
  );

const isReconciled = ({ pushId }: RefRow, look: Look): boolean =>
  look<PushRow>(pushesProjection, [pushId])?.source === 'reconciliation';

/**
 * Whether an update comes in after a later one of its ref: a spooled push is stored late, and of two hooks at a time
 * either may be the faster. The clock alone does not tell, because it may have been set back between two pushes: what
 * goes on from the known position counts (but not the making of a branch that was deleted since), and what leads to where that position began always is. What
 * begins there too is outdated when the position was found by comparing refs: it is one of the pushes found at once.
 */
export const isOutdatedUpdate = (
  known: Pick<RefRow, 'sha' | 'oldSha' | 'updatedAtMs'>,
  { oldSha, newSha }: { readonly oldSha: string; readonly newSha: string },
  pushedAtMs: number,
  wasReconciled: boolean,
): boolean => {
  const isOlder = pushedAtMs < known.updatedAtMs;
  const leadsToItsBeginning = newSha === known.oldSha;
  if (oldSha === known.sha) return isOlder && leadsToItsBeginning;
  if (isOlder || leadsToItsBeginning) return true;
  return wasReconciled && oldSha === known.oldSha;
};
