import Database from 'better-sqlite3';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChainFinding,
  databasePath,
  describeFinding,
  events,
  isFault,
  maxFindings,
  openStore,
  openStoreReader,
} from '../../src/store/index.js';
import { jobPaths, sampleEvent } from '../lifecycle/reach.js';
import { temporaryRoot } from './temporary-store.js';

/** A closed root with a short run in it; its head. */
const filledRoot = async () => {
  const root = temporaryRoot();
  const store = openStore(root);
  for (const type of [...jobPaths.succeeded, 'run.succeeded'] as const) {
    await store.append([sampleEvent(type)], { actor: 'ci' });
  }
  const { seq, hash } = store.head();
  await store.close();
  return { root, head: { seq, hash } };
};

/** As somebody with the file in hand would: without triggers, checks and foreign keys. */
const tamper = (root: string, sql: string): void => {
  const db = new Database(databasePath(root));
  db.pragma('foreign_keys = OFF');
  db.pragma('ignore_check_constraints = ON');
  const triggers = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
  for (const name of triggers) db.exec(`DROP TRIGGER "${name}"`);
  db.exec(sql);
  db.close();
};

const verify = (root: string, published?: { seq: number; hash: string }) => {
  const reader = openStoreReader(root);
  try {
    return reader.verify(published);
  } finally {
    reader.close();
  }
};

const places = (findings: readonly ChainFinding[]) =>
  findings.map((finding) => [finding.code, 'seq' in finding ? finding.seq : undefined]);

const columns = {
  id: "id || 'x'",
  stream: "stream || 'x'",
  stream_version: 'stream_version + 10',
  type: "type || 'x'",
  type_version: 'type_version + 1',
  occurred_at_ms: 'occurred_at_ms - 1',
  recorded_at_ms: 'recorded_at_ms + 1',
  actor: "'cj'",
  causation_seq: 'coalesce(causation_seq, 0) + 1',
  correlation_id: "correlation_id || 'x'",
  client_number: 'coalesce(client_number, 0) + 1',
  data: "replace(data, '}', ' }')",
  data_hash: "replace(substr(data_hash, 1, 1), substr(data_hash, 1, 1), 'z') || substr(data_hash, 2)",
  prev_hash: "'z' || substr(prev_hash, 2)",
  hash: "'z' || substr(hash, 2)",
};

