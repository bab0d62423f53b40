import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { jobs, redactions, runs } from '../../projections/index.js';
import {
  encodeEventData,
  type EventType,
  eventTypes,
  isRedactable,
  type NewEvent,
  redactData,
} from '../../src/events/index.js';
import { databasePath, openStoreReader, RedactionError } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { jobPaths, runId, sampleEvent } from '../lifecycle/reach.js';
import { expectRebuildable } from './expect-rebuildable.js';
import { temporaryStore } from './temporary-store.js';

const secret = 'hunter2-hunter2';
const actor = 'operator:ann' as const;

/** A finished run whose commit subject and failure message hold the secret: events 1 and 6. */
const leakyStore = async () => {
  const store = temporaryStore();
  const stream = sampleEvent('run.queued').stream;
  const queued = { ...sampleData['run.queued'], subject: `deploy with ${secret}` };
  await store.append([{ stream, type: 'run.queued', data: queued }], { actor: 'hook' });
  for (const type of jobPaths.active.slice(1)) await store.append([sampleEvent(type)], { actor: 'ci' });
  const failed = { ...sampleData['job.failed'], message: `curl -H ${secret} failed` };
  await store.append([{ stream, type: 'job.failed', data: failed } as NewEvent, sampleEvent('run.failed')], {
    actor: 'ci',
  });
  return store;
};

const bytesOf = (root: string): string =>
  ['', '-wal'].map((suffix) => readFileSync(`${databasePath(root)}${suffix}`, 'latin1')).join('');

