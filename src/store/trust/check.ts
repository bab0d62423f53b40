import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import type { Projection } from '../../../projections/index.js';
import { isEventType, randomId } from '../../events/index.js';
import { openReader } from '../database/connection.js';
import { decodeForFolding } from '../read/decode.js';
import { createFold } from '../fold/fold.js';
import { FoldError } from '../fold/fold-error.js';
import { foldIntoFile, indexByKey } from '../fold/fold-into-file.js';
import { pageThroughEvents } from '../read/page-events.js';
import { outdatedProjections } from '../rebuild/projection-versions.js';
import { type RowTable, rowTable, shapeOf } from '../fold/row-table.js';
import { rowAsFound } from './row-as-found.js';

/** A place where a live row is not what the events say. */
export interface Difference {
  readonly table: string;
  readonly key: string;
  /** Undefined when the row is only live. */
  readonly folded: unknown;
  /** Undefined when the row is only in the fold. */
  readonly live: unknown;
}

/** One wrong reducer shows in every row; nobody reads more than this. */
export const maxDifferences = 1000;

export interface CheckOptions {
  /** Leaves out events of types that this version does not know, as a rebuild with the same option does. */
  readonly skipUnknown?: boolean;
}

/** The events cannot be folded, so rows cannot be compared with them. */
export class CheckError extends Error {
  readonly code = 'check-failed';
  constructor(
    /** The event at which it stopped; null when it was not an event's fault. */
    readonly seq: number | null,
    readonly type: string | null,
    problem: string,
  ) {
    super(
      `the check stopped${seq === null ? '' : ` at event ${seq} (${type})`}: ${problem}${remedyOf(type)}`,
    );
  }
}

/** A type that this quire does not know can be left out; whether that is right, only a person can say. */
const remedyOf = (type: string | null): string =>
  type === null || isEventType(type)
    ? ''
    : '. Install the quire that wrote it, or leave such events out: quire projections check --skip-unknown';

/**
 * Folds every event again and compares each row with the live one. An empty list: they agree. Read models that
 * wait for their rebuild are left out. Folds into a file beside the database, which goes away, and compares table
 * with table, so memory stays flat; what is appended meanwhile is caught up with in the snapshot that is compared.
 * Throws {@link CheckError}.
 */
export const checkProjections = (
  databasePath: string,
  projections: readonly Projection[],
  { skipUnknown = false }: CheckOptions = {},
): Difference[] => {
  const file = checkFile(databasePath);
  const live = openReader(databasePath);
  let folded: Database.Database | undefined;
  try {
    const seq = fold(databasePath, file, projections, skipUnknown);
    live.exec(`ATTACH '${file.replaceAll("'", "''")}' AS folded`);
    live.exec('BEGIN');
    folded = openUnsafe(file);
    for (const projection of projections) indexByKey(folded, projection);
    catchUp(live, folded, projections, seq, skipUnknown);
    const outdated = outdatedProjections(live, projections);
    const differences: Difference[] = [];
    for (const projection of projections) {
      if (outdated.includes(projection)) continue;
      for (const difference of differencesOf(live, folded, projection)) {
        if (differences.length === maxDifferences) return differences;
        differences.push(difference);
      }
    }
    return differences;
  } finally {
    folded?.close();
    live.close();
    rmSync(file, { force: true });
  }
};

/** Removes what checks left behind that ended with their process, also with one that this one started. */
export const cleanUpChecks = (databasePath: string): void => {
  const prefix = `${basename(databasePath)}${infix}`;
  for (const name of readdirSync(dirname(databasePath))) {
    const pid = Number(/^\d+/.exec(name.slice(prefix.length))?.[0]);
    if (!name.startsWith(prefix) || (pid !== process.pid && isAlive(pid))) continue;
    rmSync(join(dirname(databasePath), name), { force: true });
  }
};

const infix = '.check-';

const checkFile = (databasePath: string): string => `${databasePath}${infix}${process.pid}-${randomId()}`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const fold = (
  databasePath: string,
  file: string,
  projections: readonly Projection[],
  skipUnknown: boolean,
): number => {
  try {
    return foldIntoFile(databasePath, file, { projections, skipUnknown });
  } catch (error) {
    throw error instanceof FoldError ? new CheckError(error.seq, error.type, error.message) : error;
  }
};

/** For a file that nobody needs again after a crash. */
const openUnsafe = (file: string): Database.Database => {
  const connection = new Database(file);
  connection.pragma('journal_mode = MEMORY');
  connection.pragma('synchronous = OFF');
  return connection;
};

const eventsPerStep = 1000;

/** Folds the events that the snapshot has and the fold had not seen. */
const catchUp = (
  live: Database.Database,
  folded: Database.Database,
  projections: readonly Projection[],
  from: number,
  skipUnknown: boolean,
): void => {
  const tables = new Map(projections.map((one) => [one, rowTable(folded, one)]));
  const head = Number(live.prepare('SELECT coalesce(max(seq), 0) FROM events').pluck().get());
  for (let seq = from; seq < head; seq += eventsPerStep) {
    folded.transaction(() => catchUpStep(live, projections, tables, seq, skipUnknown))();
  }
};

const catchUpStep = (
  live: Database.Database,
  projections: readonly Projection[],
  tables: ReadonlyMap<Projection, RowTable>,
  from: number,
  skipUnknown: boolean,
): void => {
  const step = createFold(projections, (projection, key) => tables.get(projection)!.get(key));
  for (const row of pageThroughEvents(live, from, from + eventsPerStep)) {
    try {
      if (isEventType(row.type) || !skipUnknown) step.apply(decodeForFolding(row));
    } catch (error) {
      throw new CheckError(row.seq, row.type, (error as Error).message);
    }
  }
  for (const { projection, before, after } of step.rows()) {
    if (before === undefined) tables.get(projection)!.insert(after);
    else tables.get(projection)!.update(before, after);
  }
};

/** SQLite finds the rows that are not the same to the byte; whether they say something else is decided here. */
function* differencesOf(
  live: Database.Database,
  folded: Database.Database,
  projection: Projection,
): Generator<Difference> {
  const { columns, keyColumns } = shapeOf(projection);
  const { name } = projection;
  const keys = keyColumns.map((column) => `"${column.name}"`);
  const same = keys.map((key) => `a.${key} = b.${key}`).join(' AND ');
  const differs = columns.map((column) => `a."${column.name}" IS NOT b."${column.name}"`).join(' OR ');
  const list = keys.map((key) => `a.${key}`).join(', ');
  const query = (from: 'main' | 'folded', to: 'main' | 'folded', where: string) =>
    live
      .prepare(
        `SELECT ${list} FROM ${from}."${name}" a LEFT JOIN ${to}."${name}" b ON ${same} WHERE ${where} ORDER BY ${list}`,
      )
      .raw();
  const liveRows = rowTable(live, projection);
  const foldedRows = rowTable(folded, projection);
  const lost = query('folded', 'main', `b.${keys[0]} IS NULL OR ${differs}`);
  const surplus = query('main', 'folded', `b.${keys[0]} IS NULL`);
  for (const statement of [lost, surplus]) {
    for (const values of statement.iterate()) {
      const key = values as (string | number)[];
      const found = rowAsFound(live, projection, liveRows, key);
      const row = { table: name, key: key.join('/'), folded: foldedRows.get(key), live: found };
      if (!isDeepStrictEqual(row.folded, row.live)) yield row;
    }
  }
}
