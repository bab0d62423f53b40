import { request } from 'node:http';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { loadAssets } from '../../src/web/assets.js';
import type { Topic } from '../../src/web/live/hub.js';
import { definePage, type PageContext, type Visit } from '../../src/web/page.js';
import { servePage } from '../../src/web/serve-page.js';
import { openLivePage } from './read-events-stream.js';
import { startWeb } from './web-server.js';

const auth = { header: 'Remote-User', trust: ['127.0.0.1'] };
const ann = { 'Remote-User': 'ann' };
const bea = { 'Remote-User': 'bea' };

const withRun = async () => {
  const access = { of: 'runs' as 'runs' | 'nothing' };
  const web = await startWeb({ auth, publicAccess: () => access.of });
  await web.history.createRepo('a');
  const run = await web.history.push('a');
  return { web, run, access };
};

describe('what a live page is made of', () => {
  it('is the same for two visitors with an identity, and holds no token', async () => {
    const { web, run } = await withRun();
    const pages = await Promise.all(
      [ann, bea].map((who) => openLivePage(`${web.url}/runs/${run}?seq=0`, who)),
    );
    const shown = await Promise.all(pages.map((page) => page.next()));
    for (const page of pages) page.close();
    for (const { data } of shown) {
      expect(data).toMatch(new RegExp(`<button [^>]*form="actions" formaction="/runs/${run}/cancel"`, 'i'));
      expect(data).not.toContain('token');
    }
    expect(web.errors).toEqual([]);
  });

  it('has no buttons for a stranger, whoever else has the page open', async () => {
    const { web, run, access } = await withRun();
    const named = await openLivePage(`${web.url}/runs/${run}?seq=0`, ann);
    const stranger = await openLivePage(`${web.url}/runs/${run}?seq=0`);
    expect((await named.next()).data).toContain('Cancel this run');
    expect((await stranger.next()).data).not.toContain('Cancel this run');
    access.of = 'nothing';
    await web.history.start(run);
    expect((await named.next(({ data }) => data.includes('state-active'))).data).toContain('run-header');
    await expect(stranger.next(({ data }) => data.includes('state-active'))).rejects.toThrow();
    named.close();
  });

  it('is asked for by rights, page and the parameters that the page knows, and by nothing else', async () => {
    const { web, run } = await withRun();
    const keyOf = await topicKeys();
    const of = (query: string, all = true, name = 'ann') => keyOf(`/runs/${run}?${query}`, all, name);
    const key = await of('from=2');
    expect(await of('from=2', true, 'bea')).toBe(key);
    expect(await of('x=1&from=2&y=3&seq=7')).toBe(key);
    expect(await of('from=2&from=3')).toBe(key);
    expect(await of('to=4&from=2')).toBe(await of('from=2&to=4'));
    expect(await of('from=3')).not.toBe(key);
    expect(await of('from=2', false)).not.toBe(key);
    expect(await keyOf('/runs/other?from=2', true, 'ann')).not.toBe(key);
    expect(web.errors).toEqual([]);
  });

  it('is never more than the page may see, nor parameters it does not declare', async () => {
    const seen: PageContext[] = [];
    const keyOf = await topicKeys(seen);
    await keyOf('/runs/a?from=2&x=1', true, 'ann');
    expect(Object.keys(seen[0]!).toSorted()).toEqual(['access', 'nowMs', 'options', 'params', 'query']);
    expect([...seen[0]!.query]).toEqual([['from', '2']]);
  });
});

/** Serves a page of two parameters with a hub that tells the keys it is asked with. */
const topicKeys = async (seen: PageContext[] = []) => {
  const page = definePage({
    path: '/runs/:run',
    summary: '',
    query: { from: '', to: '' },
    schema: z.unknown(),
    follows: () => () => true,
    load: (context) => void seen.push(context),
    view: () => ({ title: '', regions: [] }),
  });
  const keys: string[] = [];
  const hub = {
    readers: 0,
    close() {},
    subscribe(topic: Topic, response: { end(): void }) {
      keys.push(topic.key);
      response.end();
    },
  };
  const visit = async (asked: express.Request): Promise<Visit> => {
    const [kind, name] = String(asked.headers['x-visitor']).split(' ') as ['all' | 'some', string];
    const access = { all: kind === 'all' } as Visit['access'];
    return {
      options: {} as Visit['options'],
      identity: { kind: 'proxy', name },
      access,
      accessNow: async () => access,
      params: asked.params as Record<string, string>,
      query: new URL(asked.originalUrl, 'http://localhost').searchParams,
      address: asked.originalUrl,
      token: `token of ${name}`,
      nowMs: 0,
    };
  };
  const app = express().get(page.path, servePage(page, { assets: loadAssets(), hub, visit }));
  const server = app.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  return (path: string, all: boolean, name: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { Accept: 'text/event-stream', 'X-Visitor': `${all ? 'all' : 'some'} ${name}` };
      request({ port, host: '127.0.0.1', path, headers, agent: false }, (response) => {
        response.resume().on('end', () => resolve(keys.at(-1)!));
      })
        .on('error', reject)
        .end();
    });
};
