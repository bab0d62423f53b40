import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hashEvent } from '../../src/events/index.js';
import {
  type EventStore,
  ImportError,
  importExcerpt,
  importHistory,
  openStoreReader,
} from '../../src/store/index.js';
import { jobPaths, sampleEvent } from '../lifecycle/reach.js';
import { expectRebuildable } from './expect-rebuildable.js';
import { temporaryRoot, temporaryStore } from './temporary-store.js';

const filledStore = async (): Promise<EventStore & { root: string }> => {
  const store = temporaryStore();
  for (const type of [...jobPaths.succeeded, 'run.succeeded'] as const) {
    await store.append([sampleEvent(type)], { actor: 'ci' });
  }
  return store;
};

describe('an export', () => {
  it('imported into an empty root gives the same head, chain and rows', async () => {
    const store = await filledStore();
    store.redact([1, 6], 'a token', { actor: 'operator:ann' });
    const root = temporaryRoot();
    const head = await importHistory(root, store.exportLines());
    expect(head).toEqual(store.head());
    const copy = openStoreReader(root);
    expect([...copy.exportLines()]).toEqual([...store.exportLines()]);
    expect(copy.verify().findings.map(({ code }) => code)).toEqual(['redacted', 'redacted']);
    copy.close();
    expectRebuildable(root);
  });

  it('that does not begin where every chain does is refused, though each of its links is right', async () => {
    const store = await filledStore();
    let prevHash = 'f'.repeat(64);
    const lines = [...store.exportLines()].map((line) => {
      const row = { ...JSON.parse(line), prevHash };
      prevHash = hashEvent(row);
      return JSON.stringify({ ...row, hash: prevHash });
    });
    await expect(importHistory(temporaryRoot(), lines)).rejects.toThrow(
      'line 1: event 1 was changed or does not follow from the one before it',
    );
  });

  it('begins behind a number', async () => {
    const store = await filledStore();
    const seqs = [...store.exportLines(5)].map((line) => JSON.parse(line).seq);
    expect(seqs).toEqual([6, 7]);
  });

  it('has pinned lines', () => {
    const line = readFileSync(
      new URL('../fixtures/pinned/export-line.json', import.meta.url),
      'utf8',
    ).trimEnd();
    expect(Object.keys(JSON.parse(line))).toEqual([
      'seq',
      'id',
      'stream',
      'streamVersion',
      'type',
      'typeVersion',
      'occurredAtMs',
      'recordedAtMs',
      'actor',
      'causationSeq',
      'correlationId',
      'clientNumber',
      'data',
      'dataHash',
      'prevHash',
      'hash',
    ]);
  });

  it('of a pinned line is imported with its pinned head', async () => {
    const line = readFileSync(
      new URL('../fixtures/pinned/export-line.json', import.meta.url),
      'utf8',
    ).trimEnd();
    const root = temporaryRoot();
    expect(await importHistory(root, [line])).toMatchObject({ seq: 1, hash: JSON.parse(line).hash });
    const reader = openStoreReader(root);
    expect([...reader.exportLines()]).toEqual([line]);
    reader.close();
  });
});

describe('an import', () => {
  const change = (lines: string[], i: number, from: string, to: string) => {
    expect(lines[i]).toContain(from);
    return lines.with(i, lines[i]!.replace(from, to));
  };

  it.each<[string, (lines: string[]) => string[], string]>([
    [
      'a changed envelope',
      (lines) => change(lines, 2, '"actor":"ci"', '"actor":"hook"'),
      'line 3: event 3 was changed',
    ],
    [
      'changed data',
      (lines) => change(lines, 3, '"line":3', '"line":4'),
      'line 4: the data of event 4 was changed',
    ],
    [
      'a redaction without what it says',
      (lines) => lines.with(7, JSON.stringify({ ...JSON.parse(lines[7]!), data: null })),
      'line 8: the data of event 8 was changed',
    ],
    ['a missing line', (lines) => lines.toSpliced(2, 1), 'line 3: expected event 3, found 4'],
    ['a missing beginning', (lines) => lines.slice(1), 'line 1: expected event 1, found 2'],
    [
      'a line that is no event',
      (lines) => lines.with(1, '{"seq":2}'),
      'line 2: expected a field id, found none',
    ],
    ['nothing', () => [], 'line 1: expected an event, found nothing: the export is empty'],
    ['a line that is no JSON', (lines) => lines.with(1, 'hello'), 'line 2: expected a JSON object'],
  ])('of %s is refused, and nothing is stored', async (_, spoil, message) => {
    const store = await filledStore();
    store.redact([1], 'a token', { actor: 'operator:ann' });
    const root = temporaryRoot();
    const lines = spoil([...store.exportLines()]);
    await expect(importHistory(root, lines)).rejects.toThrow(ImportError);
    await expect(importHistory(root, lines)).rejects.toThrow(message);
    await importHistory(root, store.exportLines());
    expectRebuildable(root);
  });

  it('of an excerpt refuses a redaction without what it says', async () => {
    const store = await filledStore();
    store.redact([1], 'a token', { actor: 'operator:ann' });
    const lines = [...store.exportLines()];
    const spoiled = lines.with(7, JSON.stringify({ ...JSON.parse(lines[7]!), data: null }));
    expect(() => importExcerpt(temporaryRoot(), spoiled, [])).toThrow(ImportError);
    importExcerpt(temporaryRoot(), lines, []);
  });

  it('into a root with events is refused', async () => {
    const store = await filledStore();
    const root = temporaryRoot();
    await importHistory(root, store.exportLines());
    await expect(importHistory(root, store.exportLines())).rejects.toThrow('this root has events already');
  });
});
