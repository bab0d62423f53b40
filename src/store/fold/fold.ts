import type { Key, Look, Projection } from '../../../projections/index.js';
import type { StoredEvent } from '../../events/index.js';

/** A row that events have touched since the fold began. */
export interface FoldedRow {
  readonly projection: Projection;
  readonly key: Key;
  /** As it was before; undefined when there was none. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Folds events into rows without writing any. */
export interface Fold {
  apply(event: StoredEvent): void;
  /** Every touched row, in the order of first touch. */
  rows(): readonly FoldedRow[];
}

/** Gives a row's state before the fold. */
export type LoadRow = (projection: Projection, key: Key) => unknown;

/** One name per key, for maps. */
export const keyText = (key: Key): string => {
  let text = String(key[0]);
  for (let i = 1; i < key.length; i += 1) text += `\u0000${key[i]}`;
  return text;
};

/** Makes many folds over the same projections: one for each live append. */
export const createFolding = (projections: readonly Projection[], load: LoadRow): (() => Fold) => {
  const byType = new Map<string, Projection[]>();
  for (const projection of projections) {
    for (const type of projection.types) byType.set(type, [...(byType.get(type) ?? []), projection]);
  }
  return () => newFold(byType, load);
};

/**
 * The one place where events become rows. `load` gives a row's state before the fold: from the database for
 * live appends, nothing for a rebuild or for the history of a single run in memory.
 */
export const createFold = (projections: readonly Projection[], load: LoadRow = () => undefined): Fold =>
  createFolding(projections, load)();

const newFold = (byType: ReadonlyMap<string, readonly Projection[]>, load: LoadRow): Fold => {
  const touched = new Map<Projection, Map<string, FoldedRow & { after: unknown }>>();
  const inOrder: FoldedRow[] = [];

  const look: Look = <Row>(projection: Projection, key: Key) =>
    (touched.get(projection)?.get(keyText(key))?.after ?? load(projection, key)) as Row | undefined;

  const touch = (projection: Projection, event: StoredEvent, key: Key): void => {
    let rows = touched.get(projection);
    if (rows === undefined) {
      rows = new Map();
      touched.set(projection, rows);
    }
    const name = keyText(key);
    const row = rows.get(name);
    if (row !== undefined) {
      row.after = projection.reduce(row.after, event, key, look);
      return;
    }
    const before = load(projection, key);
    const fresh = { projection, key, before, after: projection.reduce(before, event, key, look) };
    rows.set(name, fresh);
    inOrder.push(fresh);
  };

  return {
    apply(event) {
      for (const projection of byType.get(event.type) ?? []) {
        for (const key of projection.keys(event, look)) touch(projection, event, key);
      }
    },
    rows: () => inOrder,
  };
};
