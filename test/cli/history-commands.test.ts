import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { shLogPath } from '../../src/runner/run-folder.js';
import { databasePath } from '../../src/store/index.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { filledRoot, ids } from './filled-root.js';
import { quire } from './quire.js';

/** A closed root with three runs in it. */
const closedRoot = async (): Promise<string> => {
  const { root, store } = await filledRoot();
  await store.close();
  return root;
};

const inFile = (root: string, sql: string): void => {
  const db = new Database(databasePath(root));
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
};

describe('quire verify', () => {
  it('says that all is well, and prints a head that a later database can be checked against', async () => {
    const root = await closedRoot();
    const well = await quire(['verify', '--root', root]);
    expect(well).toMatchObject({ code: 0, stderr: '' });
    expect(well.stdout).toMatch(/^✓ \d+ events, head \d+ [0-9a-f]{64}\n$/);
    const head = (await quire(['verify', '--head', '--root', root])).stdout.trim();
    const against = ['verify', '--root', root, '--against', head.replace(' ', ':')];
    expect((await quire(against)).code).toBe(0);
    inFile(
      root,
      'DROP TRIGGER events_no_delete; DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)',
    );
    expect((await quire(['verify', '--root', root])).code).toBe(0);
    const cut = await quire(against);
    expect(cut.code).toBe(1);
    expect(cut.stdout).toMatch(/the end was cut off: event \d+ was published/);
  });

  it('finds changed events, rows and logs, each at its place', async () => {
    const root = await closedRoot();
    inFile(root, "DROP TRIGGER events_no_update; UPDATE events SET actor = 'ci' WHERE seq = 2");
    inFile(root, "DROP TRIGGER runs_terminal; UPDATE runs SET pusher = 'eve' WHERE state = 'failed'");
    const { code, stdout } = await quire(['verify', '--full', '--root', root]);
    expect(code).toBe(1);
    expect(stdout).toContain('event 2: a column beside its data was changed');
    expect(stdout).toContain(`runs ${ids.failed}: pusher should be "ann", found "eve"`);
    expect(stdout).toMatch(
      /log of command \d of job \w+ of run \w+ \(.*\): (the file is missing|its |something was added)/,
    );
  });

  it('prints no head without a word when the chain has a fault', async () => {
    const root = await closedRoot();
    inFile(root, "DROP TRIGGER events_no_update; UPDATE events SET actor = 'ci' WHERE seq = 2");
    expect(await quire(['verify', '--head', '--root', root])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^\d+ [0-9a-f]{64}\n$/),
      stderr: 'the chain behind this head has 1 fault; quire verify tells which\n',
    });
  });

  it('finds events whose data is no JSON any more, and goes on to rows and logs', async () => {
    const root = await closedRoot();
    const redact = ['events', 'redact', '--reason', 'a token', '--root', root];
    await quire([...redact, '--run', ids.succeeded, '--job', 'lint', '--lines', '1']);
    inFile(root, "DROP TRIGGER events_no_update; UPDATE events SET data = '{' WHERE type = 'log.redacted'");
    const { code, stdout, stderr } = await quire(['verify', '--full', '--root', root]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/event \d+: its data was changed/);
    expect(stdout).toMatch(/✗ \d+ logs/);
    expect((await quire(['doctor', '--root', root])).code).toBe(1);
  });

  it('says which rows it leaves out, because they are those of another version', async () => {
    const root = await closedRoot();
    inFile(root, "UPDATE projection_versions SET version = 'old' WHERE name = 'runs'");
    const { stdout } = await quire(['verify', '--full', '--root', root]);
    expect(stdout).toContain('  left out, because they wait for their rebuild: runs\n');
    const { rowsLeftOut } = JSON.parse((await quire(['verify', '--full', '--json', '--root', root])).stdout);
    expect(rowsLeftOut).toEqual(['runs']);
  });

  it('finds one changed byte of a log', async () => {
    const root = await closedRoot();
    const db = new Database(databasePath(root), { readonly: true });
    const log = db
      .prepare('SELECT run_id AS runId, job_id AS jobId, n FROM sh WHERE log_sha256 IS NOT NULL')
      .all()
      .map((row) => row as { runId: string; jobId: string; n: number })
      .find(({ runId, jobId, n }) => existsSync(shLogPath(root, runId, jobId, n)))!;
    db.close();
    const path = shLogPath(root, log.runId, log.jobId, log.n);
    const bytes = readFileSync(path);
    bytes[bytes.length - 2]! ^= 1;
    writeFileSync(path, bytes);
    const { stdout } = await quire(['verify', '--full', '--root', root]);
    expect(stdout).toMatch(/(its bytes were changed|its end was cut off|something was added to it)/);
  });
});

