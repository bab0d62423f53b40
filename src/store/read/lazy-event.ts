import type Database from 'better-sqlite3';
import { catalog, type EventType, type StoredEvent, type StreamName, upcast } from '../../events/index.js';

/** The columns that nearly every reducer reads. */
export type LazyRow = readonly [
  seq: number,
  stream: StreamName,
  type: string,
  typeVersion: number,
  occurredAtMs: number,
  data: string,
];

/** The columns that few reducers ask for. */
interface Rest {
  readonly recordedAtMs: number;
  readonly actor: string;
  readonly correlationId: string;
  readonly clientNumber: number | null;
}

/** Pages of events for folds over the whole history. */
export interface LazyEvents {
  /** So many events behind `seq`, in their order. */
  page(afterSeq: number, limit: number): LazyRow[];
  /**
   * The event of a row, typed as the event it is: its data is parsed and its less used columns are read when a
   * reducer asks for them. Throws UnreadableEventError for a version that only a newer quire knows, whatever a
   * reducer asks for.
   */
  event(row: LazyRow): StoredEvent<EventType>;
}

export const lazyEvents = (connection: Database.Database): LazyEvents => {
  const page = connection
    .prepare(
      'SELECT seq, stream, type, type_version, occurred_at_ms, data FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
    )
    .raw();
  const rest = connection.prepare(
    `SELECT recorded_at_ms AS recordedAtMs, actor, correlation_id AS correlationId, client_number AS clientNumber
     FROM events WHERE seq = ?`,
  );
  const readRest = (seq: number): Rest => rest.get(seq) as Rest;
  return {
    page: (afterSeq, limit) => page.all(afterSeq, limit) as LazyRow[],
    event(row) {
      refuseNewer(row);
      return new LazyEvent(row, readRest) as unknown as StoredEvent<EventType>;
    },
  };
};

/** A reducer that does not ask for the data would take the event for one of today. */
const refuseNewer = ([, , type, typeVersion]: LazyRow): void => {
  if (typeVersion > catalog[type as EventType].version) upcast(type, typeVersion, null);
};

class LazyEvent {
  readonly seq: number;
  readonly stream: StreamName;
  readonly type: string;
  readonly occurredAtMs: number;
  readonly #typeVersion: number;
  readonly #json: string;
  readonly #readRest: (seq: number) => Rest;
  #data: unknown;
  #rest: Rest | undefined;

  constructor(row: LazyRow, readRest: (seq: number) => Rest) {
    this.seq = row[0];
    this.stream = row[1];
    this.type = row[2];
    this.#typeVersion = row[3];
    this.occurredAtMs = row[4];
    this.#json = row[5];
    this.#readRest = readRest;
  }

  get data(): unknown {
    this.#data ??= upcast(this.type, this.#typeVersion, JSON.parse(this.#json));
    return this.#data;
  }

  get recordedAtMs(): number {
    return this.#others.recordedAtMs;
  }

  get actor(): string {
    return this.#others.actor;
  }

  get correlationId(): string {
    return this.#others.correlationId;
  }

  get clientNumber(): number | null {
    return this.#others.clientNumber;
  }

  get #others(): Rest {
    this.#rest ??= this.#readRest(this.seq);
    return this.#rest;
  }
}
