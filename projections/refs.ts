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
  version: 4,
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
  updatesOf(event).every(
    (update) =>
      update.ref !== row.ref || isOutdatedUpdate(row, update, event.data.pushedAtMs, isReconciled(row, look)),
  );

/** What comparing refs has found is where git had them. */
const updatesOf = (event: StoredEvent<Handled>): readonly ReceivedUpdate[] =>
  event.type === 'push.received'
    ? event.data.refs
    : event.data.refs.map((update) => ({ ...update, foundSha: update.newSha }));

const isReconciled = ({ pushId }: RefRow, look: Look): boolean =>
  look<PushRow>(pushesProjection, [pushId])?.source === 'reconciliation';

/** An update, and where git had the ref when it was taken in; absent when git was not asked. */
interface ReceivedUpdate {
  readonly ref: string;
  readonly oldSha: string;
  readonly newSha: string;
  readonly foundSha?: string | undefined;
}

/**
 * Whether an update is over: a spooled push is stored late, of two hooks at a time either may be the faster, and some
 * are killed and never tell. Git knows: what leads to where it has the ref is not outdated. When git has moved on from
 * there, the push counts only if it goes on from the known position, later; the one that leads to git's tells of itself, or
 * is found by comparing refs. A position found in that way stands for every push that led to it.
 */
export const isOutdatedUpdate = (
  known: Pick<RefRow, 'sha' | 'oldSha' | 'updatedAtMs'>,
  update: Omit<ReceivedUpdate, 'ref'>,
  pushedAtMs: number,
  wasReconciled: boolean,
): boolean => {
  const { oldSha, newSha, foundSha } = update;
  const goesOn = oldSha === known.sha;
  if (newSha === known.sha && wasReconciled && !goesOn) return true;
  if (newSha !== known.sha && foundSha !== undefined) {
    if (foundSha === newSha) return false;
    return foundSha === known.sha || !goesOn || pushedAtMs < known.updatedAtMs;
  }
  return seemsOutdated(known, update, pushedAtMs, wasReconciled);
};

/**
 * What can be said without git: of events that were recorded before it was asked, and of pushes that lead back. The
 * clock alone does not tell, because it may have been set back between two pushes: what goes on from the known
 * position counts (but not the making of a branch that was deleted since), and what leads to where that position
 * began is outdated. What begins there too is outdated when the position was found by comparing refs: it is one of
 * the pushes found at once.
 */
const seemsOutdated = (
  known: Pick<RefRow, 'sha' | 'oldSha' | 'updatedAtMs'>,
  { oldSha, newSha }: Omit<ReceivedUpdate, 'ref'>,
  pushedAtMs: number,
  wasReconciled: boolean,
): boolean => {
  const isOlder = pushedAtMs < known.updatedAtMs;
  const leadsToItsBeginning = newSha === known.oldSha;
  if (oldSha === known.sha) return isOlder && leadsToItsBeginning;
  if (isOlder || leadsToItsBeginning) return true;
  return wasReconciled && oldSha === known.oldSha;
};
