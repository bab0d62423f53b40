import { type ClientRequest, get } from 'node:http';
import type { StoredEvent } from '../../src/events/index.js';

/** The events of a server as a client of `GET /api/events` sees them; it reconnects with its cursor. */
export interface EventFeed {
  readonly events: readonly StoredEvent[];
  /** The first event, seen already or to come, that `wanted` holds for. */
  until(wanted: (event: StoredEvent) => boolean): Promise<StoredEvent>;
  /** Resolves when the run of that many `run.queued` so far has ended, counting from 1. */
  runEnded(place?: number): Promise<StoredEvent>;
  close(): void;
}

const endings = new Set(['run.succeeded', 'run.failed', 'run.canceled', 'run.superseded']);

export const followFeed = (socketPath: string): EventFeed => {
  const events: StoredEvent[] = [];
  const waiting = new Set<() => void>();
  let request: ClientRequest | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const again = () => {
    if (!closed) timer = setTimeout(connect, 50);
  };
  const take = (message: string) => {
    const data = /^data: (.*)$/m.exec(message)?.[1];
    if (data === undefined) return;
    events.push(JSON.parse(data) as StoredEvent);
    for (const check of [...waiting]) check();
  };
  const connect = () => {
    const path = `/api/events?after=${events.at(-1)?.seq ?? 0}`;
    request = get({ socketPath, path }, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const messages = (rest + text).split('\n\n');
        rest = messages.pop() ?? '';
        for (const message of messages) take(message);
      });
      response.once('close', again);
      response.on('error', () => undefined);
    });
    request.on('error', again);
  };
  connect();

  const until: EventFeed['until'] = (wanted) =>
    new Promise((resolve) => {
      const check = () => {
        const found = events.find(wanted);
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });

  return {
    events,
    until,
    async runEnded(place = 1) {
      const queued = () => events.filter(({ type }) => type === 'run.queued');
      const { stream } = await until((event) => event === queued()[place - 1]);
      return until((event) => event.stream === stream && endings.has(event.type));
    },
    close() {
      closed = true;
      clearTimeout(timer);
      request?.destroy();
    },
  };
};
