import { and, asc, desc, eq, gt, inArray, lte, type SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { decodeForReading, type ReadEvent } from './decode.js';
import { events } from '../database/events-table.js';

export interface EventQuery {
  /** Only events behind this number. */
  readonly afterSeq?: number;
  /** Only events up to and with this number. */
  readonly toSeq?: number;
  readonly streams?: readonly string[];
  readonly correlationId?: string;
  readonly types?: readonly string[];
  /** Defaults to 1000: a reader pages with `afterSeq`. */
  readonly limit?: number;
  /** Newest first. */
  readonly descending?: boolean;
}

/** One page of events in order. Unknown types are raw. */
export const readEvents = (read: BetterSQLite3Database, query: EventQuery = {}): ReadEvent[] => {
  const conditions: SQL[] = [];
  if (query.afterSeq !== undefined) conditions.push(gt(events.seq, query.afterSeq));
  if (query.toSeq !== undefined) conditions.push(lte(events.seq, query.toSeq));
  if (query.streams !== undefined) conditions.push(inArray(events.stream, [...query.streams] as never[]));
  if (query.correlationId !== undefined) conditions.push(eq(events.correlationId, query.correlationId));
  if (query.types !== undefined) conditions.push(inArray(events.type, [...query.types]));
  return read
    .select()
    .from(events)
    .where(and(...conditions))
    .orderBy(query.descending === true ? desc(events.seq) : asc(events.seq))
    .limit(query.limit ?? 1000)
    .all()
    .map(decodeForReading);
};
