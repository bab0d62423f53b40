import type { EventData } from '../../events/catalog.js';
import { type CiEventType, type RunLimits, secretAnswer } from '../../events/run-protocol.js';
import type { ServerClient } from '../server/client.js';
import { RefusedError } from '../server/errors.js';
import { retry } from '../server/retry.js';
import { LogUpload } from './log-upload.js';
import { Outbox } from './outbox.js';
import { type Session, UnknownSecretError } from './session.js';
import { blobOnDisk, blobOnServer } from './store-blob.js';

export interface ServerSessionOptions {
  readonly client: ServerClient;
  readonly limits: RunLimits;
  /** The folder for blobs, and whether the server sees this disk. */
  readonly blobs: string;
  readonly sharedDisk: boolean;
  /** Called once, when the server refuses the run or was away for too long. */
  readonly onFatal: (error: Error) => void;
}

/** A run's session with its server: what is lost on the way is sent again, until `serverAwayMs` is over. */
export class ServerSession implements Session {
  readonly #options: ServerSessionOptions;
  readonly #outbox: Outbox;
  readonly #uploads = new Set<Promise<void>>();
  #failed = false;

  constructor(options: ServerSessionOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.client, options.limits.serverAwayMs, (error) => this.#fail(error));
  }

  get count(): number {
    return this.#outbox.count;
  }

  get hasRoom(): boolean {
    return this.#outbox.hasRoom;
  }

  emit<T extends CiEventType>(type: T, data: EventData<T>): void {
    this.#outbox.emit(type, data);
  }

  ready(): Promise<void> {
    return this.#outbox.ready();
  }

  settled(): Promise<void> {
    return this.#outbox.settled();
  }

  async logsStored(): Promise<void> {
    await Promise.all(this.#uploads);
  }

  /** The events go first: the server gives a secret to a job it knows of. */
  async secret(name: string, jobId: string): Promise<string> {
    const path = `/api/run/secrets/${encodeURIComponent(name)}?job=${encodeURIComponent(jobId)}`;
    await this.#outbox.settled();
    try {
      const answer = await this.#patiently(`GET ${path}`, () =>
        this.#options.client.json({ method: 'GET', path }, secretAnswer),
      );
      return answer.value;
    } catch (error) {
      if (error instanceof RefusedError && error.status === 404) {
        throw new UnknownSecretError(error.reason.message, { cause: error });
      }
      this.#fail(error as Error);
      throw error;
    }
  }

  async storeBlob(bytes: Buffer): Promise<string> {
    const { blobs, sharedDisk, client } = this.#options;
    if (sharedDisk) return blobOnDisk(blobs, bytes);
    return this.#patiently('PUT /api/run/blobs', () => blobOnServer(client, bytes));
  }

  followLog(jobId: string, n: number, path: string): () => void {
    if (this.#options.sharedDisk) return () => {};
    const { client, limits } = this.#options;
    const upload = new LogUpload({ client, jobId, n, path, awayMs: limits.serverAwayMs });
    const done = this.#outbox
      .settled()
      .then(() => upload.run())
      .catch((error: Error) => this.#fail(error))
      .finally(() => this.#uploads.delete(done));
    this.#uploads.add(done);
    return () => upload.finish();
  }

  /** Stops sending; what waits is lost. */
  close(): void {
    this.#outbox.close();
    this.#options.client.close();
  }

  #patiently<Result>(request: string, attempt: () => Promise<Result>): Promise<Result> {
    return retry(request, this.#options.limits.serverAwayMs, attempt);
  }

  #fail(error: Error): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#options.onFatal(error);
  }
}
