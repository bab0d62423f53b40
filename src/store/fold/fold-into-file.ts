import Database from 'better-sqlite3';
import type { Key, Look, Projection } from '../../../projections/index.js';
import { isEventType, type StoredEvent, UnreadableEventError } from '../../events/index.js';
import { keyText } from './fold.js';
import { FoldError } from './fold-error.js';
import { type LazyEvents, type LazyRow, lazyEvents } from '../read/lazy-event.js';
import { type RowTable, rowTable, shapeOf } from './row-table.js';

export interface FoldIntoFile {
  readonly projections: readonly Projection[];
  /** An event of an unknown type stops the fold, unless it is to be skipped. */
  readonly skipUnknown: boolean;
  readonly onPage?: (seq: number) => void;
}

/** Events of one page: between two pages nothing is locked. */
const pageSize = 2000;

/** Open rows are kept in memory; beyond this many all are written out and read again when an event asks. */
const maxRowsInMemory = 50_000;

/**
 * Folds all events of a database into the tables of a new file, and returns the last folded number. Each row is
 * written once, when nothing leaves its state any more or at the end, so memory holds what is open. The tables
 * have no keys, checks or indexes: whoever looks rows up in them calls {@link indexByKey}. On connections of its own.
 * Throws {@link FoldError}.
 */
export const foldIntoFile = (sourcePath: string, targetPath: string, options: FoldIntoFile): number => {
  const source = new Database(sourcePath, { readonly: true, fileMustExist: true });
  const target = new Database(targetPath);
  try {
    // Nobody needs the file after a crash; OFF is refused by the driver, and keeps a journal on the disk.
    target.pragma('journal_mode = MEMORY');
    target.pragma('synchronous = OFF');
    target.pragma('locking_mode = EXCLUSIVE');
    target.pragma('cache_size = -16384');
    const events = lazyEvents(source);
    const rows = createRows(target, events, options.projections);
    target.exec('BEGIN');
    const seq = foldPages(events, rows, options);
    rows.flush();
    target.exec('COMMIT');
    return seq;
  } finally {
    source.close();
    target.close();
  }
};

const foldPages = (events: LazyEvents, rows: Rows, options: FoldIntoFile): number => {
  const byType = new Map<string, Projection[]>();
  for (const projection of options.projections) {
    for (const type of projection.types) byType.set(type, [...(byType.get(type) ?? []), projection]);
  }
  let last = 0;
  for (;;) {
    const found = events.page(last, pageSize);
    for (const row of found) {
      if (!isEventType(row[2])) {
        if (!options.skipUnknown)
          stopAt(row, new UnreadableEventError(row[2], row[3], 'the type is unknown'));
        continue;
      }
      try {
        for (const projection of byType.get(row[2]) ?? none) rows.apply(projection, row);
      } catch (error) {
        stopAt(row, error);
      }
      last = row[0];
    }
    last = found.at(-1)?.[0] ?? last;
    rows.endPage();
    options.onPage?.(last);
    if (found.length < pageSize) return last;
  }
};

const none: readonly Projection[] = [];

const stopAt = (row: LazyRow, error: unknown): never => {
  throw new FoldError(row[0], row[2], (error as Error).message);
};

interface Rows {
  apply(projection: Projection, row: LazyRow): void;
  /** Writes out the rows that have ended, and everything when too much is in memory. */
  endPage(): void;
  flush(): void;
}

interface OpenRow {
  row: unknown;
  /** As the file has it; undefined while it has none. */
  readonly written: unknown;
}

const createRows = (
  target: Database.Database,
  events: LazyEvents,
  projections: readonly Projection[],
): Rows => {
  for (const projection of projections) target.exec(plainTable(projection));
  const tables = new Map<Projection, RowTable>(projections.map((p) => [p, rowTable(target, p)]));
  const open = new Map<Projection, Map<string, OpenRow>>(projections.map((p) => [p, new Map()]));
  /** Those of which an open row may be in the file only. */
  const spilled = new Set<Projection>();
  let ended: { projection: Projection; name: string }[] = [];
  let event: StoredEvent | undefined;

  const find = (projection: Projection, key: Key, name: string): OpenRow | undefined => {
    const known = open.get(projection)?.get(name);
    if (known !== undefined || !spilled.has(projection)) return known;
    const written = tables.get(projection)!.get(key);
    return written === undefined ? undefined : { row: written, written };
  };
  const look: Look = <Row>(projection: Projection, key: Key) =>
    find(projection, key, keyText(key))?.row as Row | undefined;
  const write = (projection: Projection, { row, written }: OpenRow): void => {
    if (written === undefined) tables.get(projection)!.insert(row);
    else tables.get(projection)!.update(written, row);
  };
  const flush = (): void => {
    for (const [projection, rows] of open) {
      for (const row of rows.values()) write(projection, row);
      rows.clear();
    }
    ended = [];
  };
  /** From now on open rows may be in the file only, and be looked up there. */
  const spill = (): void => {
    for (const [projection, rows] of open) {
      if (rows.size === 0 || spilled.has(projection)) continue;
      indexByKey(target, projection);
      spilled.add(projection);
    }
    flush();
  };

  return {
    apply(projection, row) {
      if (event?.seq !== row[0]) event = events.event(row);
      for (const key of projection.keys(event, look)) {
        const name = keyText(key);
        const before = find(projection, key, name);
        const after = projection.reduce(before?.row, event, key, look);
        const rows = open.get(projection)!;
        if (before === undefined || !rows.has(name)) rows.set(name, { row: after, written: before?.written });
        else before.row = after;
        if (projection.ended?.(after) === true) ended.push({ projection, name });
      }
    },
    endPage() {
      for (const { projection, name } of ended) {
        const rows = open.get(projection)!;
        const row = rows.get(name);
        if (row === undefined) continue;
        write(projection, row);
        rows.delete(name);
      }
      ended = [];
      let inMemory = 0;
      for (const rows of open.values()) inMemory += rows.size;
      if (inMemory > maxRowsInMemory) spill();
    },
    flush,
  };
};

/** The table without checks, keys and indexes: the rows meet those when they are put in place. */
const plainTable = (projection: Projection): string => {
  const list = shapeOf(projection).columns.map((column) => `"${column.name}" ${column.getSQLType()}`);
  return `CREATE TABLE "${projection.name}" (${list.join(', ')})`;
};

/** Lets rows be found in a table that {@link foldIntoFile} made. */
export const indexByKey = (connection: Database.Database, projection: Projection): void => {
  const columns = shapeOf(projection).keyColumns.map((column) => `"${column.name}"`);
  connection.exec(
    `CREATE UNIQUE INDEX IF NOT EXISTS "${projection.name}_key" ON "${projection.name}" (${columns.join(', ')})`,
  );
};
