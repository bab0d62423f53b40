import type Database from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Projection } from '../../../projections/index.js';
import {
  type Actor,
  genesisHash,
  type NewEvent,
  randomId,
  type StoredEvent,
  type StreamName,
} from '../../events/index.js';
import type { Clock } from './clock.js';
import { insertEvent } from '../database/events-table.js';
import { checkExpectedVersion, type ExpectedVersion } from './expected-version.js';
import { createFolding, type FoldedRow } from '../fold/fold.js';
import { createLiveRows } from '../fold/live-rows.js';
import { type Head, type MadeEvent, makeEvent } from './make-event.js';
import { createStreamHeads, type StreamHead } from './stream-heads.js';

/** Reads inside the transaction of an append: it sees everything stored so far, also what is not yet committed. */
export type TransactionReader = BetterSQLite3Database;

/**
 * Reads the state and returns the events that follow from a command; throws to refuse it. It may be called again
 * when another append of the same commit is refused, so it has no effects of its own.
 */
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

/** An append that is decided, checked and folded, and not yet written. */
export interface Plan {
  readonly made: readonly MadeEvent[];
  readonly rows: readonly FoldedRow[];
  readonly head: Head;
  readonly streamHeads: ReadonlyMap<StreamName, StreamHead>;
}

/** Writes events and the rows folded from them; the only code that does. */
export interface Appender {
  head(): Head;
  /** Everything that can be refused without SQL, within a transaction that the caller began; writes nothing. */
  plan(decide: Decide, options: AppendOptions): Plan;
  /** Writes a plan, before the next one is made. Throws when a trigger or check refuses; roll back then. */
  write(plan: Plan): readonly StoredEvent[];
  /** After the caller's rollback, or a swap of tables: forgets what may no longer be so, back to `head`. */
  forget(head: Head): void;
  /** Folds into these projections only, from now on: the others are behind and wait for their rebuild. */
  use(projections: readonly Projection[]): void;
}

export const createAppender = (
  connection: Database.Database,
  reader: TransactionReader,
  projections: readonly Projection[],
  now: Clock,
): Appender => {
  const heads = createStreamHeads(connection);
  const liveRows = createLiveRows(connection, projections);
  let newFold = createFolding(projections, liveRows.get);
  const insert = insertEvent(connection);
  const correlationOf = connection.prepare('SELECT correlation_id FROM events WHERE seq = ?').pluck();
  let head = readHead(connection);

  const correlation = (
    options: AppendOptions,
    before: StreamHead,
    cause: number | null,
    made: MadeEvent[],
  ) => {
    const ofCause = () => {
      if (cause === null) return undefined;
      const sibling = made.find(({ event }) => event.seq === cause);
      return sibling?.event.correlationId ?? (correlationOf.get(cause) as string | undefined);
    };
    return (
      options.correlationId ?? before.correlationId ?? ofCause() ?? made[0]?.event.correlationId ?? randomId()
    );
  };

  return {
    head: () => head,
    plan(decide, options) {
      const events = decide(reader);
      const streamHeads = new Map<StreamName, StreamHead>();
      for (const { stream } of events) {
        if (streamHeads.has(stream)) continue;
        const found = heads.get(stream);
        checkExpectedVersion(stream, expectedOf(stream, options), found.version);
        streamHeads.set(stream, found);
      }
      const made: MadeEvent[] = [];
      const fold = newFold();
      let planned = head;
      for (const fresh of events) {
        const streamHead = streamHeads.get(fresh.stream)!;
        const causationSeq = causeOf(fresh, made, options);
        const one = makeEvent(fresh, {
          head: planned,
          streamHead,
          nowMs: now(),
          actor: options.actor,
          causationSeq,
          correlationId: correlation(options, streamHead, causationSeq, made),
        });
        const { seq, hash, recordedAtMs, streamVersion, occurredAtMs, correlationId } = one.event;
        planned = { seq, hash, recordedAtMs };
        streamHeads.set(fresh.stream, { version: streamVersion, seq, occurredAtMs, correlationId });
        made.push(one);
        fold.apply(one.event);
      }
      return { made, rows: fold.rows(), head: planned, streamHeads };
    },
    write(plan) {
      for (const { event, json } of plan.made) insert(event, json);
      liveRows.write(plan.rows);
      head = plan.head;
      for (const [stream, streamHead] of plan.streamHeads) heads.set(stream, streamHead);
      return plan.made.map(({ event }) => event);
    },
    forget(to) {
      head = to;
      heads.clear();
      liveRows.forget();
    },
    use(kept) {
      newFold = createFolding(kept, liveRows.get);
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

const causeOf = (fresh: NewEvent, made: readonly MadeEvent[], options: AppendOptions): number | null => {
  const cause = fresh.cause ?? options.cause;
  if (cause === undefined) return null;
  return typeof cause === 'number' ? cause : made[cause.index]!.event.seq;
};
