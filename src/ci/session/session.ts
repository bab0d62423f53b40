import type { EventData } from '../../events/catalog.js';
import type { Location } from '../../events/field.js';
import type { CiEventType } from '../../events/run-protocol.js';

/** What the execution of a run needs of whoever keeps its records: the server, in a run that has one. */
export interface Session {
  /** Events emitted so far. */
  readonly count: number;
  /** Whether another event fits in memory; `ready` waits for it. */
  readonly hasRoom: boolean;
  /** Records that something happened, now. Never waits. */
  emit<T extends CiEventType>(type: T, data: EventData<T>): void;
  /** Resolves when another event fits in memory. Rejects when the run cannot go on. */
  ready(): Promise<void>;
  /** Resolves when every event is stored. Rejects when the run cannot go on. */
  settled(): Promise<void>;
  /** Resolves when every log is stored. */
  logsStored(): Promise<void>;
  /**
   * The value of a secret, for a call that stands at `location`. Rejects with an UnknownSecretError when the job may
   * not have it.
   */
  secret(name: string, jobId: string, location: Location | null): Promise<string>;
  /** Keeps bytes under their SHA-256, which is the result. */
  storeBlob(bytes: Buffer): Promise<string>;
  /** A log begins to be written at `path`. The function returned is called when it is complete. */
  followLog(jobId: string, n: number, path: string): () => void;
}

/** A secret that is not declared, or not for this run; the message is the server's. */
export class UnknownSecretError extends Error {
  readonly code = 'unknown-secret';
}
