import type { Request, Response } from 'express';

/** A stream of server-sent events to one client. */
export interface ServerSent {
  /** Resolves when the client has taken it, so that a slow one is waited for instead of buffered for. */
  send(message: { readonly id?: number; readonly event?: string; readonly data: unknown }): Promise<void>;
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
  end(): void;
}

/** How often a comment goes out, so that a dead connection is noticed. */
const keepAliveMs = 15_000;

export const serverSent = (request: Request, response: Response): ServerSent => {
  const gone = new AbortController();
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write(': connected\n\n');
  const timer = setInterval(() => {
    if (response.writableNeedDrain) return;
    response.write(': still here\n\n');
  }, keepAliveMs);
  timer.unref();
  const close = () => {
    clearInterval(timer);
    gone.abort();
  };
  request.once('close', close);
  response.once('close', close);
  response.on('error', close);
  return {
    signal: gone.signal,
    async send({ id, event, data }) {
      if (gone.signal.aborted) return;
      const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`;
      if (response.write(`${head}data: ${JSON.stringify(data)}\n\n`)) return;
      await drained(response, gone.signal);
    },
    end: () => void response.end(),
  };
};

const drained = (response: Response, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
  });
