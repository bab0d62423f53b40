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
  /** See {@link defaultMaxValuesInMemory}. */
  readonly maxValuesInMemory?: number;
}

/**
 * Events of one page: between two pages nothing is locked. With 2000 a rebuild took an eighth longer, since the
 * garbage collector carried the rest of a page along (`npm run bench -- rebuild`).
 */
const pageSize = 500;

/**
 * Open rows are kept in memory; beyond this many of their values all are written out and read again when an event
 * asks, which takes a fifth of a fold longer.
 */
const defaultMaxValuesInMemory = 1_000_000;

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
    const rows = createRows(target, events, options);
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
  let last = 0;
  for (;;) {
    const found = events.page(last, pageSize);
    for (const row of found) {
      try {
        if (rows.apply(row) || isEventType(row[2]) || options.skipUnknown) continue;
      } catch (error) {
        stopAt(row, error);
      }
      stopAt(row, new UnreadableEventError(row[2], row[3], 'the type is unknown'));
    }
    last = found.at(-1)?.[0] ?? last;
    rows.endPage();
    options.onPage?.(last);
    if (found.length < pageSize) return last;
  }
};

const stopAt = (row: LazyRow, error: unknown): never => {
  throw new FoldError(row[0], row[2], (error as Error).message);
};

interface Rows {
  /** False when no projection is concerned by events of this type. */
  apply(row: LazyRow): boolean;
  /** Writes out the rows that have ended, and everything when too much is in memory. */
  endPage(): void;
  flush(): void;
}

interface OpenRow {
  row: unknown;
  /** As the file has it; undefined while it has none. */
  readonly written: unknown;
}

/** The rows of one projection: those that are open, and the table of the file. */
interface Rowset {
  readonly projection: Projection;
  readonly open: Map<string, OpenRow>;
  readonly table: RowTable;
  readonly columns: number;
  /** Names of rows that nothing leaves any more, since the last page. */
  ended: string[];
  /** An open row may be in the file only. */
  isSpilled: boolean;
}

const createRows = (
  target: Database.Database,
  events: LazyEvents,
  { projections, maxValuesInMemory = defaultMaxValuesInMemory }: FoldIntoFile,
): Rows => {
  for (const projection of projections) target.exec(plainTable(projection));
  const all = new Map<Projection, Rowset>(
    projections.map((projection) => [
      projection,
      {
        projection,
        open: new Map(),
        table: rowTable(target, projection),
        columns: shapeOf(projection).columns.length,
        ended: [],
        isSpilled: false,
      },
    ]),
  );
  // A projection is looked up once for each type, not for each event: that took a tenth of a fold.
  const byType = new Map<string, Rowset[]>();
  for (const rowset of all.values()) {
    for (const type of rowset.projection.types) byType.set(type, [...(byType.get(type) ?? []), rowset]);
  }

  const writtenRow = ({ isSpilled, table }: Rowset, key: Key): unknown =>
    isSpilled ? table.get(key) : undefined;
  const look: Look = <Row>(projection: Projection, key: Key) => {
    const rowset = all.get(projection)!;
    return (rowset.open.get(keyText(key))?.row ?? writtenRow(rowset, key)) as Row | undefined;
  };
  const write = ({ table }: Rowset, { row, written }: OpenRow): void => {
    if (written === undefined) table.insert(row);
    else table.update(written, row);
  };
  const flush = (): void => {
    for (const rowset of all.values()) {
      for (const row of rowset.open.values()) write(rowset, row);
      rowset.open.clear();
      rowset.ended = [];
    }
  };
  /** From now on open rows may be in the file only, and be looked up there. */
  const spill = (): void => {
    for (const rowset of all.values()) {
      if (rowset.open.size === 0 || rowset.isSpilled) continue;
      indexByKey(target, rowset.projection);
      rowset.isSpilled = true;
    }
    flush();
  };
  const fold = (rowset: Rowset, event: StoredEvent, key: Key): void => {
    const { projection, open, ended } = rowset;
    const name = keyText(key);
    const known = open.get(name);
    const before = known === undefined ? writtenRow(rowset, key) : known.row;
    const after = projection.reduce(before, event, key, look);
    if (known === undefined) open.set(name, { row: after, written: before });
    else known.row = after;
    if (projection.ended?.(after) === true) ended.push(name);
  };

  return {
    apply(row) {
      const concerned = byType.get(row[2]);
      if (concerned === undefined) return false;
      const event = events.event(row);
      for (const rowset of concerned) {
        for (const key of rowset.projection.keys(event, look)) fold(rowset, event, key);
      }
      return true;
    },
    endPage() {
      let values = 0;
      for (const rowset of all.values()) {
        for (const name of rowset.ended) {
          const row = rowset.open.get(name);
          if (row === undefined) continue;
          write(rowset, row);
          rowset.open.delete(name);
        }
        rowset.ended = [];
        values += rowset.open.size * rowset.columns;
      }
      if (values > maxValuesInMemory) spill();
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
