import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { catalog, type EventType, genesisHash, hashData, hashEvent } from '../../../src/events/index.js';
import { databasePath, openStore } from '../../../src/store/index.js';
import { sampleData } from '../../events/sample-data.js';

/** What a filled root is asked for by a benchmark. */
export interface FilledRoot {
  readonly runs: number;
  readonly events: number;
  /** Ids of a run each: in the middle of history, failed, and under way. */
  readonly old: string;
  /** The number of an event of the first of them, in the middle of its life. */
  readonly oldSeq: number;
  readonly failed: string;
  readonly active: string;
  /** A run that has ended, and the number of an event in the middle of its life: another one for every `i`, all over history. */
  scattered(i: number): { readonly id: string; readonly seq: number };
}

const repoCount = 20;

/** Of a run that has ended, its push included. */
const eventsPerRun = 20;

const startMs = Date.UTC(2026, 0, 5);
const jobIds = ['build', 'unit', 'browser'];
const people = ['ann', 'bea', 'carl', 'dora', 'emil'];
const words = ['gate', 'orchard', 'shelf', 'roots', 'index', 'frost', 'basket', 'ladder', 'pear', 'hedge'];

/**
 * Fills a root with a history of `runs` runs of 20 events each, of twenty repositories: most succeeded, every
 * ninth failed, the last ones run or wait. Events go straight into their table, chained and hashed; rows are then
 * folded from them by the store itself.
 */
export const fillRoot = async (root: string, runs: number): Promise<FilledRoot> => {
  await openStore(root).close();
  const db = new Database(databasePath(root));
  db.pragma('synchronous = OFF');
  const restoreTriggers = dropTriggers(db);
  const append = appender(db);
  db.exec('BEGIN');
  for (let repo = 0; repo < repoCount; repo += 1)
    append(`repo/${repoName(repo)}`, 'repo.created', {}, 'operator:ann');
  for (let i = 0; i < runs; i += 1) life(append, i, runs);
  // So that the store finds rows that were never folded, and folds them.
  db.exec('DELETE FROM projection_versions');
  restoreTriggers();
  db.exec('COMMIT');
  const events = db.prepare('SELECT max(seq) FROM events').pluck().get() as number;
  db.close();
  const store = openStore(root);
  await store.caughtUp;
  await store.close();
  return {
    runs,
    events,
    old: runId(Math.floor(runs / 2)),
    oldSeq: seqWithin(Math.floor(runs / 2)),
    failed: runId(runs - 91),
    active: runId(runs - 35),
    scattered(i) {
      const place = Math.floor((runs - 100) * ((i * goldenPart) % 1));
      return { id: runId(place), seq: seqWithin(place) };
    },
  };
};

/** Steps of this part of a whole never meet the same place twice. */
const goldenPart = 0.618_033_988_75;

const seqWithin = (run: number): number => repoCount + run * eventsPerRun + 12;

const repoName = (i: number): string => (i % 5 === 4 ? `group/repo-${i}` : `repo-${i}`);

/** As the server makes them, with a random part that repeats from run to run of the benchmark. */
export const runId = (i: number): string => `${base32(startMs + i * 240_000, 9)}${base32(i * 7919, 11)}`;

