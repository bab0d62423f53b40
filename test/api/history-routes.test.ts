import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NewEvent } from '../../src/events/index.js';
import { answerErrors } from '../../src/api/index.js';
import { historyRoutes } from '../../src/api/history-routes.js';
import { shLogPath } from '../../src/runner/run-folder.js';
import { sampleData } from '../events/sample-data.js';
import { runId, sampleEvent, shPaths } from '../lifecycle/reach.js';
import { temporaryStore } from '../store/temporary-store.js';

const log = '2026-11-22T14:40:00.123456789Z stdout F token hunter2\n';

/** The routes of a store with one ended command and its log. */
const serve = async () => {
  const store = temporaryStore();
  for (const type of shPaths.exited.slice(0, -1)) await store.append([sampleEvent(type)], { actor: 'ci' });
  const data = {
    ...sampleData['sh.finished'],
    logBytes: log.length,
    logSha256: createHash('sha256').update(log).digest('hex'),
  };
  await store.append([{ ...sampleEvent('sh.finished'), data } as NewEvent], { actor: 'ci' });
  const path = shLogPath(store.root, runId, 'test', 1);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, log);
  const app = express();
  app.use(historyRoutes({ root: store.root, store }), answerErrors(pino({ level: 'silent' })));
  const server = app.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = async (route: string, body: unknown) => {
    const response = await fetch(url + route, { method: 'POST', body: JSON.stringify(body) });
    return { status: response.status, text: await response.text() };
  };
  return { store, url, path, post };
};

const lines = { runId, jobId: 'test', n: 1, fromLine: 1, toLine: 1, reason: 'a token', by: 'ann' };

describe('the routes of the history', () => {
  it('tell where each read model stands', async () => {
    const { store, url } = await serve();
    expect(await (await fetch(`${url}/api/projections`)).json()).toEqual(store.projectionStatus());
  });

  it('rebuild, and tell of it until it is done', async () => {
    const { post, store } = await serve();
    const { status, text } = await post('/api/projections/rebuild', { names: ['runs'] });
    expect(status).toBe(200);
    const events = text.split('\n').filter((line) => line.startsWith('event: '));
    expect(new Set(events)).toEqual(new Set(['event: progress', 'event: done']));
    expect(events.at(-1)).toBe('event: done');
    expect(text).toContain(`data: {"seq":${store.head().seq},"tookMs":`);
  });

  it('rebuild the rows of one run at once', async () => {
    const { post } = await serve();
    expect(await post('/api/projections/rebuild', { runId })).toEqual({
      status: 200,
      text: `{"rebuilt":"${runId}"}`,
    });
  });

  it('refuse a second rebuild beside one', async () => {
    const { post, store } = await serve();
    const running = store.rebuild();
    expect(await post('/api/projections/rebuild', {})).toMatchObject({
      status: 409,
      text: expect.stringContaining('"code":"rebuild-running"'),
    });
    await running;
  });

  it('redact events and lines, in the name of who asked', async () => {
    const { post, store, path } = await serve();
    const events = await post('/api/redactions', { seqs: [1], reason: 'a name', by: 'ann' });
    expect(events.status).toBe(201);
    expect(JSON.parse(events.text)).toMatchObject([
      { type: 'event.redacted', actor: 'operator:ann', data: { seq: 1, reason: 'a name' } },
    ]);
    const redacted = await post('/api/log-redactions', lines);
    expect(redacted).toMatchObject({ status: 201, text: expect.stringContaining('"isFinished":"now"') });
    expect(readFileSync(path, 'utf8')).not.toContain('hunter2');
    expect(store.readEvents({ types: ['log.redacted'] })).toMatchObject([{ actor: 'operator:ann' }]);
  });

  it.each<[string, unknown, number, string]>([
    ['/api/projections/rebuild', { names: ['rumors'] }, 404, 'unknown-projection'],
    ['/api/projections/rebuild', { runId: 'nobody' }, 404, 'unknown-run'],
    ['/api/projections/rebuild', { all: true }, 422, 'malformed-request'],
    ['/api/redactions', { seqs: [], reason: 'x', by: 'ann' }, 422, 'malformed-request'],
    ['/api/redactions', { seqs: [1], reason: '', by: 'ann' }, 422, 'malformed-request'],
    ['/api/redactions', { seqs: [1], reason: 'x' }, 422, 'malformed-request'],
    ['/api/redactions', { seqs: [99], reason: 'x', by: 'ann' }, 409, 'not-redactable'],
    ['/api/log-redactions', { ...lines, fromLine: 2 }, 422, 'malformed-request'],
    ['/api/log-redactions', { ...lines, n: 7 }, 404, 'unknown-log'],
    ['/api/log-redactions', { ...lines, jobId: '../../..' }, 404, 'unknown-log'],
    ['/api/log-redactions', { ...lines, toLine: 9 }, 409, 'log-not-redactable'],
  ])('POST %s %j is refused with %i %s, and nothing is stored', async (route, body, status, code) => {
    const { post, store } = await serve();
    const head = store.head();
    const refused = await post(route, body);
    expect(refused).toMatchObject({ status, text: expect.stringContaining(`"code":"${code}"`) });
    expect(store.head()).toEqual(head);
  });
});
