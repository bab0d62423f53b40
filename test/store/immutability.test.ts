import { spawnSync } from 'node:child_process';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { repoStream } from '../../src/events/index.js';
import { databasePath, type EventStore } from '../../src/store/index.js';
import { expectRebuildable } from './expect-rebuildable.js';
import { temporaryStore } from './temporary-store.js';

let store: EventStore;
let path: string;

beforeEach(async () => {
  const temporary = temporaryStore();
  store = temporary;
  path = databasePath(temporary.root);
  for (const name of ['a', 'b', 'c']) {
    await store.append([{ stream: repoStream(name), type: 'repo.created', data: {}, clientNumber: 1 }], {
      actor: 'operator:ann',
    });
  }
});

/** All columns of event 2, under another number or version. */
const copyOf2 = (changes: Record<string, string> = {}): string => {
  const columns = [
    'seq',
    'id',
    'stream',
    'stream_version',
    'type',
    'type_version',
    'occurred_at_ms',
    'recorded_at_ms',
    'actor',
    'causation_seq',
    'correlation_id',
    'client_number',
    'data',
    'data_hash',
    'prev_hash',
    'hash',
  ];
  const values = columns.map((column) => changes[column] ?? column);
  return `INTO events (${columns.join()}) SELECT ${values.join()} FROM events WHERE seq = 2`;
};

const immutable = /events are (immutable|append-only)/;

const attacks: readonly (readonly [string, string])[] = [
  ['UPDATE', "UPDATE events SET type = 'x'"],
  ['UPDATE of one column of one row', 'UPDATE events SET actor = actor WHERE seq = 2'],
  ['UPDATE OR REPLACE of a number', 'UPDATE OR REPLACE events SET seq = 1 WHERE seq = 2'],
  ['UPDATE OR IGNORE', 'UPDATE OR IGNORE events SET seq = 9 WHERE seq = 2'],
  ['DELETE', 'DELETE FROM events'],
  ['DELETE of the last row', 'DELETE FROM events WHERE seq = 3'],
  ['INSERT OR REPLACE of a stored number', `INSERT OR REPLACE ${copyOf2({ data: "'{}'" })}`],
  ['REPLACE of a stored number', `REPLACE ${copyOf2({ type: "'repo.removed'" })}`],
  ['INSERT OR REPLACE of a stream version', `INSERT OR REPLACE ${copyOf2({ seq: '4' })}`],
  ['INSERT OR REPLACE of a client number', `INSERT OR REPLACE ${copyOf2({ seq: '4', stream_version: '2' })}`],
  ['INSERT OR REPLACE without a number', `INSERT OR REPLACE ${copyOf2({ seq: 'NULL' })}`],
  ['INSERT OR IGNORE of a stored number', `INSERT OR IGNORE ${copyOf2()}`],
  ['an upsert', `INSERT ${copyOf2({ data: "'[]'" })} ON CONFLICT (seq) DO UPDATE SET data = excluded.data`],
  ['INSERT behind a gap', `INSERT ${copyOf2({ seq: '9', stream_version: '2', client_number: '2' })}`],
  ['INSERT before the first', `INSERT ${copyOf2({ seq: '0', stream_version: '2', client_number: '2' })}`],
  [
    'INSERT behind a gap of the stream',
    `INSERT ${copyOf2({ seq: '4', stream_version: '3', client_number: '2' })}`,
  ],
];

const rows = (): unknown[] => {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare('SELECT * FROM events').all();
  } finally {
    db.close();
  }
};

describe('the events table', () => {
  it.each(attacks)('refuses %s on a connection without our pragmas', (_, sql) => {
    const before = rows();
    const db = new Database(path);
    expect(db.pragma('recursive_triggers', { simple: true })).toBe(0);
    expect(() => db.exec(sql)).toThrow(immutable);
    db.close();
    expect(rows()).toEqual(before);
  });

  it.each(attacks)('refuses %s with recursive triggers and without checks', (_, sql) => {
    const before = rows();
    const db = new Database(path);
    db.pragma('recursive_triggers = ON');
    db.pragma('ignore_check_constraints = ON');
    db.pragma('foreign_keys = OFF');
    expect(() => db.exec(sql)).toThrow(immutable);
    db.close();
    expect(rows()).toEqual(before);
  });

  it.skipIf(spawnSync('sqlite3', ['--version']).status !== 0).each(attacks)(
    'refuses %s from the sqlite3 command line',
    (_, sql) => {
      const before = rows();
      const { status, stderr } = spawnSync('sqlite3', [path, sql], { encoding: 'utf8' });
      expect(status).not.toBe(0);
      expect(stderr).toMatch(immutable);
      expect(rows()).toEqual(before);
    },
  );

  it('goes on with the next number after all of that', async () => {
    const db = new Database(path);
    for (const [, sql] of attacks) expect(() => db.exec(sql)).toThrow();
    db.close();
    const [event] = await store.append([{ stream: repoStream('d'), type: 'repo.created', data: {} }], {
      actor: 'operator:ann',
    });
    expect(event!.seq).toBe(4);
    expectRebuildable(store);
  });
});
