import { describe, expect, it } from 'vitest';
import Database from 'better-sqlite3';
import { databasePath, type ProjectionStatus, type Trust } from '../../src/store/index.js';
import { manualClock, playExample } from './example.js';
import { openLivePage } from './read-events-stream.js';
import { startWeb, type WebServer } from './web-server.js';

interface Operations {
  readonly waiting: { run: { id: string }; reason: string }[];
  readonly trust: {
    projections: { name: string; state: string }[];
    underWay: string | null;
    lastCheck: { scope: string; differences: number; named: string[] } | null;
    lastVerify: { scope: string; faults: number; events: number } | null;
  };
}

const operations = async (web: WebServer) => (await web.json('/operations')) as Operations;

const tokenOf = (html: string) => /name="token" value="([^"]+)"/.exec(html)![1]!;

const post = (web: WebServer, path: string, token: string, headers: Record<string, string> = {}) =>
  fetch(web.url + path, {
    method: 'POST',
    body: new URLSearchParams({ token }),
    headers,
    redirect: 'manual',
  });

/** The page as it is pushed, once it says something. */
const shows = async (web: WebServer, path: string, text: string): Promise<void> => {
  const live = await openLivePage(`${web.url}${path}?seq=0`);
  await live.next(({ data }) => data.includes(text));
  live.close();
};

describe('the operations page', () => {
  it('says why each run waits', async () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 8));
    const web = await startWeb({ clock: clock.now });
    const example = await playExample(web.history, clock);
    expect((await operations(web)).waiting).toMatchObject([
      { run: { id: example.queued }, reason: 'the run under way takes the room there is' },
    ]);
    const behind = await web.history.push('orchard', { ref: 'refs/heads/x' });
    await web.history.start(behind);
    expect(await web.text('/operations')).toContain('the 2 runs under way take the room there is');
  });

  it('compares all rows with the events when asked to, and says live what it came to', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    await web.history.push('a');
    const html = await web.text('/operations');
    expect(html).toContain('not compared since the start');
    expect(html).toContain('not verified since the start');
    const answer = await post(web, '/operations/check', tokenOf(html), { Origin: web.url });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/operations']);
    await shows(web, '/operations', 'the rows are what the events say');
    expect((await operations(web)).trust.lastCheck).toMatchObject({ scope: 'all', differences: 0 });
  });

  it('names the rows that are not what the events say', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    const db = new Database(databasePath(web.root));
    db.prepare("UPDATE runs SET subject = 'forged <b>' WHERE id = ?").run(run);
    db.close();
    await post(web, '/operations/check', tokenOf(await web.text('/operations')));
    await shows(web, '/operations', '1 row is not what the events say');
    expect((await operations(web)).trust.lastCheck).toMatchObject({ differences: 1, named: [`runs ${run}`] });
  });

  it('reads the whole chain when asked to', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    await web.history.createRepo('b');
    await post(web, '/operations/verify', tokenOf(await web.text('/operations')));
    await shows(web, '/operations', 'whole</span>');
    expect((await operations(web)).trust.lastVerify).toMatchObject({ scope: 'all', faults: 0, events: 2 });
  });

  it('is asked by nobody without the token, from another site, or unknown', async () => {
    const web = await startWeb();
    const token = tokenOf(await web.text('/operations'));
    for (const path of ['/operations/check', '/operations/verify']) {
      expect((await post(web, path, 'x')).status).toBe(403);
      expect((await post(web, path, token, { Origin: 'http://evil.example' })).status).toBe(403);
      expect((await post(web, path, token, { 'X-Forwarded-For': '10.0.0.1' })).status).toBe(404);
      expect((await web.get(path)).status).toBe(404);
    }
    expect((await operations(web)).trust).toMatchObject({
      underWay: null,
      lastCheck: null,
      lastVerify: null,
    });
  });

  it('shows how far each rebuild is, and why one stopped', async () => {
    const status: ProjectionStatus = {
      name: 'job_statistics',
      version: 'v',
      builtVersion: null,
      builtSeq: null,
      builtAtMs: null,
      state: 'rebuilding',
      progress: {
        phase: 'folding',
        seq: 250_000,
        headSeq: 1_000_000,
        eventsPerSecond: 50_000,
        copiedRows: 0,
        rows: 0,
        timeLeftMs: 15_000,
      },
      error: null,
    };
    let statuses = [status];
    const trust = {
      projections: () => statuses,
      lastCheck: () => null,
      lastVerify: () => null,
      underWay: () => null,
    } as unknown as Trust;
    const web = await startWeb({ trust });
    const html = await web.text('/operations');
    expect(html).toContain('folding 250,000 of 1,000,000 events (25 %), 15.0 s left');
    const live = await openLivePage(`${web.url}/operations?seq=0`);
    await live.next(({ data }) => data.includes('25 %'));
    statuses = [{ ...status, state: 'outdated', progress: null, error: 'the rebuild stopped at <event> 7' }];
    await live.next(({ data }) => data.includes('the rebuild stopped at &lt;event> 7'));
    live.close();
  });
});