const base32 = (value: number, length: number): string => {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text = '0123456789abcdefghjkmnpqrstvwxyz'[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};

type Append = (stream: string, type: EventType, data: unknown, actor: string) => void;

const life = (append: Append, i: number, runs: number): void => {
  const id = runId(i);
  const stream = `run/${id}`;
  const fails = (runs - i) % 91 === 0 || i % 9 === 0;
  const repo = repoName(i % repoCount);
  const ref = i % 3 === 0 ? `refs/heads/topic-${i % 200}` : 'refs/heads/main';
  const sha = createHash('sha1').update(String(i)).digest('hex');
  const pusher = people[i % people.length]!;
  const atMs = startMs + i * 240_000;
  append(`push/${id}`, 'push.received', pushData({ repo, ref, sha, pusher, atMs }), 'hook');
  const subject = `Mend the ${words[i % 10]} behind the ${words[Math.floor(i / 10) % 10]}, part ${i}`;
  append(
    stream,
    'run.queued',
    { ...sampleData['run.queued'], repo, ref, sha, pusher, subject, pushId: id, pushedAtMs: atMs },
    'hook',
  );
  if (i >= runs - 30) return;
  append(stream, 'run.claimed', sampleData['run.claimed'], 'runner');
  append(stream, 'run.started', { ...sampleData['run.started'], deadlineAtMs: atMs + 3_600_000 }, 'ci');
  append(stream, 'pipeline.registered', registration, 'ci');
  const isActive = i >= runs - 35;
  for (const [place, jobId] of jobIds.entries()) {
    const last = place === jobIds.length - 1;
    append(stream, 'job.started', { ...sampleData['job.started'], jobId }, 'ci');
    for (let n = 1; n <= (last ? 2 : 1); n += 1) {
      append(stream, 'sh.started', { ...sampleData['sh.started'], jobId, n }, 'ci');
      if (last && isActive) return;
      const exitCode = fails && last ? 1 : 0;
      append(stream, 'sh.finished', { ...sampleData['sh.finished'], jobId, n, exitCode }, 'ci');
    }
    if (fails && last) append(stream, 'job.failed', { ...sampleData['job.failed'], jobId }, 'ci');
    else append(stream, 'job.succeeded', { ...sampleData['job.succeeded'], jobId }, 'ci');
  }
  if (fails) append(stream, 'run.failed', sampleData['run.failed'], 'ci');
  else append(stream, 'run.succeeded', {}, 'ci');
};

const registration = {
  ...sampleData['pipeline.registered'],
  jobs: jobIds.map((id, i) => ({
    ...sampleData['pipeline.registered'].jobs[0]!,
    id,
    inputs: [i === 0 ? 'quire/push' : 'build'],
    line: 3 + i * 4,
  })),
};

const pushData = (push: { repo: string; ref: string; sha: string; pusher: string; atMs: number }) => ({
  repo: push.repo,
  refs: [{ ref: push.ref, oldSha: '0'.repeat(40), newSha: push.sha }],
  pushedAtMs: push.atMs,
  pusher: push.pusher,
});

/** The guards of the table cost more than the rows; they are put back when these are there. */
const dropTriggers = (db: Database.Database): (() => void) => {
  const triggers = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'events'")
    .all() as { name: string; sql: string }[];
  for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`);
  return () => {
    for (const { sql } of triggers) db.exec(sql);
  };
};

const appender = (db: Database.Database): Append => {
  const insert = db.prepare(`INSERT INTO events VALUES (${Array(16).fill('?').join()})`);
  const heads = new Map<string, { version: number; seq: number; clientNumber: number }>();
  let seq = 0;
  let prevHash = genesisHash;
  let atMs = startMs;
  return (stream, type, data, actor) => {
    seq += 1;
    atMs += 12_000;
    const head = heads.get(stream) ?? { version: 0, seq: 0, clientNumber: 0 };
    head.version += 1;
    const isOfCi = actor === 'ci' && type !== 'run.started';
    if (isOfCi) head.clientNumber += 1;
    const text = JSON.stringify(data);
    const event = {
      seq,
      id: `event-${seq}`,
      stream: stream as 'run/x',
      streamVersion: head.version,
      type,
      typeVersion: catalog[type].version,
      occurredAtMs: atMs,
      recordedAtMs: atMs,
      actor: actor as 'ci',
      causationSeq: type === 'run.queued' ? seq - 1 : head.seq || null,
      correlationId: stream.slice(stream.indexOf('/') + 1),
      clientNumber: isOfCi ? head.clientNumber : null,
      dataHash: hashData(text),
      prevHash,
    };
    prevHash = hashEvent(event);
    const { dataHash, prevHash: before, ...rest } = event;
    insert.run(...Object.values(rest), text, dataHash, before, prevHash);
    head.seq = seq;
    if (/^(repo\.|push\.|run\.(succeeded|failed))/.test(type)) heads.delete(stream);
    else heads.set(stream, head);
  };
};
