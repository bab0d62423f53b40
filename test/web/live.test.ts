import { createConnection } from 'node:net';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Subject } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { StoredEvent } from '../../src/events/index.js';
import { createHub, type Hub, type Topic } from '../../src/web/live/hub.js';
import { endJob, startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { openLivePage } from './read-events-stream.js';
import { startWeb } from './web-server.js';

describe('a live page', () => {
  it('gets the regions that an event changed, under the number of the event', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    const live = await openLivePage(`${web.url}/runs/${run}?seq=${web.store.head().seq}`);
    await web.history.start(run);
    const { id, data } = await live.next(({ data }) => data.includes('state-active'));
    expect(Number(id)).toBe(web.store.head().seq);
    expect(data).toContain('<hx-partial hx-target="#run-header" hx-swap="outerMorph">');
    expect(data).toContain('<title>◐ Commit 1 · quire</title>');
    live.close();
  });

  it('sends a region again only when it changed', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    await web.history.start(run);
    await web.history.ci(run, registration([registeredJob('one', ['quire/push'], 1)]));
    const live = await openLivePage(`${web.url}/runs/${run}?seq=0`);
    expect((await live.next()).data).toContain('hx-target="#run-buttons"');
    await startJob(web.history, run, 'one');
    const { data } = await live.next();
    expect(data).toContain('hx-target="#run-jobs"');
    expect(data).not.toContain('hx-target="#run-buttons"');
    live.close();
  });

  it('resumes from the last event that was seen: nothing when nothing happened, the current state otherwise', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    await web.history.start(run);
    await web.history.ci(run, registration([registeredJob('one', ['quire/push'], 1)]));
    const seen = web.store.head().seq;
    await startJob(web.history, run, 'one');
    await endJob(web.history, run, 'one');
    const live = await openLivePage(`${web.url}/runs/${run}?seq=0`, { 'Last-Event-ID': String(seen) });
    const { id, data } = await live.next();
    expect(id).toBe(String(web.store.head().seq));
    expect(data).toContain('state-succeeded');
    live.close();
  });

  it('shows what a running command writes, without an event', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    await web.history.start(run);
    await web.history.ci(run, registration([registeredJob('one', ['quire/push'], 1)]));
    await startJob(web.history, run, 'one');
    const sh = { jobId: 'one', n: 1, cmd: 'make', cwd: '.', deadlineAtMs: null, location: null };
    await web.history.ci(run, ['sh.started', sh]);
    const live = await openLivePage(`${web.url}/runs/${run}/jobs/one?seq=${web.store.head().seq}`);
    const log = await openLivePage(`${web.url}/runs/${run}/jobs/one/sh/1?seq=${web.store.head().seq}`);
    web.history.log(run, 'one', 1, ['first line']);
    await live.next(({ data }) => data.includes('first line'));
    web.history.log(run, 'one', 1, ['second line']);
    await live.next(({ data }) => data.includes('second line'));
    await log.next(({ data }) => data.includes('data-lines="2"'));
    log.close();
    live.close();
  });

  it('is not there for whom its page is not, and ends when it is no longer', async () => {
    let access: 'runs' | 'nothing' = 'nothing';
    const web = await startWeb({ publicAccess: () => access });
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    const stranger = { 'X-Forwarded-For': '10.0.0.1' };
    const stream = { Accept: 'text/event-stream', ...stranger };
    for (const path of [`/runs/${run}`, `/runs/${run}/events`, '/runs/absent', '/events', '/operations'])
      expect((await web.get(`${path}?seq=0`, stream)).status, path).toBe(404);
    access = 'runs';
    const live = await openLivePage(`${web.url}/runs/${run}?seq=0`, stranger);
    expect((await live.next()).data).toContain('hx-target="#run-header"');
    access = 'nothing';
    await web.history.start(run);
    await expect(live.next()).rejects.toThrow();
    expect((await web.get(`/runs/${run}?seq=0`, stream)).status).toBe(404);
    expect(web.errors).toEqual([]);
  });

  it('refuses a cursor that is no number', async () => {
    const web = await startWeb();
    const { status } = await web.get('/runs?seq=now', { Accept: 'text/event-stream' });
    expect(status).toBe(400);
  });
});

