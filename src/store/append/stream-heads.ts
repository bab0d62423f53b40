import type Database from 'better-sqlite3';
import type { StreamName } from '../../events/index.js';

/** The last event of a stream, as far as the next append needs to know it. */
export interface StreamHead {
  readonly version: number;
  readonly seq: number;
  readonly occurredAtMs: number;
  readonly correlationId: string | null;
}

const emptyHead: StreamHead = { version: 0, seq: 0, occurredAtMs: 0, correlationId: null };
const maxCached = 10_000;

/** Heads of streams, read once and then kept in step by the only writer. */
export interface StreamHeads {
  get(stream: StreamName): StreamHead;
  set(stream: StreamName, head: StreamHead): void;
  /** After a rollback: what is cached may never have been stored. */
  clear(): void;
}

export const createStreamHeads = (connection: Database.Database): StreamHeads => {
  const cache = new Map<StreamName, StreamHead>();
  const select = connection.prepare(
    `SELECT stream_version AS version, seq, occurred_at_ms AS occurredAtMs, correlation_id AS correlationId
     FROM events WHERE stream = ? ORDER BY stream_version DESC LIMIT 1`,
  );
  return {
    get: (stream) => cache.get(stream) ?? (select.get(stream) as StreamHead | undefined) ?? emptyHead,
    set(stream, head) {
      cache.delete(stream);
      cache.set(stream, head);
      if (cache.size <= maxCached) return;
      for (const oldest of cache.keys()) {
        cache.delete(oldest);
        break;
      }
    },
    clear: () => cache.clear(),
  };
};
