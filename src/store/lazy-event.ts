import { type EventType, type StoredEvent, type StreamName, upcast } from '../events/index.js';

/** The columns that reducers read, in the order of {@link lazyColumns}. */
export type LazyRow = readonly [
  seq: number,
  stream: StreamName,
  type: string,
  typeVersion: number,
  occurredAtMs: number,
  recordedAtMs: number,
  actor: string,
  correlationId: string,
  clientNumber: number | null,
  data: string,
];

export const lazyColumns =
  'seq, stream, type, type_version, occurred_at_ms, recorded_at_ms, actor, correlation_id, client_number, data';

/**
 * An event whose data is parsed when a reducer asks for it: many only count. Throws UnreadableEventError then, or
 * at once for an unknown type.
 */
class LazyEvent {
  readonly seq: number;
  readonly stream: StreamName;
  readonly type: string;
  readonly occurredAtMs: number;
  readonly recordedAtMs: number;
  readonly actor: string;
  readonly correlationId: string;
  readonly clientNumber: number | null;
  readonly #typeVersion: number;
  readonly #json: string;
  #data: unknown;

  constructor(row: LazyRow) {
    this.seq = row[0];
    this.stream = row[1];
    this.type = row[2];
    this.#typeVersion = row[3];
    this.occurredAtMs = row[4];
    this.recordedAtMs = row[5];
    this.actor = row[6];
    this.correlationId = row[7];
    this.clientNumber = row[8];
    this.#json = row[9];
  }

  get data(): unknown {
    this.#data ??= upcast(this.type, this.#typeVersion, JSON.parse(this.#json));
    return this.#data;
  }
}

/** For folds over the whole history: typed as the event it is. */
export const lazyEvent = (row: LazyRow): StoredEvent<EventType> =>
  new LazyEvent(row) as unknown as StoredEvent<EventType>;