describe('the hub', () => {
  it('cuts off a reader that does not read, holding only a bounded amount for it', async () => {
    const events$ = new Subject<readonly StoredEvent[]>();
    let revision = 0;
    const hub = createHub({
      events$,
      head: () => revision,
      report: () => {},
      gatherMs: 0,
      maxBufferedBytes: 100_000,
    });
    const topic: Topic = {
      key: 'big',
      concerns: () => true,
      render: async () => new Map([['big', `${revision} ${'x'.repeat(200_000)}`]]),
    };
    const { port, buffered } = await serve(hub, topic);
    const socket = createConnection(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.pause();
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const gone = new Promise((resolve) => {
      const timer = setInterval(() => {
        revision += 1;
        events$.next([{} as StoredEvent]);
        if (revision > 20 && hub.readers === 0) {
          clearInterval(timer);
          resolve(undefined);
        }
      }, 2);
    });
    await gone;
    expect(Math.max(...buffered)).toBeLessThan(1_000_000);
  });

  it('lets no change get lost that comes while a page is being made', async () => {
    const events$ = new Subject<readonly StoredEvent[]>();
    let seq = 0;
    const hub = createHub({ events$, head: () => seq, report: () => {}, gatherMs: 0 });
    let release = () => {};
    let renders = 0;
    const topic: Topic = {
      key: 'slow',
      concerns: () => true,
      async render() {
        renders += 1;
        const shown = seq;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return new Map([['part', `event ${shown}`]]);
      },
    };
    const { port } = await serve(hub, topic);
    const live = await openLivePage(`http://127.0.0.1:${port}/`);
    const step = async (count: number) => {
      while (renders < count) await new Promise((resolve) => setImmediate(resolve));
    };
    seq = 1;
    events$.next([{} as StoredEvent]);
    await step(1);
    seq = 2;
    events$.next([{} as StoredEvent]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    await step(2);
    release();
    await live.next(({ data }) => data === 'event 2');
    live.close();
  });

  it('waits for how a page stands before it asks again, however long the answer takes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const hub = createHub({ events$: new Subject(), head: () => 0, report: () => {} });
    let asked = 0;
    let answer = (_pulse: string): void => {};
    const topic: Topic = {
      key: 'a',
      concerns: () => true,
      render: async () => new Map(),
      pulse: () => {
        asked += 1;
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    };
    const { port } = await serve(hub, topic);
    const reader = createConnection(port, '127.0.0.1');
    reader.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((resolve) => reader.once('data', resolve));
    vi.advanceTimersByTime(10_000);
    expect(asked).toBe(1);
    answer('now');
    await new Promise(setImmediate);
    vi.advanceTimersByTime(10_000);
    expect(asked).toBe(2);
    reader.destroy();
  });

  it('does not count a reader that left before its stream began', async () => {
    const hub = createHub({ events$: new Subject(), head: () => 0, report: () => {} });
    const topic: Topic = { key: 'a', concerns: () => true, render: async () => new Map() };
    const counted = await new Promise<number>((resolve) => {
      const server = createServer((request, response) => {
        response.once('close', () => {
          hub.subscribe(topic, response, 0);
          resolve(hub.readers);
        });
        request.socket.destroy();
      });
      onTestFinished(() => {
        hub.close();
        server.close();
      });
      server.listen(0, '127.0.0.1', () => {
        createConnection((server.address() as AddressInfo).port, '127.0.0.1')
          .on('error', () => {})
          .end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      });
    });
    expect(counted).toBe(0);
  });

  it('ends a stream at once that begins after it was closed, and watches nothing for it', async () => {
    const events$ = new Subject<readonly StoredEvent[]>();
    const hub = createHub({ events$, head: () => 0, report: () => {} });
    const topic: Topic = { key: 'a', concerns: () => true, render: async () => new Map() };
    const { port } = await serve(hub, topic);
    hub.close();
    const reader = createConnection(port, '127.0.0.1').on('error', () => {});
    reader.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((resolve) => reader.once('close', resolve));
    expect(hub.readers).toBe(0);
    expect(events$.observed).toBe(false);
  });
});

const serve = async (hub: Hub, topic: Topic): Promise<{ port: number; buffered: number[] }> => {
  const buffered: number[] = [0];
  const server = createServer((_request, response) => {
    const { write } = response;
    response.write = ((...args: Parameters<typeof write>) => {
      const result = write.apply(response, args);
      buffered.push(response.writableLength);
      return result;
    }) as typeof write;
    hub.subscribe(topic, response, 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    hub.close();
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, buffered };
};
