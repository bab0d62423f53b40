import { rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Projection } from '../../../projections/index.js';
import { isEventType } from '../../events/index.js';
import type { Appender } from '../append/append.js';
import { decodeForFolding } from '../read/decode.js';
import { createFold } from '../fold/fold.js';
import { foldInBackground } from '../fold/fold-in-background.js';
import { foldIntoFile } from '../fold/fold-into-file.js';
import { pageThroughEvents } from '../read/page-events.js';
import { markBuilt } from './projection-versions.js';
import { RebuildError, type RebuildProgress } from './rebuild-error.js';
import { rowTable, shapeOf } from '../fold/row-table.js';
import { createShadows, dropShadows, shadowName, swapShadows, withoutForeignKeys } from './shadow-tables.js';

export interface RebuildOptions {
  readonly skipUnknown?: boolean;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Ends it between two turns; the old rows stay. */
  readonly signal?: AbortSignal;
}

export interface RebuildContext {
  readonly connection: Database.Database;
  readonly appender: Appender;
  /** All projections in the order of their register. */
  readonly register: readonly Projection[];
  readonly now: () => number;
}

/**
 * Rows put in place in one turn of the event loop, and events caught up with in one: appends wait for no more. When
 * more than that comes in a turn, twice as much is caught up with in the next, or it would never end.
 */
const rowsPerTurn = 200;
const eventsPerTurn = 200;

/** The part of the appending thread's time that the copy takes while others append (`npm run bench -- rebuild-under-load`). */
const shareOfThread = 1 / 10;

/**
 * Folds these projections, and those they look at, anew while appends go on: a process folds into a file of its
 * own, the rows move into shadow tables a few at a time, the events since are caught up with, and the tables
 * change places in one transaction. Throws {@link RebuildError}; the old rows serve on then.
 */
export const rebuild = async (
  context: RebuildContext,
  wanted: readonly Projection[],
  options: RebuildOptions = {},
): Promise<void> => {
  const { connection } = context;
  const projections = withThoseLookedAt(context.register, wanted);
  const file = rebuildFile(connection);
  const report = createReport(context, options);
  try {
    const names = projections.map(({ name }) => name);
    const seq = await foldInBackground(
      { sourcePath: connection.name, targetPath: file, names, skipUnknown: options.skipUnknown === true },
      (at) => report('folding', at),
      options.signal,
    );
    connection.exec(`ATTACH '${file.replaceAll("'", "''")}' AS rebuilt`);
    createShadows(connection, projections);
    for (const turn of copyTurns(connection, projections)) {
      const beganAtMs = performance.now();
      turn();
      report('copying', seq);
      await letAppendsGo(context.appender, performance.now() - beganAtMs, options.signal);
    }
    connection.exec('DETACH rebuilt');
    const catchUp = createCatchUp(connection, projections, seq, options.skipUnknown);
    for (let events = eventsPerTurn; ; ) {
      const head = context.appender.head().seq;
      if (head - catchUp.seq() <= events) break;
      withoutForeignKeys(connection, () => connection.transaction(() => catchUp.step(events)).immediate());
      report('catching-up', catchUp.seq());
      await nextTurn(options.signal);
      events = Math.max(eventsPerTurn, 2 * (context.appender.head().seq - head));
    }
    swap(context, projections, catchUp);
    report('done', context.appender.head().seq);
  } catch (error) {
    abandon(connection);
    throw error instanceof RebuildError ? error : new RebuildError(null, null, (error as Error).message);
  } finally {
    removeRebuildFile(connection);
  }
};

