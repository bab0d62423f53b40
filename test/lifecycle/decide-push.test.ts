import { and, eq, inArray } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { pushes, refs, runs } from '../../projections/index.js';
import type { StoredEvent, StreamName } from '../../src/events/index.js';
import {
  decideCancel,
  decideClaim,
  decidePush,
  decideStart,
  type InspectedRef,
  type PushCommand,
  viewRun,
} from '../../src/lifecycle/index.js';
import type { EventStore, ExpectedVersion } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryStore } from '../store/temporary-store.js';

const none = '0'.repeat(40);
const sha = (digit: string) => digit.repeat(40);
const main = 'refs/heads/main';

const update = (changes: Partial<InspectedRef> = {}): InspectedRef => ({
  ref: main,
  oldSha: none,
  newSha: sha('a'),
  found: 'pipeline',
  commitSha: sha('a'),
  subject: 'Say hello',
  author: 'Ann',
  ...changes,
});

let runCount = 0;

const push = (
  store: EventStore,
  id: string,
  changes: Partial<PushCommand> = {},
): Promise<readonly StoredEvent[]> =>
  store.append(
    (read) =>
      decidePush(
        {
          ref: (name) => read.select().from(refs).where(eq(refs.ref, name)).get(),
          wasReconciled: (pushId) =>
            read.select().from(pushes).where(eq(pushes.id, pushId)).get()?.source === 'reconciliation',
          openRuns: (ref) =>
            read
              .select()
              .from(runs)
              .where(and(eq(runs.ref, ref), inArray(runs.state, ['queued', 'active'])))
              .all(),
        },
        { id, repo: 'site', pushedAtMs: 1_000, pusher: 'ann', source: 'hook', refs: [update()], ...changes },
        () => `run-${++runCount}`,
      ),
    {
      actor: 'hook',
      expectedVersion: { [`push/${id}` as StreamName]: 'none' } as Record<StreamName, ExpectedVersion>,
    },
  );

const typesOf = (events: readonly StoredEvent[]) => events.map(({ type }) => type);
/** An update that goes on from where the first one led. */
const onward = (from = 'a', to = 'b') =>
  update({ oldSha: sha(from), newSha: sha(to), commitSha: sha(to), foundSha: sha(to) });

const activate = async (store: EventStore, runId: string): Promise<void> => {
  const of = (read: EventStore['read']) => viewRun(read, runId).run;
  await store.append((read) => decideClaim(of(read), sampleData['run.claimed']), { actor: 'runner' });
  await store.append((read) => decideStart(of(read), sampleData['run.started']), { actor: 'ci' });
};
const runOf = (events: readonly StoredEvent[]): string =>
  events.find(({ type }) => type === 'run.queued')!.stream.slice('run/'.length);

