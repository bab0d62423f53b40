import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { eventTypes, type NewEvent } from '../../src/events/index.js';
import { type BlobFinding, describeBlobFinding, verifyBlobs } from '../../src/history/index.js';
import { namedBlobs } from '../../src/history/named-blobs.js';
import { databasePath, type EventStore } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { runId, sampleEvent } from '../lifecycle/reach.js';
import { appendRaw } from '../store/raw-event.js';
import { temporaryStore } from '../store/temporary-store.js';

type Store = EventStore & { readonly root: string };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const digests = {
  source: sha256('source'),
  module: sha256('module'),
  given: sha256('given'),
  read: sha256('read'),
  written: sha256('written'),
  outputs: sha256('outputs'),
};
type Name = keyof typeof digests;
const names = Object.keys(digests) as Name[];

const folderOf = ({ root }: Store) => join(root, 'blobs');
const pathOf = (store: Store, name: Name) => join(folderOf(store), digests[name]);

const event = (type: keyof typeof sampleData, data: object): NewEvent =>
  ({ ...sampleEvent(type), data: { ...sampleData[type], ...data } }) as NewEvent;

/** One run whose events name each kind of blob once; the blobs are all there. */
const storeWithBlobs = async (): Promise<Store> => {
  const store = temporaryStore();
  const file = (path: string, name: Name) => ({ path, sha256: digests[name] });
  for (const one of [
    ...(['run.queued', 'run.claimed', 'run.started'] as const).map(sampleEvent),
    event('pipeline.registered', {
      sourceSha256: digests.source,
      modules: [file('.quire/lib/steps.fnl', 'module')],
      givenSha256: digests.given,
    }),
    sampleEvent('job.started'),
    event('file.read', file('VERSION', 'read')),
    event('file.written', file('out.txt', 'written')),
    event('job.succeeded', { outputs: null, outputsSha256: digests.outputs }),
  ]) {
    await store.append([one], { actor: 'ci' });
  }
  mkdirSync(folderOf(store));
  for (const name of names) writeFileSync(pathOf(store, name), name);
  return store;
};

const findingsOf = async (store: Store): Promise<readonly BlobFinding[]> =>
  (await verifyBlobs(store, folderOf(store))).findings;

const inFile = (store: Store, sql: string): void => {
  const db = new Database(databasePath(store.root));
  db.exec(sql);
  db.close();
};

describe('a check of blobs', () => {
  it('finds nothing where every blob is there and is what its name says', async () => {
    const store = await storeWithBlobs();
    expect(await verifyBlobs(store, folderOf(store))).toEqual({
      blobs: names.length,
      bytes: names.join('').length,
      findings: [],
    });
  });

  it.each<[Name, string]>([
    ['source', `the pipeline of run ${runId} (event 4): the run can be replayed only while`],
    [
      'module',
      `".quire/lib/steps.fnl" in the pipeline of run ${runId} (event 4): the run can be replayed only`,
    ],
    ['given', `what was given to the pipeline of run ${runId} (event 4): the run can be replayed only while`],
    ['read', `what job test of run ${runId} read from "VERSION" (event 6): a replay of the run ends where`],
    [
      'written',
      `what job test of run ${runId} wrote to "out.txt" (event 7): what the job wrote is not known`,
    ],
    [
      'outputs',
      `the outputs of job test of run ${runId} (event 8): a rerun of what failed in the run cannot`,
    ],
  ])('misses %s that an event names, and says which event and what that means', async (name, words) => {
    const store = await storeWithBlobs();
    rmSync(pathOf(store, name));
    const findings = await findingsOf(store);
    expect(findings).toMatchObject([{ code: 'blob-missing', sha256: digests[name], timesNamed: 1 }]);
    expect(describeBlobFinding(findings[0]!)).toContain(
      `blob ${pathOf(store, name)}: the file is missing; it is ${words}`,
    );
  });

  it('tells of every blob when the folder is gone, once each, with the number of times it was named', async () => {
    const store = await storeWithBlobs();
    await store.append([event('file.read', { path: 'AGAIN', sha256: digests.read })], { actor: 'ci' });
    rmSync(folderOf(store), { recursive: true });
    const findings = await findingsOf(store);
    expect(findings.map((finding) => finding.sha256).toSorted()).toEqual(Object.values(digests).toSorted());
    const read = findings.find((finding) => finding.sha256 === digests.read)!;
    expect(read).toMatchObject({ timesNamed: 2, firstNamed: { seq: 6 } });
    expect(describeBlobFinding(read)).toContain('(event 6, and named once more)');
  });

  it('finds one that was changed, and one that cannot be read, and says who names them', async () => {
    const store = await storeWithBlobs();
    appendFileSync(pathOf(store, 'source'), '!');
    rmSync(pathOf(store, 'read'));
    mkdirSync(pathOf(store, 'read'));
    writeFileSync(join(folderOf(store), 'f'.repeat(64)), 'nobody names it');
    const findings = await findingsOf(store);
    expect(new Map(findings.map(({ sha256: one, ...rest }) => [one, rest]))).toMatchObject(
      new Map<string, object>([
        [digests.source, { code: 'blob-changed', found: sha256('source!'), firstNamed: { seq: 4 } }],
        [digests.read, { code: 'blob-unreadable', firstNamed: { seq: 6 } }],
        ['f'.repeat(64), { code: 'blob-changed', firstNamed: null, timesNamed: 0 }],
      ]),
    );
    expect(findings.map(describeBlobFinding).join('\n')).toMatch(/cannot be read: EISDIR.*\n?.*event 6/);
  });

  it('does not miss what only an event named whose text was destroyed', async () => {
    const store = await storeWithBlobs();
    rmSync(pathOf(store, 'read'));
    rmSync(pathOf(store, 'outputs'));
    store.redact([6], 'a token was in it', { actor: 'operator:ann' });
    expect(await findingsOf(store)).toMatchObject([{ sha256: digests.outputs }]);
  });

  it('leaves to the chain what was changed, and to a newer quire what only that knows', async () => {
    const store = await storeWithBlobs();
    const json = JSON.stringify({ jobId: 'test', path: 'x', sha256: sha256('elsewhere') });
    inFile(store, `DROP TRIGGER events_no_update; UPDATE events SET data = '{"modules":' WHERE seq = 4`);
    appendRaw(store.root, { stream: `run/${runId}`, type: 'file.read', typeVersion: 99, json });
    expect(await findingsOf(store)).toEqual([]);
    expect(store.verify().findings).toMatchObject([{ code: 'data-changed', seq: 4 }]);
  });
});

/** Digests that are no blob's but a log's. */
const others = new Set(['logSha256', 'logSha256Before', 'spanSha256']);

const digestFields = (data: unknown): string[] =>
  Object.entries(data as object).flatMap(([field, value]) => {
    if (typeof value === 'object' && value !== null) return digestFields(value);
    return isDigest(field) && !others.has(field) ? [value as string] : [];
  });

const isDigest = (field: string): boolean => /sha256/i.test(field);

/** The sample with every digest that it may have. */
const withDigests = (data: object): object =>
  Object.fromEntries(
    Object.entries(data).map(([field, value]) => [
      field,
      value === null && isDigest(field) ? digests.outputs : value,
    ]),
  );

describe('the blobs that an event names', () => {
  it.each(eventTypes)('are all the digests of contents in %s', (type) => {
    const data = withDigests(sampleData[type]);
    const found = namedBlobs(type, data).map((blob) => blob.sha256);
    expect(found.toSorted()).toEqual(digestFields(data).toSorted());
  });
});
