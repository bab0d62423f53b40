import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { databasePath } from '../../src/store/index.js';
import { appendRaw } from '../store/raw-event.js';
import { type Scenario, startScenario } from './server.js';

let scenario: Scenario;

afterEach(() => scenario.end());

const secret = 'hunter2-hunter2';

/** A server with one run, whose log and job message hold a secret. */
const leakyServer = async (): Promise<string> => {
  scenario = await startScenario();
  const work = await scenario.newRepo();
  await work.commit({
    '.quire/ci.fnl': `(local ci (require :quire.ci))
(ci.job :leak [:quire/push] (fn [{: sh : log}] (log "found ${secret}") (sh "cat leak")))
`,
    leak: `one\n${secret}\nthree\n`,
  });
  await work.push();
  const ended = await scenario.feed.runEnded();
  return ended.stream.slice('run/'.length);
};

/** That server, stopped, and behind what it stored an event of a type that only a newer quire knows. */
const stoppedWithNewerEvent = async (): Promise<void> => {
  await leakyServer();
  await scenario.stop();
  appendRaw(scenario.root, {
    stream: 'repo/app',
    type: 'repo.painted',
    typeVersion: 1,
    json: '{"colour":"red"}',
  });
};

/** What this quire does not know, nothing can check: the root goes without it. */
const takeOutNewerEvent = (): void =>
  inFile("DROP TRIGGER events_no_delete; DELETE FROM events WHERE type = 'repo.painted'");

const redactLines = (...more: string[]) =>
  scenario.quire('events', 'redact', '--run', 'latest', '--job', 'leak', '--reason', 'a token', ...more);

const inFile = (sql: string): void => {
  const db = new Database(databasePath(scenario.root));
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
};

describe('beside a running server', () => {
  it('lines of a log and the text of events are destroyed, and everything verifies on', async () => {
    const runId = await leakyServer();
    const log = join(scenario.root, 'runs', runId, 'jobs/leak/sh-1.log');
    expect(readFileSync(log, 'utf8')).toContain(secret);
    const [logged, succeeded] = ['job.logged', 'job.succeeded'].map(
      (wanted) => scenario.stored().find(({ type }) => type === wanted)!.seq,
    );
    expect(await redactLines('--lines', '2')).toMatchObject({
      code: 0,
      stdout: `destroyed line 2 of the log of command 1 of job leak of run ${runId}\n`,
      stderr: expect.stringContaining(
        `quote it and keep it: quire events redact ${logged} ${succeeded} --reason`,
      ),
    });
    const seqs = [String(logged), String(succeeded)];
    expect(await scenario.quire('events', 'redact', ...seqs, '--reason', 'a token')).toMatchObject({
      code: 0,
      stdout: 'destroyed the text of 2 events\n',
    });
    for (const suffix of ['', '-wal']) {
      expect(readFileSync(`${databasePath(scenario.root)}${suffix}`, 'latin1')).not.toContain(secret);
    }
    expect(readFileSync(log, 'utf8')).not.toContain(secret);
    expect((await scenario.quire('run', 'logs', 'latest')).stdout).toContain(
      'one\n[redacted: a token]\nthree\n',
    );
    const lines = (await scenario.quire('run', 'logs', 'latest', '--json')).stdout.trim().split('\n');
    expect(JSON.parse(lines[1]!)).toMatchObject({
      text: '*'.repeat(secret.length),
      redacted: { reason: 'a token' },
    });
    const page = await fetch(`${scenario.url}/runs/${runId}/jobs/leak/sh/1`, {
      headers: { accept: 'text/html' },
    });
    expect(await page.text()).toContain('redacted: a token');
    const verified = await scenario.quire('verify', '--full');
    expect(verified.code).toBe(0);
    expect(verified.stdout).toContain('line 2 redacted by event');
    expect(verified.stdout).toContain(`event ${logged}: its text was destroyed by event`);
    const actors = scenario.stored().filter(({ type }) => type.endsWith('.redacted'));
    expect(actors.map(({ actor }) => actor.split(':')[0])).toEqual(['operator', 'operator', 'operator']);
  });

  it('a redaction that makes no sense is refused, and says what would', async () => {
    await leakyServer();
    const refusals: [string[], number, string][] = [
      [['--sh', '9', '--lines', '1'], 2, 'job leak has no command 9; it ran 1 of them'],
      [[], 2, 'lines of a log are named by --run RUN --job JOB [--sh N] --lines FROM[-TO]'],
      [['--lines', '3-2'], 2, '--lines expects a line or a range'],
      [['--lines', '3-4'], 1, 'it has 3 lines; asked for was lines 3 to 4'],
      [['--lines', '1', '7'], 2, 'expected either the numbers of events, or --run'],
    ];
    for (const [more, code, message] of refusals) {
      const refused = await redactLines(...more);
      expect(refused.stderr).toContain(message);
      expect(refused.code).toBe(code);
    }
  });

  it('read models are rebuilt by the server, with progress here and in its log', async () => {
    const runId = await leakyServer();
    inFile("DROP TRIGGER runs_terminal; UPDATE runs SET pusher = 'eve'");
    expect((await scenario.quire('projections', 'check')).stdout).toContain(
      `runs ${runId}: pusher should be "ada", found "eve"`,
    );
    const rebuilt = await scenario.quire('projections', 'rebuild');
    expect(rebuilt).toMatchObject({ code: 0, stdout: expect.stringMatching(/^folded \d+ events in /) });
    expect(rebuilt.stderr).toMatch(/^done (\d+)\/\1, \d+ events\/s$/m);
    expect(scenario.serverLog).toContain('rebuilt repos, pushes, refs, runs');
    expect(await scenario.quire('projections', 'check')).toMatchObject({ code: 0 });
    expect(await scenario.quire('projections', 'rebuild', '--run', 'latest')).toMatchObject({
      code: 0,
      stdout: `the rows of run ${runId} are folded again\n`,
    });
    expect(await scenario.quire('projections', 'rebuild', 'rumors')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no projection rumors; there are: repos'),
    });
    expect(await scenario.quire('projections', 'status')).toMatchObject({ code: 0 });
  });

  it('doctor repairs rows, hooks and a redaction that ended half way', async () => {
    const runId = await leakyServer();
    const log = join(scenario.root, 'runs', runId, 'jobs/leak/sh-1.log');
    const before = readFileSync(log);
    await redactLines('--lines', '1-2');
    writeFileSync(log, before);
    rmSync(join(scenario.root, 'repos/app.git/hooks/post-receive'));
    inFile("DROP TRIGGER runs_terminal; UPDATE runs SET pusher = 'eve'");
    const sick = await scenario.quire('doctor');
    expect(sick.code).toBe(1);
    for (const what of [
      '✗ rows are what the events say',
      '✗ every repository is in its place, with its hook',
      '✗ logs are what the events say',
      'they are still there; quire doctor --fix destroys them',
    ]) {
      expect(sick.stdout).toContain(what);
    }
    const fixed = await scenario.quire('doctor', '--fix');
    expect(fixed.stdout).not.toContain('✗');
    expect(fixed.code).toBe(0);
    expect(readFileSync(log, 'utf8')).not.toContain(secret);
  });
});

