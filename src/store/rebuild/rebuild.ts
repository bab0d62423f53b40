import { rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Projection } from '../../../projections/index.js';
import { isEventType } from '../../events/index.js';
import type { Appender } from '../append/append.js';
import { decodeForFolding } from '../read/decode.js';
import { createFold } from '../fold/fold.js';
import { FoldError } from '../fold/fold-error.js';
import { type FoldRequest, foldInBackground } from '../fold/fold-in-background.js';
import { foldIntoFile } from '../fold/fold-into-file.js';
import { pageThroughEvents } from '../read/page-events.js';
import { markBuilt } from './projection-versions.js';
import { RebuildError } from './rebuild-error.js';
import { createProgress, type RebuildProgress } from './rebuild-progress.js';
import { rowTable, shapeOf } from '../fold/row-table.js';
import { createShadows, dropShadows, openForShadows, shadowName, swapShadows } from './shadow-tables.js';

export interface RebuildOptions {
  readonly skipUnknown?: boolean;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Ends it between two turns; the old rows stay. */
  readonly signal?: AbortSignal;
}

export interface RebuildContext {
  /** Of the database. */
  readonly path: string;
  readonly appender: Appender;
  /** All projections in the order of their register. */
  readonly register: readonly Projection[];
  readonly now: () => number;
}

/**
 * Rows put in place in one turn of the event loop while others append, and while nobody does: an append waits for no
 * more. A turn is a transaction, and few of them cost less than many.
 */
const rowsPerTurn = { busy: 200, idle: 1600 };

/** Events caught up with in one turn. When more than that comes in it, twice as much in the next, or it would never end. */
const eventsPerTurn = 200;

/** The part of the appending thread's time that the copy takes while others append (`npm run bench -- rebuild-under-load`). */
const shareOfThread = 1 / 16;

/**
 * Folds these projections, and those they look at, anew while appends go on: a process folds into a file of its own,
 * the rows move into shadow tables a few at a time, the events since are caught up with, and the tables change
 * places in one transaction. Throws {@link RebuildError}; the old rows serve on then.
 */
export const rebuild = async (
  context: RebuildContext,
  wanted: readonly Projection[],
  options: RebuildOptions = {},
): Promise<void> => {
  const { path, appender } = context;
  const projections = withThoseLookedAt(context.register, wanted);
  const progress = createProgress(() => appender.head().seq, context.now, options.onProgress);
  let connection: Database.Database | undefined;
  try {
    const request: FoldRequest = {
      sourcePath: path,
      targetPath: rebuildFile(path),
      names: projections.map(({ name }) => name),
      skipUnknown: options.skipUnknown === true,
    };
    const seq = await foldInBackground(request, progress.folding, options.signal);
    connection = openForShadows(path);
    const copy = createCopy(connection, path, projections);
    for (let rows = rowsPerTurn.busy; copy.left() > 0; ) {
      const beganAtMs = performance.now();
      connection.transaction(() => copy.step(rows))();
      progress.copying(copy.total - copy.left(), copy.total);
      const isIdle = await letAppendsGo(appender, performance.now() - beganAtMs, options.signal);
      rows = isIdle ? rowsPerTurn.idle : rowsPerTurn.busy;
    }
    copy.close();
    const catchUp = createCatchUp(connection, projections, seq, options.skipUnknown);
    for (let events = eventsPerTurn; ; ) {
      const head = appender.head().seq;
      if (head - catchUp.seq() <= events) break;
      connection.transaction(() => catchUp.step(events)).immediate();
      progress.catchingUp(catchUp.seq());
      await nextTurn(options.signal);
      events = Math.max(eventsPerTurn, 2 * (appender.head().seq - head));
    }
    swap(connection, context, projections, catchUp);
    progress.done();
  } catch (error) {
    throw rebuildErrorOf(error as Error);
  } finally {
    connection?.close();
    cleanUpRebuild(path);
  }
};

/**
 * The same before anything else goes on: for read models that decisions need and a migration has emptied. Throws
 * {@link RebuildError}; there are no rows to serve from then.
 */
export const rebuildBeforeServing = (
  context: RebuildContext,
  wanted: readonly Projection[],
  skipUnknown = false,
): void => {
  const { path } = context;
  const projections = withThoseLookedAt(context.register, wanted);
  let connection: Database.Database | undefined;
  try {
    const seq = foldIntoFile(path, rebuildFile(path), { projections, skipUnknown });
    connection = openForShadows(path);
    const copy = createCopy(connection, path, projections);
    connection.transaction(() => copy.step(copy.total))();
    copy.close();
    swap(connection, context, projections, createCatchUp(connection, projections, seq, skipUnknown));
  } catch (error) {
    throw error instanceof FoldError ? new RebuildError(error.seq, error.type, error.message, false) : error;
  } finally {
    connection?.close();
    cleanUpRebuild(path);
  }
};

const rebuildErrorOf = (error: Error): RebuildError => {
  if (error instanceof RebuildError) return error;
  if (error instanceof FoldError) return new RebuildError(error.seq, error.type, error.message);
  return new RebuildError(null, null, error.message);
};

