import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { serverEvents } from '../../src/cli/server-events.js';

it('end when the server was killed in the middle of them', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: progress\ndata: {"seq":1}\n\n');
    response.write('event: progress\nda', () => response.destroy());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const [response] = (await once(
    get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }),
    'response',
  )) as [IncomingMessage];
  const seen = [];
  for await (const event of serverEvents(response)) seen.push(event);
  expect(seen).toEqual([{ event: 'progress', data: { seq: 1 } }]);
});
