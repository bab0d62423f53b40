import {
  type Envelope,
  isEventType,
  type StoredEvent,
  UnreadableEventError,
  upcast,
} from '../../events/index.js';
import type { EventRow } from '../database/events-table.js';

/** An event as a reader sees it: `data` in today's version when the type is known, raw otherwise. */
export type ReadEvent = Envelope & { readonly type: string; readonly data: unknown };

/** For readers: an unknown type or a newer version is shown raw, and data that was changed to no JSON as its text. */
export const decodeForReading = (row: EventRow): ReadEvent => {
  let data: unknown = row.data;
  try {
    data = JSON.parse(row.data);
    return { ...row, data: upcast(row.type, row.typeVersion, data) };
  } catch {
    return { ...row, data };
  }
};

/**
 * For folding: throws UnreadableEventError on an unknown type or data that was changed to no JSON, because a guess would
 * make wrong rows.
 */
export const decodeForFolding = (row: EventRow): StoredEvent =>
  ({ ...row, data: upcast(row.type, row.typeVersion, parsedData(row)) }) as unknown as StoredEvent;

const parsedData = ({ type, typeVersion, data }: EventRow): unknown => {
  try {
    return JSON.parse(data);
  } catch {
    throw new UnreadableEventError(
      type,
      typeVersion,
      'its data was changed and is no JSON; see: quire verify',
    );
  }
};

/** Narrows what a reader got to the typed union. */
export const isKnownEvent = (event: ReadEvent | StoredEvent): event is StoredEvent =>
  isEventType(event.type) && typeof event.data === 'object';