describe('a start', () => {
  it('compares a sample of rows with the events, and says in the log what it found', async () => {
    const runId = await leakyServer();
    await scenario.stop();
    inFile("DROP TRIGGER runs_terminal; UPDATE runs SET pusher = 'eve'");
    await scenario.serve();
    await expect
      .poll(() => scenario.serverLog, { timeout: 20_000 })
      .toContain('rows are not what the events say');
    expect(scenario.serverLog).toContain(`"rows":["runs ${runId}"]`);
    await expect
      .poll(() => scenario.serverLog, { timeout: 20_000 })
      .toMatch(/the chain of the last \d+ events is whole/);
    expect((await scenario.quire('projections', 'rebuild')).code).toBe(0);
  });

  it('that cannot fold an event serves from the old rows, and says in the log what helps', async () => {
    await stoppedWithNewerEvent();
    inFile("UPDATE projection_versions SET version = 'old' WHERE name = 'runs'");
    await scenario.serve();
    const help = 'leave such events out: quire projections rebuild --skip-unknown';
    await expect.poll(() => scenario.serverLog, { timeout: 20_000 }).toContain(help);
    expect((await scenario.quire('run', 'list')).stdout).toContain('succeeded');
    expect((await scenario.quire('events', 'tail')).stdout).toContain('repo.painted {"colour":"red"}');
    const stopped = await scenario.quire('projections', 'rebuild');
    expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining(help) });
    expect((await scenario.quire('projections', 'rebuild', '--skip-unknown')).code).toBe(0);
    expect((await scenario.quire('projections', 'status')).code).toBe(0);
    expect((await scenario.quire('projections', 'check', '--skip-unknown')).code).toBe(0);
    takeOutNewerEvent();
  });

  it('that has no rows and meets an event of a newer quire is refused with what to do, and serves when it is done', async () => {
    await stoppedWithNewerEvent();
    inFile('DELETE FROM sh; DELETE FROM jobs; DELETE FROM runs; DELETE FROM projection_versions');
    const refused = await scenario.quire('serve', '--port', '0');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^quire: the rebuild stopped at event \d+ \(repo\.painted\): .*there are no old rows to serve from\. Install the quire that wrote it, or leave such events out: quire projections rebuild --skip-unknown\n$/,
    );
    const checked = await scenario.quire('verify', '--full');
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain('leave such events out: quire projections check --skip-unknown');
    expect((await scenario.quire('projections', 'rebuild', '--skip-unknown')).code).toBe(0);
    await scenario.serve();
    expect((await scenario.quire('run', 'list')).stdout).toContain('succeeded');
    expect((await scenario.quire('run', 'rerun', 'latest', '--watch')).code).toBe(0);
    expect((await scenario.quire('projections', 'check', '--skip-unknown')).code).toBe(0);
    await scenario.stop();
    takeOutNewerEvent();
  });
});
