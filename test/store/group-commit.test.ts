import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { runs } from '../../projections/index.js';
import { type NewEvent, repoStream, type StoredEvent } from '../../src/events/index.js';
import { databasePath, VersionConflictError } from '../../src/store/index.js';
import { runPaths, sampleEvent } from '../lifecycle/reach.js';
import { expectRebuildable } from './expect-rebuildable.js';
import { temporaryStore } from './temporary-store.js';

const actor = 'operator:ann' as const;
const created = (name: string): NewEvent => ({ stream: repoStream(name), type: 'repo.created', data: {} });
const malformed = {
  stream: repoStream('x'),
  type: 'repo.created',
  data: { extra: 1 },
} as unknown as NewEvent;

describe('concurrent appends', () => {
  it('share commits, keep their order, and are told after the commit', async () => {
    const store = temporaryStore();
    const other = new Database(databasePath(store.root), { readonly: true });
    const committed = other.prepare('SELECT max(seq) FROM events').pluck();
    const commits: (readonly StoredEvent[])[] = [];
    store.events$.subscribe((events) => {
      commits.push(events);
      expect(committed.get()).toBe(events.at(-1)!.seq);
    });
    const answers = await Promise.all(
      Array.from(
        { length: 600 },
        async (_, i) => (await store.append([created(`r${i}`)], { actor }))[0]!.seq,
      ),
    );
    expect(answers).toEqual(Array.from({ length: 600 }, (_, i) => i + 1));
    expect(commits.map((events) => events.length)).toEqual([256, 256, 88]);
    expect(commits.flat().map(({ seq }) => seq)).toEqual(answers);
    other.close();
    expectRebuildable(store);
  });

  it('see what was appended before them in the same commit', async () => {
    const store = temporaryStore();
    const seen: number[] = [];
    await Promise.all(
      [1, 2, 3].map(() =>
        store.append(
          (read) => {
            seen.push(read.select().from(runs).all().length);
            return [{ ...sampleEvent('run.queued'), stream: `run/r${seen.length}` } as NewEvent];
          },
          { actor },
        ),
      ),
    );
    expect(seen).toEqual([0, 1, 2]);
  });

  it.each<[string, () => NewEvent[]]>([
    ['malformed data', () => [created('y'), malformed]],
    ['an event in a foreign stream', () => [created('y'), { ...created('y'), stream: 'run/y' }]],
    [
      'a decider that throws',
      () => {
        throw new Error('no');
      },
    ],
    ['a fold that misses its row', () => [created('y'), { ...sampleEvent('run.claimed') }]],
    [
      'a row that SQL refuses',
      () => [created('y'), ...['run.queued', 'run.started'].map((type) => sampleEvent(type as 'run.queued'))],
    ],
  ])('are not disturbed by one with %s, and no number is lost', async (_, refused) => {
    const store = temporaryStore();
    await store.append([created('first')], { actor });
    const outcomes = await Promise.allSettled([
      store.append([created('a')], { actor }),
      store.append(() => refused(), { actor }),
      store.append([created('b')], { actor, expectedVersion: 'none' }),
      store.append([created('a')], { actor, expectedVersion: 'none' }),
      store.append([created('c')], { actor }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(store.readEvents().map(({ seq, stream, streamVersion }) => [seq, stream, streamVersion])).toEqual([
      [1, 'repo/first', 1],
      [2, 'repo/a', 1],
      [3, 'repo/b', 1],
      [4, 'repo/c', 1],
    ]);
    const [next] = await store.append([created('d')], { actor });
    expect(next).toMatchObject({ seq: 5, prevHash: store.readEvents({ afterSeq: 3, toSeq: 4 })[0]!.hash });
    expectRebuildable(store);
  });

  it('forget the rows of a refused append', async () => {
    const store = temporaryStore();
    await store.append(runPaths.active.map(sampleEvent), { actor });
    const illegal = [sampleEvent('run.adopted'), sampleEvent('run.released')];
    await expect(store.append(illegal, { actor })).rejects.toThrow('a run is claimed before it starts');
    await store.append([sampleEvent('run.succeeded')], { actor });
    expect(store.read.select().from(runs).all()).toMatchObject([
      { state: 'succeeded', ownerPid: 42, lastSeq: 4 },
    ]);
    expectRebuildable(store);
  });

  it('are all done before the store is closed', async () => {
    const store = temporaryStore();
    const appends = [store.append([created('a')], { actor }), store.append([created('b')], { actor })];
    await store.close();
    expect((await Promise.all(appends)).flat().map(({ seq }) => seq)).toEqual([1, 2]);
    await expect(store.append([created('c')], { actor })).rejects.toThrow();
  });
});

describe('an expected version', () => {
  it.each<['none' | 'any' | number, number, boolean]>([
    ['none', 0, true],
    ['none', 1, false],
    ['any', 0, true],
    ['any', 2, true],
    [0, 0, true],
    [0, 1, false],
    [1, 1, true],
    [1, 0, false],
    [1, 2, false],
    [2, 1, false],
  ])('%s of a stream at %i: stored %s', async (expectedVersion, version, stored) => {
    const store = temporaryStore();
    const types = ['repo.created', 'repo.removed', 'repo.created'] as const;
    const event = (i: number) => ({ stream: repoStream('a'), type: types[i]!, data: {} }) as const;
    for (let i = 0; i < version; i += 1) await store.append([event(i)], { actor });
    const append = store.append([event(version)], { actor, expectedVersion });
    if (stored) {
      expect((await append)[0]!.streamVersion).toBe(version + 1);
      return;
    }
    await expect(append).rejects.toThrow(VersionConflictError);
    await expect(append).rejects.toMatchObject({
      code: 'version-conflict',
      stream: 'repo/a',
      expected: expectedVersion,
      found: version,
    });
    expect(store.head().seq).toBe(version);
  });

  it('is checked for the streams that are named, and for these only', async () => {
    const store = temporaryStore();
    await store.append([created('a')], { actor });
    const both = [created('b'), { stream: repoStream('a'), type: 'repo.removed', data: {} } as const];
    await expect(
      store.append(both, { actor, expectedVersion: { 'repo/a': 2, 'repo/b': 'none' } }),
    ).rejects.toThrow('stream repo/a: expected version 2, found version 1; nothing was stored');
    await store.append(both, { actor, expectedVersion: { 'repo/b': 'none' } });
    expect(store.head().seq).toBe(3);
  });

  it('of a lost race names what was found, and the loser can decide anew', async () => {
    const store = temporaryStore();
    const [won, lost] = await Promise.allSettled([
      store.append([created('a')], { actor, expectedVersion: 'none' }),
      store.append([created('a')], { actor, expectedVersion: 'none' }),
    ]);
    expect([won!.status, lost!.status]).toEqual(['fulfilled', 'rejected']);
  });
});
