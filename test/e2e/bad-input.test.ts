import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/events/index.js';
import { requirePackage } from '../require-package.js';
import { type Scenario, startScenario } from './server.js';

let scenario: Scenario;

const zeros = '0'.repeat(40);
const someSha = 'a'.repeat(40);

const message = (changes: Record<string, unknown> = {}) => ({
  id: `01k9zzzzz${'a'.repeat(11)}`,
  repo: 'app',
  pushedAtMs: Date.now(),
  pusher: 'mallory',
  refs: [{ ref: 'refs/heads/main', oldSha: zeros, newSha: someSha }],
  ...changes,
});

const post = (body: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath: join(scenario.root, 'server.sock'), path: '/api/pushes', method: 'POST' },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const expectStillServing = async () => {
  const response = await fetch(`${scenario.url}/health`);
  expect(response.status).toBe(200);
};

describe('a message that no hook sends', () => {
  beforeAll(async () => {
    scenario = await startScenario();
  });
  afterAll(() => scenario.end());

  it.each([
    ['an unknown repository', JSON.stringify(message()), 404, 'repository app is not on this server'],
    ['no JSON', 'hello', 422, 'expected JSON'],
    ['a missing field', JSON.stringify({ ...message(), refs: undefined }), 422, 'refs'],
    ['a repository name with ..', JSON.stringify(message({ repo: '../etc' })), 422, 'repository name'],
    ['a repository name of three parts', JSON.stringify(message({ repo: '/a/b/c' })), 422, 'repository name'],
    ['a repository name with a dash', JSON.stringify(message({ repo: '-x' })), 422, 'repository name'],
    ['control characters in a name', JSON.stringify(message({ repo: 'a\u0007' })), 422, 'U+0007'],
    [
      'a ref that git refuses',
      JSON.stringify(message({ refs: [{ ref: 'refs/heads/a b', oldSha: zeros, newSha: someSha }] })),
      422,
      'is not a ref name',
    ],
    ['an id of another form', JSON.stringify(message({ id: '../../x' })), 422, 'push id'],
  ])('with %s is refused with the reason', async (_what, body, status, reason) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(reason);
    await expectStillServing();
    expect(scenario.stored()).toEqual([]);
  });

  it('of 40 MB is refused, and the limit is named', async () => {
    const answer = await post(JSON.stringify(message({ pusher: 'x'.repeat(40_000_000) })));
    expect(answer.status).toBe(413);
    await expectStillServing();
  });

  it('that says something else under a known id is refused', async () => {
    const work = await scenario.newRepo('known');
    await work.commit({ 'README.md': 'hello' });
    await work.push();
    const received = (await scenario.feed.until(
      ({ type }) => type === 'push.received',
    )) as StoredEvent<'push.received'>;
    const id = received.stream.slice('push/'.length);
    const refs = received.data.refs.map(({ ref, oldSha, newSha }) => ({ ref, oldSha, newSha }));
    const again = { id, ...received.data, refs };
    expect((await post(JSON.stringify(again))).status).toBe(200);
    const forged = await post(JSON.stringify({ ...again, pusher: 'mallory' }));
    expect(forged.status).toBe(409);
    expect(scenario.stored().filter(({ type }) => type === 'push.received')).toHaveLength(1);
  });

  it('about a commit that is not there gives an event and no run', async () => {
    await scenario.newRepo('empty');
    expect((await post(JSON.stringify(message({ repo: 'empty' })))).status).toBe(200);
    expect(scenario.stored().at(-1)).toMatchObject({
      type: 'push.ref-ignored',
      data: { reason: 'not-a-commit' },
    });
  });

  it('is not waited for when a client connects and says nothing', async () => {
    const client = connect(join(scenario.root, 'server.sock'));
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.on('error', () => undefined);
    client.resume();
    await closed;
    await expectStillServing();
  });
});

describe('repo new', () => {
  beforeAll(async () => {
    scenario = await startScenario({ serve: false });
  });
  afterAll(() => scenario.end());

  it.each(['..', '../x', '/a/b/c', '-x', 'a/b/c', 'a\u0007b', 'x.git'])('refuses %j', async (name) => {
    const { code, stderr } = await scenario.quire('repo', 'new', '--', name);
    expect(code).not.toBe(0);
    expect(stderr).toContain('repository name');
  });
});

describe('a pipeline that asks for too much', () => {
  beforeEach(async () => {
    scenario = await startScenario();
  });
  afterEach(() => scenario.end());

  const runOne = async (body: string) => {
    const work = await scenario.newRepo();
    await work.commit({
      '.quire/ci.fnl': `(local ci (require :quire.ci))\n(ci.job :one [:quire/push]\n  (fn [{: sh}] ${body}))\n`,
    });
    await work.push();
    return scenario.feed.runEnded();
  };

  it('fails the job that returns a function', async () => {
    await runOne('(sh "true") (fn [] 1)');
    const failed = scenario.feed.events.find((event) => event.type === 'job.failed');
    expect(failed?.data.message).toMatch(/function/);
  });

  it('gives exit 127 for a command that does not exist', async () => {
    await runOne('(sh ["no-such-command-here"])');
    const finished = scenario.feed.events.find((event) => event.type === 'sh.finished');
    expect(finished).toMatchObject({ data: { exitCode: 127 } });
  });

  it('keeps the memory of server and quire-ci flat under 200 MB of output', async () => {
    const peaks: { server: number; ci: number } = { server: 0, ci: 0 };
    const ended = runOne('(sh "head -c 200000000 /dev/zero | tr \'\\\\0\' x | fold -w 79")');
    const claimed = (await scenario.feed.until(
      ({ type }) => type === 'run.claimed',
    )) as StoredEvent<'run.claimed'>;
    await scenario.feed.until(({ type }) => type === 'sh.started');
    const before = residentMb(scenario.serverPid);
    const timer = setInterval(() => {
      peaks.server = Math.max(peaks.server, residentMb(scenario.serverPid));
      peaks.ci = Math.max(peaks.ci, residentMb(claimed.data.owner.pid));
    }, 100);
    expect((await ended).type).toBe('run.succeeded');
    clearInterval(timer);
    const finished = scenario.feed.events.find((event) => event.type === 'sh.finished');
    expect(finished?.data.stdoutBytes).toBeGreaterThan(200_000_000);
    expect(peaks.server - before).toBeLessThan(60);
    expect(peaks.ci).toBeLessThan(300);
  });
});

const residentMb = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
};

const withoutShell = requirePackage('sqlite3', existsSync('/usr/bin/sqlite3'));

describe.skipIf(withoutShell)('the events table', () => {
  beforeAll(async () => {
    scenario = await startScenario({ serve: false });
    await scenario.newRepo();
  });
  afterAll(() => scenario.end());

  it.each([
    "UPDATE events SET type = 'x'",
    'DELETE FROM events',
    'INSERT OR REPLACE INTO events SELECT * FROM events LIMIT 1',
  ])('refuses %s from the sqlite3 shell', async (statement) => {
    const before = scenario.stored();
    expect(() =>
      execFileSync('sqlite3', [join(scenario.root, 'quire.db'), statement], { stdio: 'pipe' }),
    ).toThrow(/events are/);
    expect(scenario.stored()).toEqual(before);
  });
});
