import type { IncomingMessage } from 'node:http';
import { createBell } from './bell.js';
import { openAnswer } from './server-client.js';

/** How long a change may stay unseen where no server tells of it. */
const pollMs = 250;

/** Says when it is worth looking at the database again. The database itself is where the answer stands. */
export interface Waker {
  /** Resolves at the next sign of a change, at the latest after `maxMs`. */
  wait(maxMs?: number): Promise<void>;
  /** Whether a server was sought and none was there. */
  serverIsAway(): boolean;
  close(): void;
}

/**
 * Listens to the events of a run at the server of the root. Without a server, or when it goes away, waiting
 * falls back to a bounded interval, and now and then the server is sought again.
 */
export const createWaker = (root: string, runId: string, afterSeq: number): Waker => {
  const closing = new AbortController();
  let listening = false;
  let connected = false;
  let away = false;
  const bell = createBell();
  let retryAtMs = 0;

  const listen = async (): Promise<void> => {
    const path = `/api/events?after=${afterSeq}&run=${encodeURIComponent(runId)}`;
    listening = true;
    try {
      const response = await openAnswer(root, 'GET', path, { signal: closing.signal });
      away = response === undefined;
      if (response === undefined) return;
      await drain(response);
    } catch {
      // A lost connection is no error here: what it would have told is polled for.
    } finally {
      listening = false;
      connected = false;
      bell.ring();
    }
  };

  const drain = async (response: IncomingMessage): Promise<void> => {
    if (response.statusCode !== 200) {
      response.destroy();
      return;
    }
    connected = true;
    for await (const _chunk of response) bell.ring();
  };

  return {
    serverIsAway: () => away,
    async wait(maxMs = pollMs) {
      if (!listening && Date.now() >= retryAtMs) {
        retryAtMs = Date.now() + 2000;
        void listen();
      }
      await bell.wait(connected ? maxMs : Math.min(maxMs, pollMs));
    },
    close() {
      closing.abort();
      bell.ring();
    },
  };
};
