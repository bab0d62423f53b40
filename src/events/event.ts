import type { EventData, EventType } from './catalog.js';
import type { StreamName } from './stream.js';

/** Who caused an event. */
export type Actor = 'hook' | 'runner' | 'ci' | 'reconciler' | 'watchdog' | `operator:${string}`;

/** What every stored event carries beside its type and data. */
export interface Envelope {
  /** Global order, gapless, from 1. */
  readonly seq: number;
  readonly id: string;
  readonly stream: StreamName;
  /** Order within the stream, gapless, from 1. */
  readonly streamVersion: number;
  readonly typeVersion: number;
  /** When it became true by the producer's clock, clamped between the stream's previous event and now. */
  readonly occurredAtMs: number;
  /** When the server stored it. */
  readonly recordedAtMs: number;
  readonly actor: Actor;
  /** The `seq` of the event that led to this one. */
  readonly causationSeq: number | null;
  /** The push, or the operator's command, at the root of it all. */
  readonly correlationId: string;
  /** The number that quire-ci gave the event, from 1 within its run; null for everybody else's events. */
  readonly clientNumber: number | null;
  /** SHA-256 of the stored JSON text of `data`, hex. */
  readonly dataHash: string;
  /** `hash` of the event before; 64 zeros for the first. */
  readonly prevHash: string;
  readonly hash: string;
}

/** An immutable fact. Discriminated by `type`. */
export type StoredEvent<T extends EventType = EventType> = {
  [K in T]: Envelope & { readonly type: K; readonly data: EventData<K> };
}[T];

/** A fact on its way into the store. */
export type NewEvent<T extends EventType = EventType> = {
  [K in T]: {
    readonly stream: StreamName;
    readonly type: K;
    readonly data: EventData<K>;
    /** Defaults to now. */
    readonly occurredAtMs?: number;
    /** A `seq`, or the place of the causing event in the same append. */
    readonly cause?: number | { readonly index: number };
    readonly clientNumber?: number;
  };
}[T];
