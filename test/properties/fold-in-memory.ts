import { isDeepStrictEqual } from 'node:util';
import { type Projection, projections } from '../../projections/index.js';
import type { StoredEvent } from '../../src/events/index.js';
import { createFold, type StoreReader } from '../../src/store/index.js';

/** What events alone make of one projection's rows, by their keys. */
export type FoldedRows = ReadonlyMap<Projection, ReadonlyMap<string, unknown>>;

/** Folds in memory, without a database: reducers and nothing else. */
export const foldInMemory = (events: readonly StoredEvent[]): FoldedRows => {
  const fold = createFold(projections);
  for (const event of events) fold.apply(event);
  const rows = new Map<Projection, Map<string, unknown>>(projections.map((one) => [one, new Map()]));
  for (const { projection, key, after } of fold.rows()) rows.get(projection)!.set(key.join('/'), after);
  return rows;
};

/** The rows as a reader of the database finds them. */
export const liveRows = ({ read }: Pick<StoreReader, 'read'>): FoldedRows =>
  new Map(
    projections.map((projection) => [
      projection,
      new Map(
        read
          .select()
          .from(projection.table)
          .all()
          .map((row) => [projection.keyOf(row).join('/'), row as unknown]),
      ),
    ]),
  );

/** Every row that one has and the other has not, or has otherwise; in words. */
export const differences = (expected: FoldedRows, found: FoldedRows): string[] =>
  projections.flatMap((projection) => {
    const wanted = expected.get(projection)!;
    const there = found.get(projection)!;
    return [...new Set([...wanted.keys(), ...there.keys()])]
      .filter((key) => !isDeepStrictEqual(wanted.get(key), there.get(key)))
      .map(
        (key) =>
          `${projection.name} ${key}: expected ${JSON.stringify(wanted.get(key))}, found ${JSON.stringify(there.get(key))}`,
      );
  });
