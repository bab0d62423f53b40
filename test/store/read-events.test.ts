import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { repos } from '../../projections/index.js';
import { repoStream } from '../../src/events/index.js';
import { CheckError, databasePath, isKnownEvent, openStore, openStoreReader } from '../../src/store/index.js';
import { runPaths, sampleEvent } from '../lifecycle/reach.js';
import { appendRaw } from './raw-event.js';
import { temporaryRoot, temporaryStore } from './temporary-store.js';

const actor = 'operator:ann' as const;

describe('readers', () => {
  it('page through events by number, stream, type and correlation, both ways', async () => {
    const store = temporaryStore();
    await store.append(runPaths.active.map(sampleEvent), { actor, correlationId: 'root' });
    await store.append([{ stream: repoStream('a'), type: 'repo.created', data: {} }], { actor });
    const seqs = (...query: Parameters<typeof store.readEvents>) =>
      store.readEvents(...query).map(({ seq }) => seq);
    expect(seqs()).toEqual([1, 2, 3, 4]);
    expect(seqs({ afterSeq: 1, toSeq: 3 })).toEqual([2, 3]);
    expect(seqs({ limit: 2, descending: true })).toEqual([4, 3]);
    expect(seqs({ streams: ['repo/a'] })).toEqual([4]);
    expect(seqs({ types: ['run.queued', 'repo.created'] })).toEqual([1, 4]);
    expect(seqs({ correlationId: 'root' })).toEqual([1, 2, 3]);
  });

  it('show an unknown type and a newer version raw, while a fold stops at them', async () => {
    const root = temporaryRoot();
    await openStore(root).close();
    appendRaw(root, { stream: 'repo/a', type: 'repo.painted', typeVersion: 1, json: '{"colour":"red"}' });
    appendRaw(root, { stream: 'repo/a', type: 'repo.created', typeVersion: 9, json: '{"new":[1]}' });
    const reader = openStoreReader(root);
    const [painted, newer] = reader.readEvents();
    expect(painted).toMatchObject({ type: 'repo.painted', data: { colour: 'red' } });
    expect(isKnownEvent(painted!)).toBe(false);
    expect(newer).toMatchObject({ typeVersion: 9, data: { new: [1] } });
    expect(() => reader.check()).toThrow(
      'the check stopped at event 1 (repo.painted): cannot read event repo.painted version 1',
    );
    expect(() => reader.check()).toThrow(CheckError);
    reader.close();
  });

  it('show data that was changed to no JSON as its text, while a fold stops at it and says so', async () => {
    const root = temporaryRoot();
    await openStore(root).close();
    appendRaw(root, { stream: 'repo/a', type: 'repo.created', typeVersion: 1, json: '{"' });
    const reader = openStoreReader(root);
    const [event] = reader.readEvents();
    expect(event).toMatchObject({ type: 'repo.created', data: '{"' });
    expect(isKnownEvent(event!)).toBe(false);
    reader.close();
    const store = openStore(root);
    expect(() => store.refold(['repo/a'])).toThrow(/its data was changed and is no JSON; see: quire verify/);
    await store.close();
  });

  it('cannot write', async () => {
    const store = temporaryStore();
    await store.append([{ stream: repoStream('a'), type: 'repo.created', data: {} }], { actor });
    expect(() => store.read.delete(repos).run()).toThrow(/readonly/);
  });

  it('see a state that stands still within a transaction, while the writer goes on', async () => {
    const store = temporaryStore();
    await store.append([{ stream: repoStream('a'), type: 'repo.created', data: {} }], { actor });
    const reader = openStoreReader(store.root);
    const counted: number[] = [];
    let appended: Promise<unknown> | undefined;
    reader.read.transaction((read) => {
      counted.push(read.select().from(repos).all().length);
      appended = store.append([{ stream: repoStream('b'), type: 'repo.created', data: {} }], { actor });
      counted.push(read.select().from(repos).all().length);
    });
    await appended;
    counted.push(reader.read.select().from(repos).all().length);
    expect(counted).toEqual([1, 1, 2]);
    reader.close();
  });

  it('are told of rows that the events do not say', async () => {
    const root = temporaryRoot();
    const store = openStore(root);
    await store.append(runPaths.queued.map(sampleEvent), { actor });
    await store.append([{ stream: repoStream('a'), type: 'repo.created', data: {} }], { actor });
    await store.close();
    const db = new Database(databasePath(root));
    db.exec(
      "UPDATE runs SET pusher = 'eve'; DELETE FROM repos; INSERT INTO repos VALUES ('b', 'present', 1, NULL, 1)",
    );
    db.close();
    const reader = openStoreReader(root);
    expect(
      reader
        .check()
        .map(({ table, key, folded, live }) => [table, key, folded !== undefined, live !== undefined]),
    ).toEqual([
      ['repos', 'a', true, false],
      ['repos', 'b', false, true],
      ['runs', 'run-1', true, true],
    ]);
    reader.close();
  });
});
