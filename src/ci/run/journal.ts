import type { EventData } from '../../events/catalog.js';
import type { CiEventType } from '../../events/run-protocol.js';
import type { Redactor } from '../../secrets/index.js';
import { raiseLimit } from '../raise-limit.js';
import type { Session } from '../session/session.js';
import { redactEvent } from './redact-event.js';

/** A run that has recorded as much as it may. */
export class EventLimitError extends Error {
  readonly code = 'event-limit';
  constructor(readonly maxEvents: number) {
    super(`the run reached its limit of ${maxEvents} events; ${raiseLimit('events')}`);
  }
}

/** What a run records: without secrets, within its limit, no faster than memory allows. */
export class Journal {
  readonly #session: Session;
  readonly #redactor: Redactor;
  readonly #maxEvents: number;
  #reserve = 0;
  #limitError: EventLimitError | undefined;

  constructor(session: Session, redactor: Redactor, maxEvents: number) {
    this.#session = session;
    this.#redactor = redactor;
    this.#maxEvents = maxEvents;
  }

  /** Keeps room below the limit for the events that end what is open. */
  reserve(events: number): void {
    this.#reserve = events;
  }

  /** Set once the limit has kept something from happening: the run cannot have succeeded. */
  get limitError(): EventLimitError | undefined {
    return this.#limitError;
  }

  /** Whether nothing more may begin that is recorded; what has begun may always be ended. */
  get isFull(): boolean {
    return this.#session.count + this.#reserve >= this.#maxEvents;
  }

  /** To be awaited before something begins that is recorded. @throws EventLimitError */
  async admit(): Promise<void> {
    this.assertRoom();
    if (!this.#session.hasRoom) await this.#session.ready();
  }

  /** @throws EventLimitError */
  assertRoom(): void {
    if (!this.isFull) return;
    this.#limitError ??= new EventLimitError(this.#maxEvents);
    throw this.#limitError;
  }

  /** Records that something happened. */
  emit<T extends CiEventType>(type: T, data: EventData<T>): void {
    this.#session.emit(type, redactEvent(type, data, this.#redactor));
  }
}
