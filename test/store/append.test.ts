import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repos } from '../../projections/index.js';
import { type NewEvent, repoStream } from '../../src/events/index.js';
import { type EventStore, openStore, VersionConflictError } from '../../src/store/index.js';

let root: string;
let store: EventStore;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'quire-store-'));
  store = openStore(root);
});

afterEach(async () => {
  await store.close();
  rmSync(root, { recursive: true });
});

const created = (name: string): NewEvent => ({ stream: repoStream(name), type: 'repo.created', data: {} });

describe('append', () => {
  it('numbers events without a gap, chains them and folds their rows', async () => {
    const [first] = await store.append([created('a')], { actor: 'operator:ann' });
    const [second] = await store.append([created('b')], { actor: 'operator:ann', cause: 1 });
    expect([first!.seq, second!.seq]).toEqual([1, 2]);
    expect(second!.prevHash).toBe(first!.hash);
    expect(second!.causationSeq).toBe(1);
    expect(store.head()).toMatchObject({ seq: 2, hash: second!.hash });
    expect(store.read.select().from(repos).all()).toMatchObject([
      { name: 'a', state: 'present', lastSeq: 1 },
      { name: 'b', state: 'present', lastSeq: 2 },
    ]);
    expect(store.check()).toEqual([]);
  });

  it('stores nothing of an append whose stream is not as expected, and names both versions', async () => {
    await store.append([created('a')], { actor: 'operator:ann', expectedVersion: 'none' });
    const twice = store.append([created('b'), created('a')], {
      actor: 'operator:ann',
      expectedVersion: 'none',
    });
    await expect(twice).rejects.toThrow(VersionConflictError);
    await expect(twice).rejects.toThrow('stream repo/a: expected that it does not exist, found version 1');
    expect(store.head().seq).toBe(1);
    const [next] = await store.append([created('c')], { actor: 'operator:ann' });
    expect(next!.seq).toBe(2);
  });

  it('lets concurrent appends share a commit, and a refused one does not disturb the others', async () => {
    const commits: number[] = [];
    store.events$.subscribe((events) => commits.push(events.length));
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'a', 'c'].map((name) =>
        store.append([created(name)], { actor: 'operator:ann', expectedVersion: 'none' }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(commits).toEqual([3]);
    expect(store.readEvents().map(({ seq, stream }) => [seq, stream])).toEqual([
      [1, 'repo/a'],
      [2, 'repo/b'],
      [3, 'repo/c'],
    ]);
  });
});
