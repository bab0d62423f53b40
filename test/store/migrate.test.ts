import { mkdirSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { repoStream } from '../../src/events/index.js';
import { databasePath, NewerDatabaseError, openStore, openStoreReader } from '../../src/store/index.js';
import { expectRebuildable } from './expect-rebuildable.js';
import { temporaryRoot } from './temporary-store.js';

describe('opening a root', () => {
  it('makes a database in an empty folder, and finds it again', async () => {
    const root = `${temporaryRoot()}/deep/root`;
    const first = openStore(root);
    expect(first.head()).toEqual({ seq: 0, hash: '0'.repeat(64), recordedAtMs: 0 });
    await first.append([{ stream: repoStream('a'), type: 'repo.created', data: {} }], {
      actor: 'operator:ann',
    });
    const head = first.head();
    await first.close();
    const second = openStore(root);
    expect(second.head()).toEqual(head);
    await second.close();
    expectRebuildable(root);
  });

  it('uses write-ahead logging, and numbers without AUTOINCREMENT', async () => {
    const root = temporaryRoot();
    await openStore(root).close();
    const db = new Database(databasePath(root), { readonly: true });
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    const sql = String(db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'events'").pluck().get());
    expect(sql).not.toMatch(/autoincrement/i);
    db.close();
  });

  it('refuses a database of a newer quire, for writing and for reading, and changes nothing', async () => {
    const root = temporaryRoot();
    await openStore(root).close();
    const db = new Database(databasePath(root));
    const known = Number(db.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get());
    db.prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 9e15)").run();
    db.close();
    for (const open of [openStore, openStoreReader]) {
      expect(() => open(root)).toThrow(NewerDatabaseError);
      expect(() => open(root)).toThrow(
        `quire.db has ${known + 1} migrations, this quire knows ${known}: it was written by a newer version`,
      );
    }
  });

  it('for reading refuses a database that waits for its migration, and one that is not there', async () => {
    const root = temporaryRoot();
    expect(() => openStoreReader(root)).toThrow();
    await openStore(root).close();
    const db = new Database(databasePath(root));
    db.prepare(
      'DELETE FROM __drizzle_migrations WHERE rowid = (SELECT max(rowid) FROM __drizzle_migrations)',
    ).run();
    db.close();
    expect(() => openStoreReader(root)).toThrow(
      'it was written by an older version; copy the file, then start quire serve once',
    );
  });

  it('gives the root back when it fails', async () => {
    const root = temporaryRoot();
    mkdirSync(databasePath(root));
    expect(() => openStore(root)).toThrow();
    expect(() => openStore(root)).not.toThrow(/another quire process/);
  });
});
