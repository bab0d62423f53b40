import { z } from 'zod';
import { catalog, type EventType, isEventType } from './catalog.js';

/** Data that does not fit its event type. `problems` name each path, what was expected and found. */
export class InvalidEventError extends Error {
  readonly code = 'invalid-event';
  constructor(
    readonly type: string,
    readonly problems: string,
  ) {
    super(`event ${type} has malformed data: ${problems}`);
  }
}

/** Checks data of today's version; returns it typed. Throws {@link InvalidEventError}. */
export const parseEventData = (type: EventType, data: unknown): unknown => {
  const parsed = catalog[type].schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new InvalidEventError(type, z.prettifyError(parsed.error).replaceAll('\n', '; '));
};

/** An event that this version of quire cannot read. */
export class UnreadableEventError extends Error {
  readonly code = 'unreadable-event';
  constructor(
    readonly type: string,
    readonly typeVersion: number,
    problem: string,
  ) {
    super(`cannot read event ${type} version ${typeVersion}: ${problem}`);
  }
}

/** Brings stored data of any released version to today's version. Throws {@link UnreadableEventError}. */
export const upcast = (type: string, typeVersion: number, data: unknown): unknown => {
  if (!isEventType(type)) {
    throw new UnreadableEventError(type, typeVersion, 'the type is unknown; it was written by a newer quire');
  }
  const { version, upcasters } = catalog[type];
  if (typeVersion > version) {
    throw new UnreadableEventError(
      type,
      typeVersion,
      `this quire knows versions up to ${version}; upgrade it`,
    );
  }
  return upcasters.slice(typeVersion - 1).reduce((value, step) => step(value), data);
};
