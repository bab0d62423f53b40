import type { EventData } from '../../events/catalog.js';
import { acknowledgement, type CiEventType } from '../../events/run-protocol.js';
import type { ServerClient } from '../server/client.js';
import { BadAnswerError } from '../server/errors.js';
import { retry } from '../server/retry.js';

/** A batch is sent when it has this many events or bytes, even though more wait. */
const maxBatchEvents = 500;
const maxBatchBytes = 512 * 1024;

/** A request, and the commit it leads to, costs more than an event: what happens within this time goes together. */
const minIntervalMs = 20;

/** Beyond this, `ready` waits for the server: what a run may keep in memory while the server is away. */
export const maxWaitingEvents = 10_000;
export const maxWaitingBytes = 64 * 1024 * 1024;

interface WaitingEvent {
  readonly number: number;
  readonly line: string;
  readonly bytes: number;
}

/**
 * The events of a run on their way to the server: numbered from 1, kept until acknowledged, sent in order
 * with one request at a time, sent again after anything that left their arrival in doubt. The lines are kept
 * as they were first written, because the same number with another body would be refused.
 */
export class Outbox {
  readonly #client: ServerClient;
  readonly #awayMs: number;
  readonly #onFatal: (error: Error) => void;
  readonly #closing = new AbortController();
  #waiting: WaitingEvent[] = [];
  #waitingBytes = 0;
  #lastNumber = 0;
  #sending = false;
  #lastSentAtMs = 0;
  /** How many wait for everything to be acknowledged. */
  #urgent = 0;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #fatal: Error | undefined;
  #wakers: Array<() => void> = [];

  /** @param onFatal called once, when the server refuses the run or has been away for `awayMs`. */
  constructor(client: ServerClient, awayMs: number, onFatal: (error: Error) => void) {
    this.#client = client;
    this.#awayMs = awayMs;
    this.#onFatal = onFatal;
  }

  /** How many events were given a number. */
  get count(): number {
    return this.#lastNumber;
  }

  /** Whether another event fits in memory; `ready` waits for it. */
  get hasRoom(): boolean {
    return this.#waiting.length < maxWaitingEvents && this.#waitingBytes < maxWaitingBytes;
  }

  /** Gives the event the next number and the present time, and sends it soon: at once after a silence. */
  emit<T extends CiEventType>(type: T, data: EventData<T>): void {
    if (this.#fatal !== undefined) return;
    this.#lastNumber += 1;
    const event = { number: this.#lastNumber, type, occurredAtMs: Date.now(), data };
    const line = `${JSON.stringify(event)}\n`;
    const bytes = Buffer.byteLength(line);
    this.#waiting.push({ number: event.number, line, bytes });
    this.#waitingBytes += bytes;
    this.#schedule();
  }

  /** Resolves when another event fits in memory. Rejects when the run cannot go on. */
  ready(): Promise<void> {
    return this.#until(() => this.hasRoom);
  }

  /** Resolves when every event is acknowledged; nothing is held back meanwhile. Rejects when the run cannot go on. */
  async settled(): Promise<void> {
    this.#urgent += 1;
    if (this.#waiting.length > 0) this.#schedule();
    try {
      await this.#until(() => this.#waiting.length === 0);
    } finally {
      this.#urgent -= 1;
    }
  }

  /** Stops sending; what waits is lost. */
  close(): void {
    this.#closing.abort(new Error('the session was closed'));
    this.#fatal ??= new Error('the session was closed');
    this.#wake();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (this.#fatal === undefined && !condition()) {
      await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
    if (this.#fatal !== undefined) throw this.#fatal;
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }

  #schedule(): void {
    if (this.#sending) return;
    const atOnce = this.#urgent > 0 || this.#waiting.length >= maxBatchEvents;
    const waitMs = atOnce ? 0 : this.#lastSentAtMs + minIntervalMs - performance.now();
    if (waitMs > 0) this.#timer ??= setTimeout(() => void this.#send(), waitMs);
    else this.#immediate ??= setImmediate(() => void this.#send());
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
    if (this.#fatal !== undefined) return;
    this.#sending = true;
    try {
      await this.#sendBatch();
    } catch (error) {
      this.#fail(error as Error);
    }
    this.#sending = false;
    if (this.#waiting.length > 0 && this.#fatal === undefined) this.#schedule();
  }

  #fail(error: Error): void {
    if (this.#fatal !== undefined) return;
    this.#fatal = error;
    this.#wake();
    this.#onFatal(error);
  }

  async #sendBatch(): Promise<void> {
    const request = { method: 'POST', path: '/api/run/events', contentType: 'application/x-ndjson' } as const;
    const body = this.#nextBody();
    this.#lastSentAtMs = performance.now();
    const acknowledged = await retry(
      'POST /api/run/events',
      this.#awayMs,
      async () => {
        const answer = await this.#client.json({ ...request, body }, acknowledgement);
        return answer.acknowledged;
      },
      this.#closing.signal,
    );
    this.#acknowledge(acknowledged);
  }

  #nextBody(): string {
    let body = '';
    let bodyBytes = 0;
    for (const { line, bytes } of this.#waiting.slice(0, maxBatchEvents)) {
      if (bodyBytes > 0 && bodyBytes + bytes > maxBatchBytes) break;
      body += line;
      bodyBytes += bytes;
    }
    return body;
  }

  #acknowledge(number: number): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    if (number < first.number || number > this.#lastNumber) {
      const range = `${first.number} to ${this.#lastNumber}`;
      throw new BadAnswerError('POST /api/run/events', `acknowledged ${number}, expected ${range}`);
    }
    const done = this.#waiting.splice(0, number - first.number + 1);
    for (const { bytes } of done) this.#waitingBytes -= bytes;
    this.#wake();
  }
}