describe('quire events', () => {
  it('exports a history that imports to the same head', async () => {
    const root = await closedRoot();
    const file = join(root, 'history.ndjson');
    expect((await quire(['events', 'export', '-o', file, '--root', root])).code).toBe(0);
    const other = temporaryRoot();
    const imported = await quire(['events', 'import', file, '--root', other]);
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    const head = async (of: string) => (await quire(['verify', '--head', '--root', of])).stdout;
    expect(await head(other)).toBe(await head(root));
    expectRebuildable(other);
    const again = await quire(['events', 'export', '-o', file, '--root', root]);
    expect(again).toMatchObject({ code: 2, stderr: `quire: ${file} is there already; name a new file\n` });
    const nowhere = await quire(['events', 'export', '-o', join(root, 'no/x'), '--root', root]);
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no folder') });
    expect(readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([]);
    for (const [wrong, says] of [
      [join(root, 'nothing'), 'there is no file'],
      [root, 'is a folder; expected a file'],
    ]) {
      const refused = await quire(['events', 'import', wrong!, '--root', temporaryRoot()]);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(says!) });
    }
    appendFileSync(file, 'x\n');
    const refused = await quire(['events', 'import', file, '--root', temporaryRoot()]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/quire: line \d+: expected a JSON object/);
  });

  it('tails the last events, as lines and as NDJSON', async () => {
    const root = await closedRoot();
    const { stdout } = await quire(['events', 'tail', '-n', '2', '--json', '--root', root]);
    const seqs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).seq as number);
    expect(seqs).toHaveLength(2);
    expect(seqs[1]).toBe(seqs[0]! + 1);
    const after = await quire(['events', 'tail', '--after', String(seqs[0]), '--root', root]);
    expect(after.stdout.trim().split('\n')).toHaveLength(1);
  });

  it('redacts, says who and why, and the history verifies on', async () => {
    const root = await closedRoot();
    const redacted = await quire(['events', 'redact', '3', '--reason', 'a token', '--root', root]);
    expect(redacted).toMatchObject({ code: 0, stdout: 'destroyed the text of event 3\n' });
    const { code, stdout } = await quire(['verify', '--root', root]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/event 3: its text was destroyed by event \d+: a token/);
    const again = await quire(['events', 'redact', '3', '--reason', 'again', '--root', root]);
    expect(again).toMatchObject({
      code: 1,
      stderr: 'quire: event 3 cannot be redacted: its text is destroyed already\n',
    });
    expectRebuildable(root);
  });
});

describe('quire projections', () => {
  it('shows them, finds a wrong row, and folds it again', async () => {
    const root = await closedRoot();
    const status = await quire(['projections', 'status', '--root', root]);
    expect(status.code).toBe(0);
    expect(status.stdout).toMatch(/^runs +current +[0-9a-f]{16}/m);
    inFile(root, "DROP TRIGGER runs_terminal; UPDATE runs SET pusher = 'eve' WHERE state <> 'queued'");
    const check = await quire(['projections', 'check', '--root', root]);
    expect(check.code).toBe(1);
    expect(check.stdout).toContain(`runs ${ids.failed}: pusher should be "ann", found "eve"`);
    expect((await quire(['projections', 'rebuild', '--run', 'latest', '--root', root])).code).toBe(0);
    const one = ['projections', 'rebuild', '--run', ids.failed, '--root', root];
    expect((await quire(one)).stdout).toBe(`the rows of run ${ids.failed} are folded again\n`);
    expect((await quire(['projections', 'check', '--root', root])).code).toBe(1);
    const rebuilt = await quire(['projections', 'rebuild', '--root', root]);
    expect(rebuilt.code).toBe(0);
    expect(rebuilt.stdout).toMatch(/^folded \d+ events in /);
    expect(rebuilt.stderr).toMatch(/^done (\d+)\/\1, /m);
    expect((await quire(['projections', 'check', '--root', root])).stdout).toBe(
      'every row is what the events say\n',
    );
    expect((await quire(['projections', 'rebuild', 'rumors', '--root', root])).code).toBe(2);
  });
});

