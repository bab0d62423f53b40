import {
  type Actor,
  catalog,
  encodeEventData,
  hashData,
  hashEvent,
  type NewEvent,
  randomId,
  type StoredEvent,
  streamKind,
} from '../../events/index.js';
import type { StreamHead } from './stream-heads.js';

/** The chain's end: the highest stored number and its hash. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly recordedAtMs: number;
}

/** What an event gets from its place in the chain, in its stream and in its append. */
export interface EventContext {
  readonly head: Head;
  readonly streamHead: StreamHead;
  readonly nowMs: number;
  readonly actor: Actor;
  readonly causationSeq: number | null;
  readonly correlationId: string;
}

/** An event as it will be stored, and the JSON text of its data. */
export interface MadeEvent {
  readonly event: StoredEvent;
  readonly json: string;
}

/**
 * Numbers, dates, checks and chains one new event; writes nothing. The server's clock may jump: `recordedAtMs`
 * never falls behind the event before, and `occurredAtMs` is held between the stream's previous event and now.
 * Throws InvalidEventError.
 */
export const makeEvent = (fresh: NewEvent, context: EventContext): MadeEvent => {
  checkStream(fresh);
  const { head, streamHead } = context;
  const { data, json } = encodeEventData(fresh.type, fresh.data);
  const recordedAtMs = Math.max(context.nowMs, head.recordedAtMs);
  const occurredAtMs = fresh.occurredAtMs ?? recordedAtMs;
  const envelope = {
    seq: head.seq + 1,
    id: randomId(),
    stream: fresh.stream,
    streamVersion: streamHead.version + 1,
    type: fresh.type,
    typeVersion: catalog[fresh.type].version,
    occurredAtMs: Math.min(Math.max(occurredAtMs, streamHead.occurredAtMs), recordedAtMs),
    recordedAtMs,
    actor: context.actor,
    causationSeq: context.causationSeq,
    correlationId: context.correlationId,
    clientNumber: fresh.clientNumber ?? null,
    dataHash: hashData(json),
    prevHash: head.hash,
    data,
    hash: '',
  };
  envelope.hash = hashEvent(envelope);
  return { event: envelope as unknown as StoredEvent, json };
};

const checkStream = ({ stream, type }: NewEvent): void => {
  const expected = catalog[type].stream;
  if (streamKind(stream) !== expected) {
    throw new Error(`event ${type} belongs into a ${expected}/ stream, found ${stream}`);
  }
};
