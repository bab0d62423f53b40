import type Database from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Projection } from '../../projections/index.js';
import {
  type Actor,
  catalog,
  encodeEventData,
  genesisHash,
  hashData,
  hashEvent,
  type NewEvent,
  randomId,
  type StoredEvent,
  type StreamName,
  streamKind,
} from '../events/index.js';
import type { Clock } from './clock.js';
import { checkExpectedVersion, type ExpectedVersion } from './expected-version.js';
import { createFold, type FoldedRow } from './fold.js';
import { type RowTable, rowTable } from './row-table.js';
import { createStreamHeads } from './stream-heads.js';

/** Reads inside the transaction of an append: it sees everything stored so far, also what is not yet committed. */
export type TransactionReader = BetterSQLite3Database;

/** Reads the state and returns the events that follow from a command; throws to refuse it. */
export type Decide = (read: TransactionReader) => readonly NewEvent[];

export interface AppendOptions {
  readonly actor: Actor;
  /** One for every stream of the append, or one per stream; a stream left out may have any version. */
  readonly expectedVersion?: ExpectedVersion | Readonly<Record<string, ExpectedVersion>>;
  /** The push or command at the root; defaults to that of the stream's last event, else of the causing event. */
  readonly correlationId?: string;
  /** The `seq` that led to these events, where an event names no cause of its own. */
  readonly cause?: number;
}

/** The chain's end: the highest stored number and its hash. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly recordedAtMs: number;
}

/** Writes events and the rows folded from them; the only code that does. */
export interface Appender {
  head(): Head;
  /** Runs within a transaction that the caller began; throws without a trace of its own being kept. */
  append(decide: Decide, options: AppendOptions): readonly StoredEvent[];
  /** After the caller's rollback: forgets what never came to be, back to `head`. */
  rolledBack(head: Head): void;
}

export const createAppender = (
  connection: Database.Database,
  reader: TransactionReader,
  projections: readonly Projection[],
  now: Clock,
): Appender => {
  const heads = createStreamHeads(connection);
  const tables = new Map<Projection, RowTable>(projections.map((p) => [p, rowTable(connection, p)]));
  const order = new Map(projections.map((projection, i) => [projection, i]));
  const insert = connection.prepare(`INSERT INTO events VALUES (${Array(16).fill('?').join(', ')})`);
  let head = readHead(connection);

  const store = (event: NewEvent, stored: readonly StoredEvent[], options: AppendOptions): StoredEvent => {
    const { stream, type } = event;
    const before = heads.get(stream);
    checkStream(event);
    const { data, json } = encodeEventData(type, event.data);
    const recordedAtMs = Math.max(now(), head.recordedAtMs);
    const cause = causeOf(event, stored, options);
    const envelope = {
      seq: head.seq + 1,
      id: randomId(),
      stream,
      streamVersion: before.version + 1,
      type,
      typeVersion: catalog[type].version,
      occurredAtMs: clamp(event.occurredAtMs ?? recordedAtMs, before.occurredAtMs, recordedAtMs),
      recordedAtMs,
      actor: options.actor,
      causationSeq: cause,
      correlationId: options.correlationId ?? before.correlationId ?? stored[0]?.correlationId ?? randomId(),
      clientNumber: event.clientNumber ?? null,
      dataHash: hashData(json),
      prevHash: head.hash,
    };
    const hash = hashEvent(envelope);
    insert.run(
      envelope.seq,
      envelope.id,
      stream,
      envelope.streamVersion,
      type,
      envelope.typeVersion,
      envelope.occurredAtMs,
      recordedAtMs,
      envelope.actor,
      cause,
      envelope.correlationId,
      envelope.clientNumber,
      json,
      envelope.dataHash,
      envelope.prevHash,
      hash,
    );
    head = { seq: envelope.seq, hash, recordedAtMs };
    heads.set(stream, {
      version: envelope.streamVersion,
      seq: envelope.seq,
      occurredAtMs: envelope.occurredAtMs,
      correlationId: envelope.correlationId,
    });
    return { ...envelope, data, hash } as unknown as StoredEvent;
  };

  /**
   * New rows and rows that stay open parents first, as foreign keys and triggers need it; then the rows that end,
   * children first. So one append may hold a part of a run's life, or all that quire-ci has to say about it.
   */
  const writeRows = (rows: Iterable<FoldedRow>): void => {
    const open: FoldedRow[] = [];
    const ended: FoldedRow[] = [];
    for (const row of rows) {
      if (row.before === row.after) continue;
      const ends = row.before !== undefined && row.projection.ended?.(row.after) === true;
      (ends ? ended : open).push(row);
    }
    const place = (row: FoldedRow) => order.get(row.projection) ?? 0;
    open.sort((a, b) => place(a) - place(b));
    ended.sort((a, b) => place(b) - place(a));
    for (const row of [...open, ...ended]) {
      const table = tables.get(row.projection)!;
      if (row.before === undefined) table.insert(row.after);
      else table.update(row.after);
    }
  };

  return {
    head: () => head,
    append(decide, options) {
      const events = decide(reader);
      for (const stream of new Set(events.map((event) => event.stream))) {
        checkExpectedVersion(stream, expectedOf(stream, options), heads.get(stream).version);
      }
      const stored: StoredEvent[] = [];
      const fold = createFold(projections, (projection, key) => tables.get(projection)!.get(key));
      for (const event of events) {
        const one = store(event, stored, options);
        stored.push(one);
        fold.apply(one);
      }
      writeRows(fold.rows());
      return stored;
    },
    rolledBack(to) {
      head = to;
      heads.clear();
    },
  };
};

const readHead = (connection: Database.Database): Head => {
  const row = connection
    .prepare('SELECT seq, hash, recorded_at_ms AS recordedAtMs FROM events ORDER BY seq DESC LIMIT 1')
    .get() as Head | undefined;
  return row ?? { seq: 0, hash: genesisHash, recordedAtMs: 0 };
};

const expectedOf = (stream: StreamName, { expectedVersion }: AppendOptions): ExpectedVersion => {
  if (expectedVersion === undefined) return 'any';
  return typeof expectedVersion === 'object' ? (expectedVersion[stream] ?? 'any') : expectedVersion;
};

const causeOf = (event: NewEvent, stored: readonly StoredEvent[], options: AppendOptions): number | null => {
  const cause = event.cause ?? options.cause;
  if (cause === undefined) return null;
  return typeof cause === 'number' ? cause : stored[cause.index]!.seq;
};

const checkStream = ({ stream, type }: NewEvent): void => {
  const expected = catalog[type].stream;
  if (streamKind(stream) !== expected) {
    throw new Error(`event ${type} belongs into a ${expected}/ stream, found ${stream}`);
  }
};

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