describe('quire backup', () => {
  it('copies a database that is being written to', async () => {
    const { root, store } = await filledRoot();
    const file = join(root, 'copy', 'quire.db');
    mkdirSync(join(root, 'copy'));
    const { code, stdout } = await quire(['backup', file, '--root', root]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^copied \\d+ events to .*, checked; head ${store.head().seq} ${store.head().hash}\n$`),
    );
    expectRebuildable(join(root, 'copy'));
    await store.close();
  });
});

describe('quire replay', () => {
  it('steps through a run, with what each event changed', async () => {
    const root = await closedRoot();
    const { code, stdout } = await quire(['replay', ids.failed, '--root', root]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/run\.started {2}run started/);
    expect(stdout).toContain('        state "queued"'.replaceAll('"', ''));
    expect(stdout).toContain('        state active → failed');
    expect(stdout).not.toContain('tokenHash');
  });

  it('shows the run as it stood at a moment', async () => {
    const root = await closedRoot();
    const { stdout } = await quire(['replay', ids.failed, '--at', 'run.started', '--root', root]);
    expect(stdout).toMatch(/active {2}run 01kzzzz00bbbbbbbbb2x/);
    const json = await quire(['replay', ids.failed, '--at', 'run.queued', '--json', '--root', root]);
    expect(JSON.parse(json.stdout).state).toMatchObject({ id: ids.failed, state: 'queued', jobs: [] });
    const wrong = await quire(['replay', ids.failed, '--at', 'job.painted', '--root', root]);
    expect(wrong.code).toBe(2);
  });

  it('prints one state a line as JSON', async () => {
    const root = await closedRoot();
    const { stdout } = await quire(['replay', ids.failed, '--json', '--root', root]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ event: { type: 'run.failed' }, state: { state: 'failed' } });
  });
});

describe('quire run show --at', () => {
  it('shows the run as it stood then, in the same rows as replay --at', async () => {
    const root = await closedRoot();
    const at = ['--at', 'job.started:test', '--root', root];
    const { code, stdout } = await quire(['run', 'show', ids.failed, ...at]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^after event \d+, .*: test started\n● active {2}01kzzzz00bbbbbbbbb2x/);
    expect(stdout).toMatch(/deploy {2}○ queued/);
    const shown = JSON.parse((await quire(['run', 'show', ids.failed, ...at, '--json'])).stdout);
    const replayed = JSON.parse((await quire(['replay', ids.failed, ...at, '--json'])).stdout);
    expect(shown).toEqual(replayed.state);
    const early = await quire(['run', 'show', ids.failed, '--at', 'push.received', '--root', root]);
    expect(early.code).toBe(2);
  });
});

describe('quire run explain', () => {
  it('tells the causes of a failure, first cause first', async () => {
    const root = await closedRoot();
    const { code, stdout } = await quire(['run', 'explain', ids.failed, '--root', root]);
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines.at(-1)).toMatch(/run failed \(pipeline-failure\).*\(run\.failed \d+, \w+\)$/);
    expect((await quire(['run', 'explain', ids.failed, 'nothing', '--root', root])).code).toBe(2);
  });
});

describe('quire doctor', () => {
  it('names each problem with its remedy, and repairs what it can', async () => {
    const root = await closedRoot();
    inFile(root, "DROP TRIGGER runs_terminal; UPDATE runs SET pusher = 'eve' WHERE state <> 'queued'");
    const sick = await quire(['doctor', '--root', root]);
    expect(sick.code).toBe(1);
    expect(sick.stdout).toContain('✗ rows are what the events say');
    expect(sick.stdout).toContain('remedy: quire projections rebuild');
    const fixed = await quire(['doctor', '--fix', '--root', root]);
    expect(fixed.stdout).toContain('✓ rows are what the events say');
    expectRebuildable(root);
  });
});
