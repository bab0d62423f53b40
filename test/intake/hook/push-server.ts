import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** One request as the server got it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
}

type Answer = (message: { id: string; refs: { ref: string }[] }, response: ServerResponse) => void;

/** What the real server says of a push. */
export const queued: Answer = ({ refs }, response) =>
  response
    .setHeader('content-type', 'text/plain; charset=utf-8')
    .end(refs.map(({ ref }) => `quire: run 1 queued for ${ref} http://127.0.0.1:3000/runs/1\n`).join(''));

/** A real HTTP server on `<root>/server.sock`, until the test is over. */
export async function startPushServer(root: string, answer: Answer = queued): Promise<Received[]> {
  const received: Received[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const contentType = request.headers['content-type'] ?? '';
    received.push({ method: request.method!, url: request.url!, contentType, body });
    answer(JSON.parse(body), response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(join(root, 'server.sock'), resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return received;
}
