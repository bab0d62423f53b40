import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { projections } from '../../projections/index.js';
import type { NewEvent } from '../../src/events/index.js';
import { databasePath, type EventStore, openStore, openStoreReader } from '../../src/store/index.js';
import { shapeOf } from '../../src/store/fold/row-table.js';
import { sampleData } from '../events/sample-data.js';
import { jobPaths, sampleEvent } from '../lifecycle/reach.js';
import { temporaryRoot } from './temporary-store.js';

/** A closed root with a row in every read model. */
const filledRoot = async (): Promise<string> => {
  const root = temporaryRoot();
  const store: EventStore = openStore(root);
  const repo = { stream: 'repo/demo', type: 'repo.created', data: {} } as NewEvent;
  const push = { stream: 'push/p', type: 'push.received', data: sampleData['push.received'] } as NewEvent;
  await store.append([repo, push], { actor: 'hook' });
  for (const type of [
    ...jobPaths.active,
    'sh.started',
    'sh.finished',
    'job.succeeded',
    'run.succeeded',
  ] as const) {
    await store.append([sampleEvent(type)], { actor: 'ci' });
  }
  store.redact([store.head().seq - 3], 'a token', { actor: 'operator:ann' });
  await store.close();
  return root;
};

/** As somebody with the file in hand would: without triggers, checks and foreign keys. */
const openUnguarded = (root: string): Database.Database => {
  const db = new Database(databasePath(root));
  db.pragma('foreign_keys = OFF');
  db.pragma('ignore_check_constraints = ON');
  for (const name of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) {
    db.exec(`DROP TRIGGER "${name}"`);
  }
  return db;
};

type Row = Readonly<Record<string, unknown>>;

/** Another value that the column may hold: a JSON text stays JSON. */
const otherValue = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string') return 1;
  try {
    return JSON.stringify({ other: JSON.parse(value) });
  } catch {
    return `${value}x`;
  }
};

/** One byte of a text that was JSON, so that it is none any more; nothing for other values. */
const damagedJson = (value: unknown): string[] => {
  if (typeof value !== 'string' || !/^[[{"]/.test(value)) return [];
  return [`${value.slice(0, -1)}x`];
};

describe('a check', () => {
  it('has a row in every read model to look at', async () => {
    const db = openUnguarded(await filledRoot());
    for (const { name } of projections) {
      expect(db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get(), name).not.toBe(0);
    }
    db.close();
  });

  it.each(projections.map((projection) => [projection.name, projection] as const))(
    'finds a change of any column of %s, and names table, key and column',
    async (table, projection) => {
      const root = await filledRoot();
      const db = openUnguarded(root);
      const reader = openStoreReader(root);
      const { columns, names, keyColumns } = shapeOf(projection);
      const keys = keyColumns.map((column) => column.name);
      for (const [i, { name }] of columns.entries()) {
        const before = db.prepare(`SELECT rowid AS place, * FROM "${table}" LIMIT 1`).get() as Row;
        const put = db.prepare(`UPDATE "${table}" SET "${name}" = ? WHERE rowid = ?`);
        for (const other of [otherValue(before[name]), ...damagedJson(before[name])]) {
          put.run(other, before.place);
          const [first] = reader.check();
          expect(first, name).toMatchObject({ table });
          if (!keys.includes(name)) {
            const { folded, live } = first as unknown as Record<'folded' | 'live', Row>;
            const changed = names.filter((one) => !isDeepStrictEqual(live[one], folded[one]));
            expect(changed, name).toEqual([names[i]]);
          }
          put.run(
            before[name],
            db.prepare(`SELECT rowid FROM "${table}" WHERE "${name}" IS ?`).pluck().get(other),
          );
        }
      }
      expect(reader.check()).toEqual([]);
      reader.close();
      db.close();
    },
  );
});
