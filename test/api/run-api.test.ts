import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runApi } from '../../src/api/index.js';
import { runStream } from '../../src/events/index.js';
import { decideClaim, decideEnd, viewRun } from '../../src/lifecycle/index.js';
import { hashToken } from '../../src/runner/index.js';
import type { EventStore } from '../../src/store/index.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryStore } from '../store/temporary-store.js';

const token = 't'.repeat(43);
const runId = '1m81yh13az4nzmeygw8b';
const otherRun = '1m81yh13az4nzmeygw8c';

let store: EventStore & { readonly root: string };
let base: string;

const queueAndClaim = async (id: string, bearer: string, sha: string) => {
  const now = Date.now();
  const data = {
    repo: 'app',
    ref: `refs/heads/${id}`,
    sha,
    previousSha: null,
    pushId: 'p',
    pushedAtMs: now,
    pusher: 'ada',
    attempt: 1,
    rerunOf: null,
    onlyFailed: false,
    subject: null,
    author: null,
  };
  await store.append([{ stream: runStream(id), type: 'run.queued', data }], { actor: 'hook' });
  const owner = { bootId: 'b', pid: 1, startTime: 1 };
  await store.append(
    (read) => decideClaim(viewRun(read, id).run, { owner, launcher: 'host', tokenHash: hashToken(bearer) }),
    { actor: 'runner' },
  );
};

/** A bare repository with one commit that git itself made. */
const makeRepository = (root: string): string => {
  const gitDir = join(root, 'repos/app.git');
  mkdirSync(gitDir, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['--git-dir', gitDir, ...args], {
      encoding: 'utf8',
      input: '',
      env: {
        PATH: process.env.PATH,
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'a@example.org',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'a@example.org',
      },
    }).trim();
  git('init', '--quiet', '--bare');
  return git('commit-tree', '-m', 'first', git('mktree'));
};

