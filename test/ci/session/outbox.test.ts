import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerClient } from '../../../src/ci/server/client.js';
import { maxWaitingEvents, Outbox } from '../../../src/ci/session/outbox.js';
import { type RunServer, token } from '../fixture/run-server.js';
import { Scenario } from '../fixture/scenario.js';

let server: RunServer;
let client: ServerClient;
beforeEach(async () => {
  ({ server } = new Scenario('nil'));
  await server.start();
  client = new ServerClient(server.address, token);
});
afterEach(() => client.close());

const makeOutbox = (awayMs = 20_000) => {
  const fatal: Error[] = [];
  return { outbox: new Outbox(client, awayMs, (error) => fatal.push(error)), fatal };
};

const options = { allowFailure: false, always: false, uninterruptible: false, timeoutMs: null, retry: 0 };

const register = (outbox: Outbox) =>
  outbox.emit('pipeline.registered', {
    sourceSha256: '0'.repeat(64),
    sourceBytes: 1,
    image: null,
    maxParallelJobs: 1,
    jobs: [{ id: 'a', inputs: ['quire/push'], options, line: 1 }],
  });

const log = (outbox: Outbox, count: number) => {
  for (let i = 0; i < count; i += 1) outbox.emit('job.logged', { jobId: 'a', message: String(i) });
};

/** How many events each request carried. */
const batches = (sizes: number[]) => {
  server.interfere = (request, _response, body) => {
    if (request.url === '/api/run/events') sizes.push(body.toString().trim().split('\n').length);
    return false;
  };
};

describe('Outbox', () => {
  it('sends what happens together in one request', async () => {
    const sizes: number[] = [];
    batches(sizes);
    const { outbox } = makeOutbox();
    register(outbox);
    log(outbox, 20);
    await outbox.settled();
    expect(sizes).toEqual([21]);
    expect(server.events.map(({ number }) => number)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  });

  it('sends a backlog in batches of a bounded size, one request at a time', async () => {
    const sizes: number[] = [];
    batches(sizes);
    const { outbox } = makeOutbox();
    register(outbox);
    log(outbox, 1200);
    await outbox.settled();
    expect(sizes).toEqual([500, 500, 201]);
  });

  it('bounds a batch by its bytes too, but sends an event that is larger alone', async () => {
    const sizes: number[] = [];
    batches(sizes);
    const { outbox } = makeOutbox();
    register(outbox);
    for (let i = 0; i < 3; i += 1) {
      outbox.emit('job.succeeded', { jobId: `j${i}`, outputs: 'x'.repeat(300_000), outputsSha256: null });
    }
    await outbox.settled().catch(() => undefined);
    expect(sizes[0]).toBe(2);
  });

  it('makes whoever wants to go on wait when memory is full, until the server is back', async () => {
    const { outbox } = makeOutbox();
    await server.stop();
    register(outbox);
    log(outbox, maxWaitingEvents - 2);
    await outbox.ready();
    log(outbox, 1);
    expect(outbox.hasRoom).toBe(false);
    let ready = false;
    const waiting = outbox.ready().then(() => {
      ready = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(ready).toBe(false);
    await server.start();
    await waiting;
    await outbox.settled();
    expect(server.events).toHaveLength(maxWaitingEvents);
  });

  it('gives up after the time a server may be away, and tells everybody who waits', async () => {
    const { outbox, fatal } = makeOutbox(200);
    await server.stop();
    register(outbox);
    await expect(outbox.settled()).rejects.toMatchObject({ code: 'server-away', awayMs: 200 });
    await expect(outbox.ready()).rejects.toMatchObject({ code: 'server-away' });
    expect(fatal).toHaveLength(1);
    log(outbox, 5);
    expect(outbox.count).toBe(1);
  });

  it('gives up at once when refused', async () => {
    const { outbox, fatal } = makeOutbox();
    log(outbox, 1);
    await expect(outbox.settled()).rejects.toMatchObject({ code: 'refused', status: 409 });
    expect(fatal).toMatchObject([{ code: 'refused' }]);
  });

  it('gives up when closed', async () => {
    const { outbox, fatal } = makeOutbox();
    await server.stop();
    register(outbox);
    const settled = outbox.settled();
    outbox.close();
    await expect(settled).rejects.toThrow('closed');
    expect(fatal).toEqual([]);
  });
});