/** Removes what a rebuild leaves behind that failed, or that ended with its process. */
export const cleanUpRebuild = (path: string): void => {
  removeRebuildFile(path);
  const connection = openForShadows(path);
  dropShadows(connection);
  connection.close();
};

const withThoseLookedAt = (register: readonly Projection[], wanted: readonly Projection[]): Projection[] => {
  const all = new Set<Projection>();
  const add = (projection: Projection): void => {
    all.add(projection);
    for (const one of projection.looksAt ?? []) add(one);
  };
  for (const projection of wanted) add(projection);
  return register.filter((projection) => all.has(projection));
};

const swap = (
  connection: Database.Database,
  { appender, now }: RebuildContext,
  projections: readonly Projection[],
  catchUp: CatchUp,
): void => {
  swapShadows(connection, projections, () => {
    catchUp.step(Number.MAX_SAFE_INTEGER);
    markBuilt(connection, projections, catchUp.seq(), now());
  });
  appender.forget(appender.head());
};

/** One file beside the database: there is one rebuild at a time. */
const rebuildFile = (path: string): string => `${path}.rebuild`;

const removeRebuildFile = (path: string): void => {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(rebuildFile(path) + suffix, { force: true });
};

/**
 * After a turn that took so long: gives the thread to those who append, for their share. True when nobody did, and no
 * time was given.
 */
const letAppendsGo = async (
  appender: Appender,
  tookMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> => {
  const before = appender.head().seq;
  await nextTurn(signal);
  if (appender.head().seq === before) return true;
  await new Promise((resolve) => setTimeout(resolve, tookMs * (1 / shareOfThread - 1)));
  if (signal?.aborted === true) throw closed();
  return false;
};

const nextTurn = async (signal: AbortSignal | undefined): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted === true) throw closed();
};

const closed = () => new RebuildError(null, null, 'the store was closed');

/** The moving of folded rows into shadow tables. */
interface Copy {
  readonly total: number;
  left(): number;
  /** Moves up to so many rows more, within the caller's transaction. */
  step(maxRows: number): void;
  /** Lets go of the file with the folded rows. */
  close(): void;
}

const createCopy = (
  connection: Database.Database,
  path: string,
  projections: readonly Projection[],
): Copy => {
  connection.exec(`ATTACH '${rebuildFile(path).replaceAll("'", "''")}' AS rebuilt`);
  createShadows(connection, projections);
  const tables = projections.map((projection) => copyOfTable(connection, projection));
  const total = tables.reduce((sum, { rows }) => sum + rows, 0);
  let left = total;
  let table = 0;
  let from = 0;
  return {
    total,
    left: () => left,
    step(maxRows) {
      for (let room = Math.min(maxRows, left); room > 0; ) {
        const { rows, move } = tables[table]!;
        const to = Math.min(rows, from + room);
        move(from, to);
        room -= to - from;
        left -= to - from;
        from = to;
        if (from < rows) continue;
        table += 1;
        from = 0;
      }
    },
    close: () => void connection.exec('DETACH rebuilt'),
  };
};

/** A folded table has no holes: its rows are numbered from 1. */
const copyOfTable = (connection: Database.Database, projection: Projection) => {
  // By name: a column that a migration has added stands last in the table, and anywhere in its definition.
  const columns = shapeOf(projection)
    .columns.map((column) => `"${column.name}"`)
    .join(', ');
  const copy = connection.prepare(
    `INSERT INTO main."${shadowName(projection)}" (${columns}) SELECT ${columns} FROM rebuilt."${projection.name}" WHERE rowid > ? AND rowid <= ?`,
  );
  const last = connection.prepare(`SELECT coalesce(max(rowid), 0) FROM rebuilt."${projection.name}"`).pluck();
  return { rows: last.get() as number, move: (from: number, to: number) => void copy.run(from, to) };
};

interface CatchUp {
  seq(): number;
  /** Folds up to so many events more, within the caller's transaction. */
  step(maxEvents: number): void;
}

const createCatchUp = (
  connection: Database.Database,
  projections: readonly Projection[],
  from: number,
  skipUnknown = false,
): CatchUp => {
  const tables = new Map(projections.map((p) => [p, rowTable(connection, p, shadowName(p))]));
  let seq = from;
  return {
    seq: () => seq,
    step(maxEvents) {
      const fold = createFold(projections, (projection, key) => tables.get(projection)!.get(key));
      for (const row of pageThroughEvents(
        connection,
        seq,
        Math.min(seq + maxEvents, Number.MAX_SAFE_INTEGER),
      )) {
        try {
          if (isEventType(row.type) || !skipUnknown) fold.apply(decodeForFolding(row));
        } catch (error) {
          throw new FoldError(row.seq, row.type, (error as Error).message);
        }
        seq = row.seq;
      }
      for (const { projection, before, after } of fold.rows()) {
        if (before === undefined) tables.get(projection)!.insert(after);
        else tables.get(projection)!.update(before, after);
      }
    },
  };
};
