import { readdirSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { jobs, type Projection, projections, runs } from '../../projections/index.js';
import { type NewEvent, runStream } from '../../src/events/index.js';
import {
  databasePath,
  type EventStore,
  openStore,
  openStoreReader,
  RebuildError,
  type RebuildProgress,
} from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { expectRebuildable } from './expect-rebuildable.js';
import { appendRaw } from './raw-event.js';
import { temporaryRoot, temporaryStore } from './temporary-store.js';

const life = [
  'run.queued',
  'run.claimed',
  'run.started',
  'pipeline.registered',
  'job.started',
  'sh.started',
  'sh.finished',
  'job.succeeded',
  'run.succeeded',
] as const;

const runEvents = (i: number, upTo: number = life.length): NewEvent[] =>
  life
    .slice(0, upTo)
    .map((type) => ({ stream: runStream(`run-${i}`), type, data: sampleData[type] }) as NewEvent);

const fill = async (store: EventStore, count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) {
    await store.append(runEvents(i, i % 3 === 0 ? 6 : life.length), { actor: 'ci' });
  }
};

/** Everything about the tables that somebody could rely on: definitions without the names of indexes, triggers. */
const schemaOf = (root: string) => {
  const db = new Database(databasePath(root), { readonly: true });
  const rows = db
    .prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, tbl_name, sql')
    .all() as { type: string; name: string; tbl_name: string; sql: string | null }[];
  db.close();
  return {
    triggers: rows.filter(({ type }) => type === 'trigger').map(({ name, sql }) => [name, sql]),
    tables: rows
      .filter(({ type }) => type === 'table')
      .map(({ name, sql }) => [
        name,
        sql!.replaceAll(`"${name}".`, '').replaceAll(/[`"]/g, '').replaceAll(/\s+/g, ' '),
      ])
      .sort(),
    indexes: rows
      .filter(({ type, sql }) => type === 'index' && sql !== null)
      .map(({ tbl_name, sql }) => [
        tbl_name,
        sql!
          .replaceAll(/[`"]/g, '')
          .replace(/__2/, '')
          .replaceAll(/\s+/g, ' ')
          .replaceAll(', ', ',')
          .replace(' (', '('),
      ])
      .sort(),
  };
};

/** As a bug or a hand in the file might leave them. */
const spoil = (root: string): void => {
  const db = new Database(databasePath(root));
  db.pragma('foreign_keys = OFF');
  db.exec(
    "UPDATE runs SET pusher = 'eve' WHERE state = 'active'; DELETE FROM sh; DELETE FROM job_statistics",
  );
  db.close();
};

describe('a rebuild', () => {
  it('puts back rows that were changed, lost or added, and leaves the tables as they were', async () => {
    const root = temporaryRoot();
    const store = openStore(root);
    await fill(store, 40);
    const schema = schemaOf(root);
    for (let round = 0; round < 3; round += 1) {
      spoil(root);
      expect(store.check()).not.toEqual([]);
      await store.rebuild();
      expectRebuildable(store);
      expect(schemaOf(root)).toEqual(schema);
    }
    await store.append(runEvents(0).slice(6), { actor: 'ci' });
    await store.append(runEvents(99), { actor: 'ci' });
    await expect(store.append(runEvents(98).slice(1), { actor: 'ci' })).rejects.toThrow('needs a row');
    expectRebuildable(store);
    await store.close();
  });

  it('goes on beside appends, and no reader sees a mixture', async () => {
    const root = temporaryRoot();
    const store = openStore(root);
    await fill(store, 900);
    const reader = openStoreReader(root);
    let rebuilding = true;
    const rebuilt = store.rebuild().finally(() => {
      rebuilding = false;
    });
    let appended = 0;
    while (rebuilding || appended === 0) {
      await store.append(runEvents(10_000 + appended), { actor: 'ci' });
      appended += 1;
      const [inRuns, inJobs] = reader.read.transaction((read) => [
        read.select().from(runs).all().length,
        read.select().from(jobs).all().length,
      ]);
      expect(inRuns).toBe(900 + appended);
      expect(inJobs).toBe(900 + appended);
    }
    await rebuilt;
    expect(appended).toBeGreaterThan(3);
    expectRebuildable(store);
    reader.close();
    await store.close();
  });

  it('ends though more is appended in every turn than a turn catches up with', async () => {
    const store = temporaryStore();
    await fill(store, 30);
    await store.append(runEvents(99, 6), { actor: 'ci' });
    const logged = { stream: runStream('run-99'), type: 'job.logged', data: sampleData['job.logged'] };
    const many = Array.from({ length: 400 }, () => logged as NewEvent);
    let isOver = false;
    let rebuilt: Promise<void> = Promise.resolve();
    await new Promise<void>((resolve) => {
      rebuilt = store.rebuild(undefined, { onProgress: ({ phase }) => phase !== 'folding' && resolve() });
    });
    rebuilt = rebuilt.finally(() => {
      isOver = true;
    });
    let appends = 0;
    while (!isOver && appends < 1000) {
      await store.append(many, { actor: 'ci' });
      appends += 1;
    }
    await rebuilt;
    expect(appends).toBeLessThan(1000);
    expectRebuildable(store);
  });

  it('tells how far it is', async () => {
    const store = temporaryStore();
    await fill(store, 10);
    const progress: RebuildProgress[] = [];
    await store.rebuild(['runs'], { onProgress: (one) => progress.push(one) });
    expect(new Set(progress.map(({ phase }) => phase))).toEqual(new Set(['folding', 'copying', 'done']));
    expect(progress.at(-1)).toMatchObject({
      phase: 'done',
      seq: store.head().seq,
      headSeq: store.head().seq,
      timeLeftMs: 0,
    });
    const copying = progress.filter(({ phase }) => phase === 'copying');
    expect(copying.at(-1)).toMatchObject({ copiedRows: 10, rows: 10, timeLeftMs: 0 });
  });

  it('stops at a newer version of a type it knows, though nothing reads its data', async () => {
    const root = temporaryRoot();
    const first = openStore(root);
    await fill(first, 1);
    await first.close();
    appendRaw(root, { stream: 'repo/app', type: 'repo.created', typeVersion: 9, json: '{"colour":"red"}' });
    const store = openStore(root);
    await expect(store.rebuild()).rejects.toThrow(
      /\(repo\.created\): cannot read event repo\.created version 9: this quire knows versions up to \d; upgrade it/,
    );
    expect(() => store.check()).toThrow('cannot read event repo.created version 9');
    await store.close();
  });

  it('stops at an event it cannot read, names it, and the old rows serve on', async () => {
    const root = temporaryRoot();
    const first = openStore(root);
    await fill(first, 3);
    await first.close();
    appendRaw(root, { stream: 'run/run-0', type: 'run.painted', typeVersion: 1, json: '{}' });
    const store = openStore(root);
    const { seq } = store.head();
    const rebuilt = store.rebuild();
    await expect(rebuilt).rejects.toThrow(RebuildError);
    await expect(rebuilt).rejects.toMatchObject({ code: 'rebuild-failed', seq, type: 'run.painted' });
    expect(store.read.select().from(runs).all()).toHaveLength(3);
    expect(store.projectionStatus()[0]!.error).toContain(`the rebuild stopped at event ${seq} (run.painted)`);
    await store.append(runEvents(50), { actor: 'ci' });
    await store.rebuild(undefined, { skipUnknown: true });
    expect(store.read.select().from(runs).all()).toHaveLength(4);
    expect(store.projectionStatus()[0]!.error).toBeNull();
    await store.close();
  });

  it.each(['folding', 'copying'] as const)(
    'that is %s when the store is closed ends, and leaves the old rows and no file',
    async (phase) => {
      const root = temporaryRoot();
      const reports: string[] = [];
      const store = openStore(root, { onRebuild: ({ kind }) => reports.push(kind) });
      await fill(store, 700);
      const tables = schemaOf(root);
      const begun = new Promise<void>((resolve) => {
        void store
          .rebuild(undefined, { onProgress: (progress) => progress.phase === phase && resolve() })
          .catch((error: Error) => reports.push(error.message));
      });
      await begun;
      await store.close();
      expect(reports.filter((one) => one !== 'progress')).toEqual([
        'began',
        'ended',
        'the rebuild stopped: the store was closed; the old rows go on serving',
      ]);
      expect(readdirSync(root).filter((name) => name.includes('rebuild'))).toEqual([]);
      expect(schemaOf(root)).toEqual(tables);
      expectRebuildable(root);
    },
  );

  it('refuses a second one beside it, unknown names, and a redaction meanwhile', async () => {
    const store = temporaryStore();
    await fill(store, 5);
    const first = store.rebuild();
    await expect(store.rebuild()).rejects.toThrow('a rebuild is under way');
    expect(() => store.redact([1], 'x', { actor: 'operator:ann' })).toThrow('a rebuild is under way');
    await first;
    expect(() => store.rebuild(['rumors'])).toThrow(
      'there is no projection rumors; there are: repos, pushes,',
    );
  });

  it('of one stream puts its rows back at once', async () => {
    const root = temporaryRoot();
    const store = openStore(root);
    await fill(store, 4);
    const db = new Database(databasePath(root));
    db.exec("UPDATE runs SET pusher = 'eve' WHERE state = 'active'");
    db.close();
    expect(store.check()).toHaveLength(2);
    store.refold([runStream('run-0')]);
    expect(store.check().map(({ key }) => key)).toEqual(['run-3']);
    store.refold([runStream('run-3')]);
    expectRebuildable(store);
    await store.close();
  });
});

describe('a read model of another version', () => {
  const raised = (name: string, changes: Partial<Projection>): readonly Projection[] =>
    projections.map((one) => (one.name === name ? { ...one, ...changes } : one));

  it('is current in a new root', () => {
    const store = temporaryStore();
    expect(new Set(store.projectionStatus().map(({ state }) => state))).toEqual(new Set(['current']));
  });

  it('is rebuilt by itself at the start when its reducer has changed', async () => {
    const root = temporaryRoot();
    const first = openStore(root);
    await fill(first, 5);
    await first.close();
    const db = new Database(databasePath(root));
    db.exec(
      "UPDATE projection_versions SET version = 'old' WHERE name = 'sh'; UPDATE sh SET cwd = 'x' WHERE state = 'active'",
    );
    db.close();
    const store = openStore(root);
    expect(store.projectionStatus().find(({ name }) => name === 'sh')).toMatchObject({ state: 'rebuilding' });
    await store.caughtUp;
    expect(store.projectionStatus().find(({ name }) => name === 'sh')).toMatchObject({
      state: 'current',
      builtSeq: store.head().seq,
    });
    expectRebuildable(store);
    await store.close();
  });

  it('has another digest when its reducer, its table, or one that it looks at has changed', async () => {
    const root = temporaryRoot();
    await openStore(root).close();
    const versions = async (register: readonly Projection[]) => {
      const store = openStore(temporaryRoot(), { projections: register });
      const status = store.projectionStatus();
      await store.close();
      return new Map(status.map(({ name, version }) => [name, version]));
    };
    const today = await versions(projections);
    const changed = await versions(raised('runs', { version: 99 }));
    expect(changed.get('runs')).not.toBe(today.get('runs'));
    expect(changed.get('jobs')).toBe(today.get('jobs'));
  });

  it('that decisions need is there before the store opens, though a migration has emptied it', async () => {
    const root = temporaryRoot();
    const first = openStore(root);
    await fill(first, 5);
    await first.close();
    const db = new Database(databasePath(root));
    db.pragma('foreign_keys = OFF');
    db.exec('DELETE FROM runs; DELETE FROM jobs; DELETE FROM sh; DELETE FROM projection_versions');
    db.close();
    const store = openStore(root);
    expect(store.read.select().from(runs).all()).toHaveLength(5);
    await store.append(runEvents(0).slice(6), { actor: 'ci' });
    await store.caughtUp;
    expectRebuildable(store);
    await store.close();
  });

  it('that is new is filled from all of history while appends go on', async () => {
    const root = temporaryRoot();
    const old = projections.filter(({ deferrable }) => deferrable !== true);
    const first = openStore(root, { projections: old });
    await fill(first, 20);
    await first.close();
    const store = openStore(root);
    const appends = [1, 2, 3].map((i) => store.append(runEvents(500 + i), { actor: 'ci' }));
    await Promise.all([...appends, store.caughtUp]);
    await store.append(runEvents(600), { actor: 'ci' });
    expectRebuildable(store);
    await store.close();
  });

  it('stops the start at an event that it cannot read when decisions need it, and says what helps', async () => {
    const root = temporaryRoot();
    const first = openStore(root);
    await fill(first, 3);
    await first.close();
    appendRaw(root, { stream: 'run/run-0', type: 'run.painted', typeVersion: 1, json: '{}' });
    const db = new Database(databasePath(root));
    db.pragma('foreign_keys = OFF');
    db.exec('DELETE FROM runs; DELETE FROM jobs; DELETE FROM sh; DELETE FROM projection_versions');
    db.close();
    expect(() => openStore(root)).toThrow(
      /\(run\.painted\): .*there are no old rows to serve from\. Install the quire that wrote it, or leave such events out: quire projections rebuild --skip-unknown$/,
    );
    const store = openStore(root, { skipUnknown: true });
    await store.caughtUp;
    await store.close();
    const again = openStore(root);
    await again.caughtUp;
    expect(again.read.select().from(runs).all()).toHaveLength(3);
    expect(again.check({ skipUnknown: true })).toEqual([]);
    await again.close();
  });

  it('is rebuilt after a rebuild that ended with its process', async () => {
    const root = temporaryRoot();
    const first = openStore(root);
    await fill(first, 5);
    await first.close();
    const db = new Database(databasePath(root));
    db.exec("CREATE TABLE runs__shadow (id TEXT); UPDATE projection_versions SET version = 'old'");
    db.close();
    const store = openStore(root);
    await store.caughtUp;
    expect(schemaOf(root).tables.map(([name]) => name)).not.toContain('runs__shadow');
    expectRebuildable(store);
    await store.close();
  });
});
