import { and, asc, eq, inArray } from 'drizzle-orm';
import { pushes, refs, runs } from '../../projections/index.js';
import { pushStream, runStream, type StoredEvent, timeSortedId } from '../events/index.js';
import { decidePush, type PushCommand, type PushState } from '../lifecycle/index.js';
import type { EventStore, TransactionReader } from '../store/index.js';

/** Appends a push and what follows from it, in one transaction. Throws VersionConflictError when it is stored already. */
export const storePush = (store: EventStore, push: PushCommand): Promise<readonly StoredEvent[]> =>
  store.append((read) => decidePush(pushState(read, push.repo), push, () => timeSortedId(Date.now())), {
    actor: push.source === 'reconciliation' ? 'reconciler' : 'hook',
    expectedVersion: { [pushStream(push.id)]: 'none' as const },
    correlationId: push.id,
  });

/** The events that an earlier arrival of the same push led to. */
export const storedPush = (store: EventStore, pushId: string): readonly StoredEvent[] => {
  const ofPush = eq(runs.pushId, pushId);
  const first = store.read
    .select({ id: runs.id })
    .from(runs)
    .where(and(ofPush, eq(runs.attempt, 1)))
    .all();
  const streams = [pushStream(pushId), ...first.map(({ id }) => runStream(id))];
  return store.readEvents({
    streams,
    types: ['push.received', 'push.reconciled', 'push.gap-found', 'push.ref-ignored', 'run.queued'],
    limit: 300_000,
  }) as unknown as StoredEvent[];
};

const pushState = (read: TransactionReader, repo: string): PushState => ({
  ref: (name) =>
    read
      .select()
      .from(refs)
      .where(and(eq(refs.repo, repo), eq(refs.ref, name)))
      .get(),
  wasReconciled: (pushId) =>
    read.select().from(pushes).where(eq(pushes.id, pushId)).get()?.source === 'reconciliation',
  openRuns: (ref) =>
    read
      .select()
      .from(runs)
      .where(and(eq(runs.repo, repo), eq(runs.ref, ref), inArray(runs.state, ['queued', 'active'])))
      .orderBy(asc(runs.id))
      .all(),
});