beforeEach(async () => {
  store = temporaryStore();
  const sha = makeRepository(store.root);
  await queueAndClaim(runId, token, sha);
  await queueAndClaim(otherRun, 'o'.repeat(43), sha);
  const settings = {
    root: store.root,
    store,
    log: pino({ level: 'silent' }),
    env: {},
    path: '/usr/bin:/bin',
    runTimeoutMs: 60_000,
    sharedDisk: true,
    limits: {
      luaCpuMs: 1000,
      luaMemoryBytes: 1e8,
      captureBytes: 1000,
      logBytes: 1000,
      logLineBytes: 100,
      maxEvents: 50,
      killGraceMs: 100,
      serverAwayMs: 1000,
    },
    lookUp: async (name: string) =>
      name === 'known' ? { value: 'hidden' } : { problem: `secret ${name} is not declared` },
  };
  const app = express().use(runApi(settings, runId, () => undefined));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/run`;
});

const call = async (path: string, init: RequestInit = {}, bearer: string | null = token) => {
  const headers: Record<string, string> = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
  const response = await fetch(`${base}${path}`, { ...init, headers });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
};

const send = (...events: object[]) =>
  call('/events', { method: 'POST', body: events.map((event) => JSON.stringify(event)).join('\n') });

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const registered = (number = 1) => ({
  number,
  type: 'pipeline.registered',
  occurredAtMs: Date.now(),
  data: {
    sourceSha256: sha256('x'),
    sourceBytes: 1,
    image: null,
    maxParallelJobs: 1,
    jobs: [
      {
        id: 'a',
        inputs: ['quire/push'],
        options: { allowFailure: false, always: false, uninterruptible: false, timeoutMs: null, retry: 0 },
        line: 1,
      },
    ],
  },
});

const event = (number: number, type: string, data: object) => ({
  number,
  type,
  occurredAtMs: Date.now(),
  data,
});
const jobStarted = (number: number) => event(number, 'job.started', { jobId: 'a', deadlineAtMs: null });
const shStarted = (number: number) =>
  event(number, 'sh.started', {
    jobId: 'a',
    n: 1,
    cmd: 'true',
    cwd: '.',
    deadlineAtMs: null,
    location: null,
  });

const end = () =>
  store.append(
    (read) => decideEnd(viewRun(read, runId), { type: 'run.canceled', by: 'ada', message: 'enough' }),
    { actor: 'operator:ada' },
  );

describe('who may ask', () => {
  it.each([
    ['nobody', null, 401],
    ['a token nobody gave out', 'x'.repeat(43), 401],
    ['the token of another run', 'o'.repeat(43), 403],
  ])('not %s', async (_who, bearer, status) => {
    expect((await call('/bootstrap', {}, bearer)).status).toBe(status);
    expect(viewRun(store.read, runId).run.state).toBe('queued');
  });

  it('nobody any more once the run has ended', async () => {
    await call('/bootstrap');
    await end();
    expect((await call('/secrets/known?job=a')).status).toBe(410);
    expect((await call('/signals')).status).toBe(410);
    expect((await send(registered())).status).toBe(409);
  });
});

describe('bootstrap', () => {
  it('starts the run, once', async () => {
    const first = await call('/bootstrap');
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      runId,
      push: { branch: runId, commitMessage: 'first' },
      env: { CI: 'true' },
    });
    expect(JSON.stringify(first.body.env)).not.toContain(token);
    expect((await call('/bootstrap')).status).toBe(410);
    expect(store.readEvents({ types: ['run.started'] })).toHaveLength(1);
  });

  it('is answered again, the same, to a quire-ci that says it heard nothing, until it has sent events', async () => {
    const first = await call('/bootstrap');
    const again = await call('/bootstrap?again=1');
    expect(again).toEqual(first);
    expect(store.readEvents({ types: ['run.started'] })).toHaveLength(1);
    await send(registered());
    expect((await call('/bootstrap?again=1')).status).toBe(410);
  });

  it('starts a run that another request is just starting no second time', async () => {
    const answers = await Promise.all([call('/bootstrap'), call('/bootstrap?again=1')]);
    expect(answers[1]).toEqual(answers[0]);
    expect(store.readEvents({ types: ['run.started'] })).toHaveLength(1);
  });
});

describe('events', () => {
  beforeEach(async () => {
    await call('/bootstrap');
  });

  it('are acknowledged, and a repeat is harmless', async () => {
    const batch = [registered(), jobStarted(2), shStarted(3)];
    expect(await send(...batch)).toEqual({ status: 200, body: { acknowledged: 3 } });
    expect(await send(...batch)).toEqual({ status: 200, body: { acknowledged: 3 } });
    expect(store.readEvents({ types: ['sh.started'] })).toHaveLength(1);
    expectRebuildable(store);
  });

  it('are refused out of step, with the number to go on from', async () => {
    await send(registered());
    expect(await send(jobStarted(3))).toMatchObject({
      status: 409,
      body: { code: 'out-of-step', acknowledged: 1 },
    });
    const changed = registered();
    changed.data.jobs[0]!.line = 2;
    expect(await send(changed)).toMatchObject({ status: 409, body: { code: 'out-of-step' } });
  });

  it('are refused whole when one of them is illegal', async () => {
    const answer = await send(registered(), shStarted(2));
    expect(answer).toMatchObject({ status: 409, body: { code: 'illegal-transition' } });
    expect(store.readEvents({ types: ['pipeline.registered'] })).toHaveLength(0);
  });

  it.each([
    ['no JSON', 'hello', 422, 'line 1'],
    ['an unknown type', JSON.stringify(event(1, 'run.queued', {})), 422, 'type'],
    ['missing data', JSON.stringify(event(1, 'pipeline.registered', {})), 422, 'sourceSha256'],
  ])('are refused with %s', async (_what, body, status, words) => {
    const answer = await call('/events', { method: 'POST', body });
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(words);
  });

  it('are refused in a batch that is too large', async () => {
    expect((await call('/events', { method: 'POST', body: 'x'.repeat(9_000_000) })).status).toBe(413);
  });
});

describe('logs', () => {
  const post = (offset: number | string, body: string, path = '/logs/a/1') =>
    call(`${path}?offset=${offset}`, { method: 'POST', body });

  beforeEach(async () => {
    await call('/bootstrap');
    await send(registered(), jobStarted(2), shStarted(3));
  });

  it('grow at the offset, and what is stored already is passed over', async () => {
    expect(await post(0, 'hello ')).toEqual({ status: 200, body: { size: 6 } });
    expect(await post(0, 'hello ')).toEqual({ status: 200, body: { size: 6 } });
    expect(await post(3, 'lo world')).toEqual({ status: 200, body: { size: 11 } });
    expect(readFileSync(join(store.root, 'runs', runId, 'jobs/a/sh-1.log'), 'utf8')).toBe('hello world');
  });

  it('have no gaps, no strangers and an end', async () => {
    expect(await post(5, 'x')).toMatchObject({ status: 409, body: { code: 'log-gap', size: 0 } });
    expect((await post(0, 'x', '/logs/a/2')).status).toBe(404);
    expect((await post(0, 'x', '/logs/..%2f..%2fevil/1')).status).toBe(404);
    expect((await post('many', 'x')).status).toBe(422);
    expect((await post(0, 'x'.repeat(5000))).status).toBe(413);
  });
});

describe('blobs', () => {
  it('are kept under their own digest only', async () => {
    await call('/bootstrap');
    const put = (digest: string) => call(`/blobs/${digest}`, { method: 'PUT', body: 'content' });
    expect((await put(sha256('content'))).status).toBe(200);
    expect(readFileSync(join(store.root, 'blobs', sha256('content')), 'utf8')).toBe('content');
    expect((await put(sha256('other'))).status).toBe(422);
    expect((await put('..%2f..%2fevil')).status).toBe(422);
  });
});

describe('secrets', () => {
  it('are given to a job of the run and recorded by name', async () => {
    await call('/bootstrap');
    await send(registered());
    expect(await call('/secrets/known?job=a')).toEqual({ status: 200, body: { value: 'hidden' } });
    expect((await call('/secrets/unknown?job=a')).status).toBe(404);
    expect((await call('/secrets/known?job=nobody')).status).toBe(409);
    const revealed = store.readEvents({ types: ['secret.revealed'] });
    expect(revealed.map(({ data }) => data)).toEqual([{ jobId: 'a', name: 'known' }]);
    expect(JSON.stringify(store.readEvents())).not.toContain('hidden');
  });
});