/** The same before anything else goes on: for read models that decisions need and a migration has emptied. */
export const rebuildBeforeServing = (
  context: RebuildContext,
  wanted: readonly Projection[],
  skipUnknown = false,
): void => {
  const { connection } = context;
  const projections = withThoseLookedAt(context.register, wanted);
  const file = rebuildFile(connection);
  try {
    const seq = foldIntoFile(connection.name, file, { projections, skipUnknown });
    connection.exec(`ATTACH '${file.replaceAll("'", "''")}' AS rebuilt`);
    createShadows(connection, projections);
    for (const turn of copyTurns(connection, projections)) turn();
    connection.exec('DETACH rebuilt');
    swap(context, projections, createCatchUp(connection, projections, seq, skipUnknown));
  } catch (error) {
    abandon(connection);
    throw error;
  } finally {
    removeRebuildFile(connection);
  }
};

/** Removes what a rebuild left behind that ended with its process. */
export const cleanUpRebuild = (connection: Database.Database): void => {
  dropShadows(connection);
  removeRebuildFile(connection);
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
  { connection, appender, now }: RebuildContext,
  projections: readonly Projection[],
  catchUp: CatchUp,
): void => {
  swapShadows(connection, projections, () => {
    catchUp.step(Number.MAX_SAFE_INTEGER);
    markBuilt(connection, projections, catchUp.seq(), now());
  });
  appender.forget(appender.head());
};

const abandon = (connection: Database.Database): void => {
  const attached = connection.pragma('database_list') as { name: string }[];
  if (attached.some(({ name }) => name === 'rebuilt')) connection.exec('DETACH rebuilt');
  dropShadows(connection);
};

/** One file beside the database: there is one rebuild at a time. */
const rebuildFile = (connection: Database.Database): string => {
  removeRebuildFile(connection);
  return `${connection.name}.rebuild`;
};

const removeRebuildFile = (connection: Database.Database): void => {
  for (const suffix of ['', '-journal', '-wal', '-shm']) {
    rmSync(`${connection.name}.rebuild${suffix}`, { force: true });
  }
};

/** After a turn that took so long: gives the thread to those who append, for their share; to nobody, when nobody does. */
const letAppendsGo = async (
  appender: Appender,
  tookMs: number,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const before = appender.head().seq;
  await nextTurn(signal);
  if (appender.head().seq === before) return;
  await new Promise((resolve) => setTimeout(resolve, tookMs * (1 / shareOfThread - 1)));
  if (signal?.aborted === true) throw closed();
};

const nextTurn = async (signal: AbortSignal | undefined): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted === true) throw closed();
};

const closed = () => new RebuildError(null, null, 'the store was closed');

/** The copy of the rows, cut into transactions that are short enough to stand between two appends. */
function* copyTurns(
  connection: Database.Database,
  projections: readonly Projection[],
): Generator<() => void> {
  for (const projection of projections) {
    // By name: a column that a migration has added stands last in the table, and anywhere in its definition.
    const columns = shapeOf(projection)
      .columns.map((column) => `"${column.name}"`)
      .join(', ');
    const copy = connection.prepare(
      `INSERT INTO main."${shadowName(projection)}" (${columns}) SELECT ${columns} FROM rebuilt."${projection.name}" WHERE rowid > ? AND rowid <= ?`,
    );
    const { low, high } = connection
      .prepare(`SELECT min(rowid) AS low, max(rowid) AS high FROM rebuilt."${projection.name}"`)
      .get() as { low: number | null; high: number | null };
    for (let from = (low ?? 1) - 1; from < (high ?? 0); from += rowsPerTurn) {
      yield () => withoutForeignKeys(connection, () => void copy.run(from, from + rowsPerTurn));
    }
  }
}

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
          throw new RebuildError(row.seq, row.type, (error as Error).message);
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

const createReport = ({ appender, now }: RebuildContext, { onProgress }: RebuildOptions) => {
  const beganAtMs = now();
  return (phase: RebuildProgress['phase'], seq: number): void => {
    const seconds = Math.max(0.001, (now() - beganAtMs) / 1000);
    onProgress?.({ phase, seq, headSeq: appender.head().seq, eventsPerSecond: Math.round(seq / seconds) });
  };
};