describe('a push', () => {
  it('queues one run per updated ref, each caused by the push and of its correlation', async () => {
    const store = temporaryStore();
    const events = await push(store, 'p1', {
      refs: [
        update(),
        update({ ref: 'refs/tags/v1', newSha: sha('b'), commitSha: sha('a'), oldSha: sha('9') }),
      ],
      source: 'local',
    });
    expect(typesOf(events)).toEqual(['push.received', 'run.queued', 'run.queued']);
    expect(events.map(({ causationSeq }) => causationSeq)).toEqual([null, 1, 1]);
    expect(new Set(events.map(({ correlationId }) => correlationId)).size).toBe(1);
    expect(store.read.select().from(runs).all()).toMatchObject([
      { ref: main, sha: sha('a'), previousSha: null, state: 'queued', pushId: 'p1', attempt: 1 },
      { ref: 'refs/tags/v1', sha: sha('a'), previousSha: sha('9'), state: 'queued' },
    ]);
    expectRebuildable(store);
  });

  it.each([
    ['deleted', { found: 'deleted', newSha: none, oldSha: sha('a') }, 'the ref was deleted'],
    ['no-pipeline', { found: 'no-pipeline' }, `commit ${sha('a')} has no .quire/ci.fnl`],
    ['not-a-commit', { found: 'not-a-commit' }, `${sha('a')} is not a commit and leads to none`],
  ] as const)('of a ref that is %s starts nothing and says so', async (reason, changes, message) => {
    const store = temporaryStore();
    const events = await push(store, 'p1', { refs: [update(changes)], source: 'local' });
    expect(typesOf(events)).toEqual(['push.received', 'push.ref-ignored']);
    expect(events[1]).toMatchObject({ causationSeq: 1, data: { reason, message } });
    expect(store.read.select().from(pushes).all()).toMatchObject([{ refCount: 1, ignoredRefCount: 1 }]);
    expect(store.read.select().from(runs).all()).toEqual([]);
    expect(store.read.select().from(refs).all()).toMatchObject([
      { ref: main, sha: (events[1]!.data as { newSha: string }).newSha },
    ]);
    expectRebuildable(store);
  });

  it('that comes in after a later one of the same ref is outdated, and the later position stays', async () => {
    const store = temporaryStore();
    await push(store, 'later', {
      pushedAtMs: 2_000,
      refs: [update({ oldSha: sha('a'), newSha: sha('b'), commitSha: sha('b') })],
    });
    const events = await push(store, 'spooled', { pushedAtMs: 1_500 });
    expect(typesOf(events)).toEqual(['push.received', 'push.ref-ignored']);
    expect(events[1]!.data).toMatchObject({
      reason: 'outdated',
      message: `push later had already moved the ref on to ${sha('b')}`,
    });
    expect(store.read.select().from(refs).all()).toMatchObject([{ sha: sha('b'), pushId: 'later' }]);
    expectRebuildable(store);
  });

  it('whose hook was slower than that of the push after it is outdated, whatever its time says', async () => {
    const store = temporaryStore();
    const second = update({ oldSha: sha('a'), newSha: sha('b'), commitSha: sha('b') });
    await push(store, 'second', { pushedAtMs: 1_000, refs: [second] });
    const events = await push(store, 'first', { pushedAtMs: 1_030 });
    expect(events[1]!.data).toMatchObject({ reason: 'outdated' });
    expect(store.read.select().from(refs).all()).toMatchObject([{ sha: sha('b'), pushId: 'second' }]);
    expect(store.read.select().from(runs).all()).toMatchObject([{ state: 'queued', sha: sha('b') }]);
    expectRebuildable(store);
  });

  it('that goes on from the known position starts a run, also when the clock was set back', async () => {
    const store = temporaryStore();
    await push(store, 'p1', { pushedAtMs: 9_000 });
    for (const [i, [from, to]] of [['a', 'b'] as const, ['b', 'c'] as const].entries()) {
      const events = await push(store, `back-${i}`, {
        pushedAtMs: 2_000 + i,
        refs: [update({ oldSha: sha(from), newSha: sha(to), commitSha: sha(to) })],
      });
      expect(typesOf(events)).toContain('run.queued');
    }
    expect(store.read.select().from(refs).all()).toMatchObject([{ sha: sha('c'), pushId: 'back-1' }]);
    expectRebuildable(store);
  });

  it('that is where git has the ref starts a run, also when the clock was set back and the hook before is slower', async () => {
    const store = temporaryStore();
    await push(store, 'p1', { pushedAtMs: 9_000, refs: [update({ foundSha: sha('a') })] });
    const third = update({ oldSha: sha('b'), newSha: sha('c'), commitSha: sha('c'), foundSha: sha('c') });
    expect(typesOf(await push(store, 'p3', { pushedAtMs: 2_000, refs: [third] }))).toContain('run.queued');
    const second = update({ oldSha: sha('a'), newSha: sha('b'), commitSha: sha('b'), foundSha: sha('c') });
    const late = await push(store, 'p2', { pushedAtMs: 1_990, refs: [second] });
    expect(late.at(-1)!.data).toMatchObject({ reason: 'outdated' });
    expect(store.read.select().from(refs).all()).toMatchObject([{ sha: sha('c'), pushId: 'p3' }]);
    expectRebuildable(store);
  });

  it('that leads back to where the ref was two pushes before starts a run, though the one between was not told', async () => {
    const store = temporaryStore();
    const first = update({ oldSha: sha('9'), foundSha: sha('a') });
    await push(store, 'p1', { refs: [first] });
    const back = update({ oldSha: sha('b'), newSha: sha('9'), commitSha: sha('9'), foundSha: sha('9') });
    expect(typesOf(await push(store, 'p3', { pushedAtMs: 2_000, refs: [back] }))).toContain('run.queued');
    expect(store.read.select().from(refs).all()).toMatchObject([{ sha: sha('9'), pushId: 'p3' }]);
    expectRebuildable(store);
  });

  it('that a reconciliation found before its hook got here starts no second run, and says so', async () => {
    const store = temporaryStore();
    await push(store, 'found', { source: 'reconciliation', pushedAtMs: 1_000 });
    const events = await push(store, 'hook', { pushedAtMs: 1_001 });
    expect(typesOf(events)).toEqual(['push.received', 'push.ref-ignored']);
    expect(events[1]!.data).toMatchObject({
      reason: 'outdated',
      message: `the server had already found the ref at ${sha('a')}: push found stands for this one`,
    });
    const next = update({ oldSha: sha('a'), newSha: sha('b'), commitSha: sha('b') });
    const goesOn = await push(store, 'next', { pushedAtMs: 1_002, refs: [next] });
    expect(typesOf(goesOn)).toContain('run.queued');
    expectRebuildable(store);
  });

  it('that is one of several a reconciliation found at once starts no run, nor does the last of them', async () => {
    const store = temporaryStore();
    const found = update({ newSha: sha('b'), commitSha: sha('b') });
    await push(store, 'found', { source: 'reconciliation', pushedAtMs: 1_000, refs: [found] });
    const second = update({ oldSha: sha('a'), newSha: sha('b'), commitSha: sha('b') });
    for (const [id, one] of [['first', update()] as const, ['second', second] as const]) {
      const events = await push(store, id, { pushedAtMs: 1_010, refs: [one] });
      expect(typesOf(events)).toEqual(['push.received', 'push.ref-ignored']);
    }
    expect(store.read.select().from(refs).all()).toMatchObject([{ sha: sha('b') }]);
    expectRebuildable(store);
  });

  it('of a branch that was made anew much later starts a run, though nobody told of the end of the old one', async () => {
    const store = temporaryStore();
    await push(store, 'p1');
    const anew = update({ newSha: sha('b'), commitSha: sha('b') });
    expect(typesOf(await push(store, 'p2', { pushedAtMs: 100_000, refs: [anew] }))).toContain('run.queued');
  });

  it('that leads back to where a hook had reported the ref starts a run', async () => {
    const store = temporaryStore();
    await push(store, 'p1');
    const back = update({ oldSha: sha('b'), newSha: sha('a') });
    expect(typesOf(await push(store, 'p2', { pushedAtMs: 2_000, refs: [back] }))).toContain('run.queued');
  });

  it('that does not begin where its ref was known to be says which part of the way nobody reported', async () => {
    const store = temporaryStore();
    const made = await push(store, 'p2', { refs: [onward()] });
    expect(typesOf(made)).toEqual(['push.received', 'push.gap-found', 'run.queued']);
    expect(made[1]).toMatchObject({ causationSeq: 1, data: { ref: main, knownSha: none, oldSha: sha('a') } });
    const events = await push(store, 'p4', { pushedAtMs: 2_000, refs: [onward('c', 'd')] });
    expect(typesOf(events)).toEqual(['push.received', 'push.gap-found', 'run.queued', 'run.superseded']);
    expect(events[1]!.data).toEqual({
      ref: main,
      knownSha: sha('b'),
      oldSha: sha('c'),
      message: `what was pushed between ${sha('b')} and ${sha('c')} was not reported in time: it has no run of its own`,
    });
    const slow = { ...onward('b', 'c'), foundSha: sha('d') };
    const late = await push(store, 'p3', { pushedAtMs: 1_500, refs: [slow] });
    expect(typesOf(late)).toEqual(['push.received', 'push.ref-ignored']);
    expectRebuildable(store);
  });

  it('that quire made itself, or found by comparing refs, has no gap before it', async () => {
    for (const source of ['local', 'reconciliation'] as const) {
      const events = await push(temporaryStore(), 'p2', { source, refs: [onward()] });
      expect(typesOf(events)).not.toContain('push.gap-found');
    }
  });

  it('that a reconciliation found is never outdated, though the clock was set back and the ref led back', async () => {
    const store = temporaryStore();
    await push(store, 'p1', { pushedAtMs: 9_000, refs: [onward()] });
    const events = await push(store, 'found', {
      source: 'reconciliation',
      pushedAtMs: 2_000,
      refs: [onward('b', 'a')],
    });
    expect(typesOf(events)).toContain('run.queued');
    expect(store.read.select().from(refs).all()).toMatchObject([{ sha: sha('a'), pushId: 'found' }]);
    expectRebuildable(store);
  });

  it('from a reconciliation is another event, and otherwise the same', async () => {
    const store = temporaryStore();
    const events = await push(store, 'p1', { source: 'reconciliation' });
    expect(typesOf(events)).toEqual(['push.reconciled', 'run.queued']);
    expect(store.read.select().from(pushes).all()).toMatchObject([{ source: 'reconciliation' }]);
  });

  it('that names a ref twice is malformed, and nothing of it is stored', async () => {
    const store = temporaryStore();
    const twice = push(store, 'p1', { refs: [update(), update({ newSha: sha('b') })] });
    await expect(twice).rejects.toThrow('expected each ref once');
    expect(store.head().seq).toBe(0);
  });
});

