import { type Envelope, isEventType, type StoredEvent, upcast } from '../../events/index.js';
import type { EventRow } from '../database/events-table.js';

/** An event as a reader sees it: `data` in today's version when the type is known, raw otherwise. */
export type ReadEvent = Envelope & { readonly type: string; readonly data: unknown };

/** For readers: an unknown type or a newer version is shown raw. */
export const decodeForReading = (row: EventRow): ReadEvent => {
  const data: unknown = JSON.parse(row.data);
  try {
    return { ...row, data: upcast(row.type, row.typeVersion, data) };
  } catch {
    return { ...row, data };
  }
};

/** For folding: throws UnreadableEventError on an unknown type, because a guess would make wrong rows. */
export const decodeForFolding = (row: EventRow): StoredEvent =>
  ({ ...row, data: upcast(row.type, row.typeVersion, JSON.parse(row.data)) }) as unknown as StoredEvent;

/** Narrows what a reader got to the typed union. */
export const isKnownEvent = (event: ReadEvent | StoredEvent): event is StoredEvent => isEventType(event.type);