describe('a redaction', () => {
  it('destroys text in events and rows, in the files too, and says who did it and why', async () => {
    const store = await leakyStore();
    expect(bytesOf(store.root)).toContain(secret);
    const head = store.head();
    const stored = store.redact([1, 6], 'a token was in it', { actor });
    expect(stored).toMatchObject([
      {
        seq: 8,
        type: 'event.redacted',
        actor,
        causationSeq: 1,
        data: { seq: 1, reason: 'a token was in it' },
      },
      { seq: 9, type: 'event.redacted', causationSeq: 6, data: { seq: 6 } },
    ]);
    expect(stored[0]!.prevHash).toBe(head.hash);
    expect(bytesOf(store.root)).not.toContain(secret);
    expect(store.read.select().from(runs).get()).toMatchObject({
      id: runId,
      state: 'failed',
      subject: '[redacted]',
    });
    expect(store.read.select().from(jobs).get()).toMatchObject({ state: 'failed', message: '[redacted]' });
    expect(store.read.select().from(redactions).all()).toMatchObject([{ seq: 1, actor }, { seq: 6 }]);
    expectRebuildable(store);
  });

  it('leaves no copy in pages that were split, freed or replaced, nor beside a reader that stays', async () => {
    const store = await leakyStore();
    const stream = (i: number) => `run/more-${i}`;
    for (let i = 0; i < 60; i += 1) {
      const queued = { ...sampleData['run.queued'], subject: `${i} ${secret} ${'x'.repeat(i * 40)}` };
      await store.append([{ stream: stream(i), type: 'run.queued', data: queued } as NewEvent], {
        actor: 'hook',
      });
    }
    await store.rebuild();
    const db = new Database(databasePath(store.root));
    db.exec('CREATE TABLE old AS SELECT data FROM events; DROP TABLE old');
    db.close();
    const reader = openStoreReader(store.root);
    const seqs = store.readEvents().flatMap(({ seq, type }) => (type === 'run.queued' ? [seq] : []));
    reader.read.transaction((read) => {
      read.select().from(runs).limit(1).all();
      store.redact([...seqs, 6], 'a token was in it', { actor });
    });
    reader.close();
    await expect.poll(() => bytesOf(store.root).includes(secret), { timeout: 10_000 }).toBe(false);
    expectRebuildable(store);
    expect(store.verify().findings).toHaveLength(seqs.length + 1);
  });

  it('leaves a chain that verifies, and is told of there', async () => {
    const store = await leakyStore();
    store.redact([6], 'a token was in it', { actor });
    expect(store.verify().findings).toEqual([
      { code: 'redacted', seq: 6, bySeq: 8, reason: 'a token was in it' },
    ]);
  });

  it('is told to those who follow the events, and the store goes on', async () => {
    const store = await leakyStore();
    const seen: string[] = [];
    store.events$.subscribe((events) => seen.push(...events.map(({ type }) => type)));
    store.redact([1], 'x', { actor });
    await store.append([{ ...sampleEvent('run.queued'), stream: 'run/other' } as NewEvent], { actor });
    expect(seen).toEqual(['event.redacted', 'run.queued']);
    expectRebuildable(store);
  });

  it('works on a run that is going on', async () => {
    const store = temporaryStore();
    for (const type of [...jobPaths.active, 'sh.started', 'job.logged'] as const) {
      await store.append([sampleEvent(type)], { actor: 'ci' });
    }
    store.redact([6, 7], 'x', { actor });
    await store.append([sampleEvent('sh.finished'), sampleEvent('job.succeeded')], { actor: 'ci' });
    expectRebuildable(store);
    expect(store.verify().findings.map(({ code }) => code)).toEqual(['redacted', 'redacted']);
  });

  it.each([
    [99, 'event 99 cannot be redacted: there is no such event'],
    [5, 'event 5 cannot be redacted: job.started holds no text, only ids, digests, numbers and states'],
    [8, 'event 8 cannot be redacted: event.redacted holds no text'],
    [1, 'event 1 cannot be redacted: its text is destroyed already'],
  ])('of event %i is refused, and nothing changes', async (seq, message) => {
    const store = await leakyStore();
    store.redact([1], 'x', { actor });
    const head = store.head();
    expect(() => store.redact([6, seq], 'y', { actor })).toThrow(RedactionError);
    expect(() => store.redact([6, seq], 'y', { actor })).toThrow(message);
    expect(store.head()).toEqual(head);
    expect(store.read.select().from(jobs).get()!.message).toContain(secret);
    expectRebuildable(store);
  });

  it('opens the door for its own text only', async () => {
    const store = await leakyStore();
    store.redact([1], 'x', { actor });
    const db = new Database(databasePath(store.root));
    for (const sql of [
      "UPDATE events SET data = '{}' WHERE seq = 1",
      "UPDATE events SET data = '{}' WHERE seq = 2",
      "UPDATE events SET actor = 'ci' WHERE seq = 1",
      'UPDATE events SET data = (SELECT replacement FROM redactions), hash = prev_hash WHERE seq = 1',
      'UPDATE events SET data = (SELECT replacement FROM redactions) WHERE seq = 6',
    ]) {
      expect(() => db.exec(sql)).toThrow('events are immutable: UPDATE refused');
    }
    db.close();
  });

  it.each(eventTypes.filter(isRedactable))(
    'of %s keeps a shape that can be read and folded',
    (type: EventType) => {
      const redacted = redactData(type, sampleData[type]);
      expect(encodeEventData(type, redacted).data).toEqual(redacted);
    },
  );
});

describe('a backup', () => {
  it('of a store that is written to is a database of one moment, checked and complete', async () => {
    const store = await leakyStore();
    const path = `${store.root}/copy.db`;
    const backup = store.backup(path);
    const append = store.append([{ ...sampleEvent('run.queued'), stream: 'run/other' } as NewEvent], {
      actor,
    });
    const report = await backup;
    await append;
    const copy = new Database(path, { readonly: true });
    expect(copy.prepare('SELECT count(*) FROM events').pluck().get()).toBe(report.events);
    expect(report.findings).toEqual([]);
    copy.close();
  });

  it('refuses to overwrite, and leaves no half file behind', async () => {
    const store = await leakyStore();
    const path = `${store.root}/copy.db`;
    await store.backup(path);
    await expect(store.backup(path)).rejects.toThrow('the file exists already');
    await expect(store.backup(`${store.root}/none/copy.db`)).rejects.toThrow('there is no folder');
  });

  it('of a history with a fault is refused, and names it', async () => {
    const store = await leakyStore();
    const db = new Database(databasePath(store.root));
    db.exec("DROP TRIGGER events_no_update; UPDATE events SET data = '{}' WHERE seq = 3");
    db.close();
    const reader = openStoreReader(store.root);
    await expect(reader.backup(`${store.root}/copy.db`)).rejects.toThrow(
      'the chain of the copy has a fault (data-changed)',
    );
    reader.close();
  });
});
