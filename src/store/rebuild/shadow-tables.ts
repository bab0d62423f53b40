import type Database from 'better-sqlite3';
import type { Projection } from '../../../projections/index.js';
import { openWriter } from '../database/connection.js';

/** The suffix of a table that is being filled to take the place of the one without it. */
export const shadowSuffix = '__shadow';

export const shadowName = ({ name }: Projection): string => `${name}${shadowSuffix}`;

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/**
 * A connection for shadow tables: they name live ones as their parents until all change places, so their keys are not
 * checked; and legacy renaming leaves the names in other tables' foreign keys and triggers as they are, as is wanted
 * here. One of its own, because to switch that on and off makes a connection prepare all its statements again.
 */
export const openForShadows = (path: string): Database.Database => {
  const connection = openWriter(path);
  connection.pragma('foreign_keys = OFF');
  connection.pragma('legacy_alter_table = ON');
  return connection;
};

/** Makes empty tables of the same definition as the live ones, with their indexes and without their triggers. */
export const createShadows = (connection: Database.Database, projections: readonly Projection[]): void => {
  for (const projection of projections) {
    connection.exec(shadowTableSql(connection, projection));
    for (const { name, sql } of schemaOf(connection, projection, 'index')) {
      connection.exec(shadowIndexSql(projection, name, sql));
    }
  }
};

/** Removes what an interrupted rebuild left behind. */
export const dropShadows = (connection: Database.Database): void => {
  const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  for (const name of tables as string[]) {
    if (name.endsWith(shadowSuffix)) connection.exec(`DROP TABLE "${name}"`);
  }
};

/**
 * Puts the shadow tables in the place of the live ones, in one transaction in which `catchUp` first brings them
 * up to the last event: a reader sees all old rows or all new ones. Triggers are made again as they were.
 */
export const swapShadows = (
  connection: Database.Database,
  projections: readonly Projection[],
  catchUp: () => void,
): void => {
  const triggers = projections.flatMap((projection) => schemaOf(connection, projection, 'trigger'));
  connection
    .transaction(() => {
      catchUp();
      for (const projection of projections) connection.exec(`DROP TABLE "${projection.name}"`);
      for (const projection of projections) {
        connection.exec(`ALTER TABLE "${shadowName(projection)}" RENAME TO "${projection.name}"`);
      }
      for (const { sql } of triggers) connection.exec(sql);
    })
    .immediate();
};

const schemaOf = (
  connection: Database.Database,
  { name }: Projection,
  type: 'table' | 'index' | 'trigger',
): SchemaRow[] =>
  connection
    .prepare(
      'SELECT type, name, sql FROM sqlite_schema WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL ORDER BY rowid',
    )
    .all(type, name) as SchemaRow[];

/** Checks name their columns through the table; without it they survive the renaming. */
const shadowTableSql = (connection: Database.Database, projection: Projection): string => {
  const [table] = schemaOf(connection, projection, 'table');
  const body = table!.sql.slice(table!.sql.indexOf('(')).replaceAll(`"${projection.name}".`, '');
  return `CREATE TABLE "${shadowName(projection)}" ${body}`;
};

/** An index cannot be renamed, so two names take turns. */
const shadowIndexSql = (projection: Projection, name: string, sql: string): string => {
  const other = name.endsWith('__2') ? name.slice(0, -3) : `${name}__2`;
  const columns = sql.slice(sql.indexOf('(', sql.indexOf(' ON ')));
  const unique = /^CREATE UNIQUE/i.test(sql) ? 'UNIQUE ' : '';
  return `CREATE ${unique}INDEX "${other}" ON "${shadowName(projection)}" ${columns}`;
};