describe('verification', () => {
  it('of an untouched history finds nothing and gives its head', async () => {
    const { root, head } = await filledRoot();
    expect(verify(root)).toEqual({ events: 7, head, findings: [] });
    expect(verify(root, head).findings).toEqual([]);
    expect(verify(root, { seq: 3, hash: openHash(root, 3) }).findings).toEqual([]);
  });

  it('has a change to try for every column there is', () => {
    const names = getTableConfig(events).columns.map(({ name }) => name);
    expect(Object.keys(columns).toSorted()).toEqual(names.filter((name) => name !== 'seq').toSorted());
  });

  it.each(
    Object.entries(columns).flatMap(([column, change]) =>
      [1, 2, 3, 4, 5, 6, 7].map((seq) => [column, seq, change] as const),
    ),
  )('finds a change of %s of event %i, at its place', async (column, seq, change) => {
    const { root } = await filledRoot();
    tamper(root, `UPDATE events SET ${column} = ${change} WHERE seq = ${seq}`);
    const { findings } = verify(root);
    expect(findings.length).toBeGreaterThan(0);
    const [first] = findings;
    expect(first).toHaveProperty('seq', seq);
    expect(findings.every((finding) => 'seq' in finding && finding.seq <= seq + 1)).toBe(true);
    expect(describeFinding(first!)).toMatch(new RegExp(`^event ${seq}: `));
  });

  it('finds any one changed character of any text, and any other number, of any event', async () => {
    const { root } = await filledRoot();
    const rows = rowsOf(root);
    const place = fc.record({ row: fc.nat(rows.length - 1), column: fc.nat(), at: fc.nat(), by: fc.nat() });
    await fc.assert(
      fc.asyncProperty(place, async ({ row, column, at, by }) => {
        const before = rows[row]!;
        const names = Object.keys(before).filter((name) => before[name] !== null && name !== 'seq');
        const name = names[column % names.length]!;
        const after = changed(before[name]!, at, by);
        tamperWith(root, `UPDATE events SET "${name}" = ? WHERE seq = ?`, [after, before.seq]);
        const { findings } = verify(root);
        tamperWith(root, `UPDATE events SET "${name}" = ? WHERE seq = ?`, [before[name], before.seq]);
        expect(findings[0], `${name} of event ${before.seq} as ${after}`).toHaveProperty('seq', before.seq);
      }),
      { numRuns: 150 },
    );
    expect(verify(root).findings).toEqual([]);
  });

  it('finds what was changed behind more redactions than anybody reads', async () => {
    const root = temporaryRoot();
    const store = openStore(root);
    const before = jobPaths.active.map(sampleEvent);
    const logged = Array.from({ length: maxFindings + 1 }, () => sampleEvent('job.logged'));
    await store.append([...before, ...logged], { actor: 'ci' });
    const seqs = logged.map((_, i) => before.length + 1 + i);
    store.redact(seqs, 'a token was in it', { actor: 'operator:ann' });
    const last = store.head().seq;
    await store.close();
    tamper(root, `UPDATE events SET actor = 'cj' WHERE seq = ${last}`);
    const { findings } = verify(root);
    expect(places(findings.filter(isFault))).toEqual([['envelope-changed', last]]);
    expect(findings).toHaveLength(maxFindings + 1);
  });

  it('finds an event in the place of another number', async () => {
    const { root } = await filledRoot();
    tamper(root, 'UPDATE events SET seq = 9 WHERE seq = 7');
    expect(places(verify(root).findings)).toEqual([
      ['missing', undefined],
      ['envelope-changed', 9],
    ]);
  });

  it('finds a removed event, and says which', async () => {
    const { root } = await filledRoot();
    tamper(root, 'DELETE FROM events WHERE seq = 4');
    const { findings } = verify(root);
    expect(findings[0]).toEqual({ code: 'missing', fromSeq: 4, toSeq: 4 });
    expect(describeFinding(findings[0]!)).toBe('event 4 is missing');
    expect(places(findings)).toEqual([
      ['missing', undefined],
      ['stream-gap', 5],
    ]);
  });

  it('finds a removed beginning', async () => {
    const { root } = await filledRoot();
    tamper(root, 'DELETE FROM events WHERE seq < 4');
    expect(describeFinding(verify(root).findings[0]!)).toBe('events 1 to 3 are missing');
  });

  it('finds two swapped events', async () => {
    const { root } = await filledRoot();
    tamper(
      root,
      'UPDATE events SET seq = -1 WHERE seq = 3; UPDATE events SET seq = 3 WHERE seq = 4; UPDATE events SET seq = 4 WHERE seq = -1',
    );
    expect(places(verify(root).findings).slice(0, 2)).toEqual([
      ['chain-broken', 3],
      ['envelope-changed', 3],
    ]);
  });

  it('finds a cut-off end only with a published head', async () => {
    const { root, head } = await filledRoot();
    tamper(root, 'DELETE FROM events WHERE seq > 5');
    expect(verify(root).findings).toEqual([]);
    expect(verify(root, head).findings).toEqual([{ code: 'cut-off', headSeq: 5, publishedSeq: 7 }]);
    expect(describeFinding(verify(root, head).findings[0]!)).toBe(
      'the end was cut off: event 7 was published, the last one here is 5',
    );
  });

  it('finds a history that was written anew, by a published head', async () => {
    const { head } = await filledRoot();
    const { root } = await filledRoot();
    expect(verify(root).findings).toEqual([]);
    expect(places(verify(root, head).findings)).toEqual([['other-history', 7]]);
  });

  it('goes on behind a fault and tells of the next', async () => {
    const { root } = await filledRoot();
    tamper(root, "UPDATE events SET data = '[]' WHERE seq IN (2, 6)");
    expect(places(verify(root).findings)).toEqual([
      ['data-changed', 2],
      ['data-changed', 6],
    ]);
  });
});

type Row = Readonly<Record<string, string | number | null>>;

const rowsOf = (root: string): Row[] => {
  const db = new Database(databasePath(root), { readonly: true });
  const rows = db.prepare('SELECT * FROM events ORDER BY seq').all() as Row[];
  db.close();
  return rows;
};

/** The text with one character replaced by another one, or a number that is not this one. */
const changed = (value: string | number, at: number, by: number): string | number => {
  if (typeof value === 'number') return value + 1000 + (by % 1000);
  const i = at % value.length;
  const other = String.fromCharCode(33 + ((value.charCodeAt(i) - 33 + 1 + (by % 90)) % 94));
  return value.slice(0, i) + other + value.slice(i + 1);
};

const tamperWith = (root: string, sql: string, values: unknown[]): void => {
  tamper(root, '');
  const db = new Database(databasePath(root));
  db.pragma('ignore_check_constraints = ON');
  db.prepare(sql).run(...values);
  db.close();
};

const openHash = (root: string, seq: number): string => {
  const db = new Database(databasePath(root), { readonly: true });
  const hash = String(db.prepare('SELECT hash FROM events WHERE seq = ?').pluck().get(seq));
  db.close();
  return hash;
};