describe('a push to the ref of an open run', () => {
  it('supersedes a waiting run, also a claimed one', async () => {
    for (const claimed of [false, true]) {
      const store = temporaryStore();
      const first = runOf(await push(store, 'p1'));
      if (claimed) {
        await store.append((read) => decideClaim(viewRun(read, first).run, sampleData['run.claimed']), {
          actor: 'runner',
        });
      }
      const events = await push(store, 'p2', { pushedAtMs: 2_000, refs: [onward()] });
      expect(typesOf(events)).toEqual(['push.received', 'run.queued', 'run.superseded']);
      expect(events[2]).toMatchObject({ stream: `run/${first}`, causationSeq: events[1]!.seq });
      expect(viewRun(store.read, first).run).toMatchObject({
        state: 'superseded',
        supersededBy: runOf(events),
      });
      expectRebuildable(store);
    }
  });

  it('asks an active run to end, once', async () => {
    const store = temporaryStore();
    const first = runOf(await push(store, 'p1'));
    await activate(store, first);
    const second = await push(store, 'p2', { pushedAtMs: 2_000, refs: [onward()] });
    expect(typesOf(second)).toEqual(['push.received', 'run.queued', 'run.cancel-requested']);
    expect(second[2]!.data).toMatchObject({ reason: 'superseded', supersededBy: runOf(second), by: 'push' });
    const third = await push(store, 'p3', { pushedAtMs: 3_000, refs: [onward('b', 'c')] });
    expect(typesOf(third)).toEqual(['push.received', 'run.queued', 'run.superseded']);
    expect(third[2]!.stream).toBe(`run/${runOf(second)}`);
    expect(viewRun(store.read, first).run).toMatchObject({ state: 'active', cancelReason: 'superseded' });
    expectRebuildable(store);
  });

  it("leaves an operator's cancellation of an active run as it is", async () => {
    const store = temporaryStore();
    const first = runOf(await push(store, 'p1'));
    await activate(store, first);
    await store.append((read) => decideCancel(viewRun(read, first), sampleData['run.cancel-requested']), {
      actor: 'operator:ann',
    });
    const second = await push(store, 'p2', { pushedAtMs: 2_000, refs: [onward()] });
    expect(typesOf(second)).toEqual(['push.received', 'run.queued']);
    expect(viewRun(store.read, first).run.cancelReason).toBe('operator');
  });

  it('leaves runs of other refs alone', async () => {
    const store = temporaryStore();
    const first = runOf(await push(store, 'p1'));
    await push(store, 'p2', { refs: [update({ ref: 'refs/heads/topic' })] });
    expect(viewRun(store.read, first).run.state).toBe('queued');
  });
});
