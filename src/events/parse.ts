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

/** Data of today's version, and the JSON text that is stored and hashed for it. */
export interface EncodedData {
  readonly data: unknown;
  readonly json: string;
}

/**
 * Checks data and gives its one stored form. A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD here, so
 * that a row folded from memory is the row folded from disk. Throws {@link InvalidEventError}.
 */
export const encodeEventData = (type: EventType, data: unknown): EncodedData => {
  const checked = parseEventData(type, data);
  const json = JSON.stringify(checked);
  if (!json.includes('\\ud')) return { data: checked, json };
  const repaired = JSON.stringify(wellFormed(checked));
  return { data: JSON.parse(repaired), json: repaired };
};

const wellFormed = (value: unknown): unknown => {
  if (typeof value === 'string') return throughUtf8(value);
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [throughUtf8(key), wellFormed(one)]));
};

const throughUtf8 = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

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
