import { readdirSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type NewEvent, runStream } from '../../src/events/index.js';
import { databasePath, type EventStore, openStoreReader } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { jobPaths } from '../lifecycle/reach.js';
import { appendRaw } from './raw-event.js';
import { temporaryStore } from './temporary-store.js';

const life = [...jobPaths.succeeded, 'run.succeeded'] as const;

const fill = async (store: EventStore, runs: number): Promise<void> => {
  for (let i = 0; i < runs; i += 1) {
    const events = life.map((type) => ({ stream: runStream(`run-${i}`), type, data: sampleData[type] }));
    await store.append(events as NewEvent[], { actor: 'ci' });
  }
};

/** As somebody with the file in hand would. */
const tamper = (root: string, sql: string): void => {
  const db = new Database(databasePath(root));
  db.pragma('foreign_keys = OFF');
  for (const name of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) {
    db.exec(`DROP TRIGGER "${name}"`);
  }
  db.exec(sql);
  db.close();
};

describe('a check of all rows', () => {
  it('is done beside the store, and told of afterwards', async () => {
    const store = temporaryStore();
    await fill(store, 3);
    expect(store.trust.lastCheck()).toBeNull();
    const running = store.trust.runCheck();
    expect(store.trust.runCheck()).toBe(running);
    await store.append([{ stream: 'repo/a', type: 'repo.created', data: {} }], { actor: 'operator:ann' });
    const outcome = await running;
    expect(outcome).toMatchObject({ scope: 'all', checkedRuns: 3, differences: [], problem: null });
    expect(store.trust.lastCheck()).toBe(outcome);
    expect(store.trust.underWay()).toBeNull();
  });

  it.each<[string, string, object]>([
    [
      'changed',
      "UPDATE jobs SET exit_code = 3 WHERE run_id = 'run-1'",
      { table: 'jobs', key: 'run-1/test', live: { exitCode: 3 }, folded: { exitCode: null } },
    ],
    ['missing', "DELETE FROM runs WHERE id = 'run-2'", { table: 'runs', key: 'run-2', live: undefined }],
    [
      'made up',
      "UPDATE job_statistics SET job_id = 'none'",
      { table: 'job_statistics', folded: undefined, live: { jobId: 'none' } },
    ],
  ])('finds a row that is %s', async (_, sql, expected) => {
    const store = temporaryStore();
    await fill(store, 3);
    tamper(store.root, sql);
    const { differences } = await store.trust.runCheck();
    expect(differences).toContainEqual(expect.objectContaining(shaped(expected)));
  });

  it('leaves no file behind, and stops at an event that it cannot read, unless that is to be left out', async () => {
    const store = temporaryStore();
    await fill(store, 1);
    const files = readdirSync(store.root).toSorted();
    appendRaw(store.root, { stream: 'repo/a', type: 'repo.painted', typeVersion: 1, json: '{}' });
    expect((await store.trust.runCheck()).problem).toMatch(
      /^the check stopped at event 8 \(repo\.painted\): /,
    );
    expect(store.check({ skipUnknown: true })).toEqual([]);
    expect(readdirSync(store.root).toSorted()).toEqual(files);
  });

  it('is ended with the store, and leaves no file behind', async () => {
    const store = temporaryStore();
    await fill(store, 1);
    const running = store.trust.runCheck();
    await store.close();
    await running;
    expect(readdirSync(store.root).filter((name) => name.includes('.check-'))).toEqual([]);
    expect((await store.trust.runCheck()).problem).toBe('the store was closed');
  });

  it('tells of the first thousand wrong rows, and leaves out read models that wait for their rebuild', () => {
    const store = temporaryStore();
    const many = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)';
    tamper(store.root, `${many} INSERT INTO job_outcomes SELECT 'r' || i, 'j', 's', 1, 0, 1 FROM n`);
    expect(store.check()).toHaveLength(1000);
    tamper(store.root, "UPDATE projection_versions SET version = 'old' WHERE name = 'job_outcomes'");
    expect(store.check()).toEqual([]);
  });
});

describe('a check of a sample', () => {
  it('compares the rows of the newest runs, also of those that have none', async () => {
    const store = temporaryStore();
    await fill(store, 30);
    expect(await store.trust.checkSample()).toMatchObject({
      scope: 'sample',
      differences: [],
      problem: null,
    });
    tamper(
      store.root,
      "UPDATE runs SET pusher = 'eve' WHERE id = 'run-29'; DELETE FROM jobs WHERE run_id = 'run-28'; CREATE TEMP TABLE more AS SELECT * FROM jobs WHERE run_id = 'run-27'; UPDATE more SET job_id = 'more'; INSERT INTO jobs SELECT * FROM more",
    );
    const { differences, checkedRuns } = await store.trust.checkSample();
    expect(checkedRuns).toBeGreaterThanOrEqual(20);
    expect(differences.map(({ table, key }) => [table, key])).toEqual(
      expect.arrayContaining([
        ['runs', 'run-29'],
        ['jobs', 'run-28/test'],
        ['jobs', 'run-27/more'],
      ]),
    );
  });
});

describe('a reading of the chain', () => {
  it('goes through all of it, or its end', async () => {
    const store = temporaryStore();
    await fill(store, 3);
    const { seq, hash } = store.head();
    expect(await store.trust.runVerify()).toMatchObject({
      scope: 'all',
      report: { events: seq, head: { seq, hash }, findings: [] },
      problem: null,
    });
    expect(store.trust.lastVerify()?.report?.head).toEqual({ seq, hash });
    const reader = openStoreReader(store.root);
    expect(reader.verify(undefined, 10)).toEqual({ events: seq - 10, head: { seq, hash }, findings: [] });
    tamper(store.root, "UPDATE events SET actor = 'eve' WHERE seq = 4");
    expect(reader.verify(undefined, 10).findings).toEqual([]);
    expect(reader.verify(undefined, 3).findings).toMatchObject([{ code: 'envelope-changed', seq: 4 }]);
    reader.close();
  });
});

const shaped = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      typeof one === 'object' && one !== null ? expect.objectContaining(one) : one,
    ]),
  );
