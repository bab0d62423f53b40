import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jobStatistics, runs } from '../../projections/index.js';
import { catalog, type EventType, type NewEvent } from '../../src/events/index.js';
import {
  databasePath,
  type EventStore,
  importHistory,
  logRedactions,
  openStore,
  openStoreReader,
} from '../../src/store/index.js';
import { sampleEvent } from '../lifecycle/reach.js';
import { expectRebuildable } from './expect-rebuildable.js';
import { temporaryRoot } from './temporary-store.js';

const head = { seq: 37, hash: 'c7685a01682be5e249c24df606d96d67db2511fc5a5bc5015bdbd78df845b685' };

/** A root with the database of the first release that has one; see fixtures/README.md. */
const oldRoot = (): string => {
  const root = temporaryRoot();
  const fixture = new URL('fixtures/migration-0001.db', import.meta.url);
  copyFileSync(fileURLToPath(fixture), databasePath(root));
  return root;
};

const upgraded = async (root = oldRoot()): Promise<EventStore> => {
  const store = openStore(root);
  onTestFinished(() => store.close());
  await store.caughtUp;
  return store;
};

const tablesOf = (root: string): string[] => {
  const db = new Database(databasePath(root), { readonly: true });
  try {
    return db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  } finally {
    db.close();
  }
};

describe('a database of an earlier version', () => {
  it('has fewer tables and old versions of events: the fixture is what it says', () => {
    const root = oldRoot();
    expect(tablesOf(root)).not.toContain('job_statistics');
    const db = new Database(databasePath(root), { readonly: true });
    const written = db.prepare('SELECT DISTINCT type, type_version AS version FROM events').all() as {
      type: EventType;
      version: number;
    }[];
    db.close();
    expect(written.every(({ version }) => version === 1)).toBe(true);
    const outdated = written.filter(({ type, version }) => version < catalog[type].version);
    expect(outdated.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['run.queued', 'pipeline.registered', 'log.redacted']),
    );
  });

  it('is opened for reading only after it was brought up to date', async () => {
    const root = oldRoot();
    expect(() => openStoreReader(root)).toThrow(
      'it was written by an older version; copy the file, then start quire serve once',
    );
    await (await upgraded(root)).close();
    openStoreReader(root).close();
  });

  it('is opened, keeps its head, and its rows are those of today', async () => {
    const store = await upgraded();
    expect(store.head()).toMatchObject(head);
    expect(
      store.read.select({ id: runs.id, state: runs.state, pusher: runs.pusher }).from(runs).all(),
    ).toEqual([
      { id: '01kzzzz00aaaaaaaaa1x', state: 'succeeded', pusher: 'ann' },
      { id: '01kzzzz00bbbbbbbbb2x', state: 'failed', pusher: 'ann' },
      { id: '01kzzzz00ccccccccc3y', state: 'queued', pusher: 'ann' },
    ]);
    expect(store.projectionStatus().map(({ state }) => state)).not.toContain('outdated');
    expectRebuildable(store);
  });

  it('fills a read model that came later from all of its history', async () => {
    const store = await upgraded();
    const rows = store.read.select().from(jobStatistics).all();
    const figures = rows.map(({ jobId, runs: count, failed }) => [jobId, count, failed] as const);
    expect(figures.toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ['deploy', 1, 0],
      ['lint', 2, 0],
      ['test', 2, 1],
    ]);
  });

  it('verifies against its published head, and tells of what was redacted', async () => {
    const store = await upgraded();
    expect(store.verify(head)).toEqual({
      events: 37,
      head,
      findings: [{ code: 'redacted', seq: 10, bySeq: 36, reason: 'a token was in it' }],
    });
  });

  it('gives old versions of events in the shapes of today', async () => {
    const store = await upgraded();
    const [queued] = store.readEvents({ types: ['run.queued'] });
    expect(queued).toMatchObject({ typeVersion: 1, data: { onlyFailed: false } });
    const [redacted] = store.readEvents({ types: ['log.redacted'] });
    expect(redacted).toMatchObject({ typeVersion: 1, data: { fromLine: 2, spanSha256: null } });
    expect(logRedactions(store, '01kzzzz00aaaaaaaaa1x')).toMatchObject([
      { fromLine: 2, toLine: 3, bySeq: 37 },
    ]);
    for (const { type, data } of store.readEvents()) {
      expect(catalog[type as EventType].schema.parse(data)).toEqual(data);
    }
  });

  it('is rebuilt, redacted and appended to as any other', async () => {
    const store = await upgraded();
    await store.rebuild();
    store.redact([3], 'a name', { actor: 'operator:ann' });
    await store.append([{ ...sampleEvent('run.queued'), stream: 'run/new' } as NewEvent], { actor: 'hook' });
    expectRebuildable(store);
    expect(store.verify(head).findings.map(({ code }) => code)).toEqual(['redacted', 'redacted']);
  });

  it('exports to a root with the same head and the same lines', async () => {
    const store = await upgraded();
    const lines = [...store.exportLines()];
    const root = temporaryRoot();
    expect(await importHistory(root, lines)).toMatchObject(head);
    const copy = openStoreReader(root);
    expect([...copy.exportLines()]).toEqual(lines);
    copy.close();
    expectRebuildable(root);
  });
});
