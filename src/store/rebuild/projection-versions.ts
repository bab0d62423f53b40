import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { SQL } from 'drizzle-orm';
import { getTableConfig, integer, SQLiteSyncDialect, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Projection } from '../../../projections/index.js';

/** Which version of each read model the rows that are there were folded by. */
export const projectionVersions = sqliteTable('projection_versions', {
  name: text('name').primaryKey(),
  version: text('version').notNull(),
  /** The head when it was built. */
  builtSeq: integer('built_seq').notNull(),
  builtAtMs: integer('built_at_ms').notNull(),
});

/**
 * What makes the rows of a projection what they are: its table definition and its reducer's number, and those of
 * the projections it looks at. When this changes the rows are folded again.
 */
export const versionOf = (projection: Projection): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        definitionOf(projection),
        projection.version,
        (projection.looksAt ?? []).map(versionOf),
      ]),
    )
    .digest('hex')
    .slice(0, 16);

const dialect = new SQLiteSyncDialect();
const sqlText = (sql: SQL): string => dialect.sqlToQuery(sql).sql;

const definitionOf = ({ table }: Projection): unknown => {
  const { name, columns, checks, primaryKeys, foreignKeys, indexes } = getTableConfig(table);
  return [
    name,
    columns.map((column) => [column.name, column.getSQLType(), column.notNull, column.primary]),
    checks.map((check) => [check.name, sqlText(check.value)]),
    primaryKeys.map((key) => key.columns.map((column) => column.name)),
    foreignKeys.map((key) => key.getName()),
    indexes.map(({ config }) => [
      config.name,
      config.unique,
      config.columns.map((column) => ('name' in column ? column.name : sqlText(column))),
      config.where === undefined ? null : sqlText(config.where),
    ]),
  ];
};

/** The projections whose rows were folded by another version than today's. */
export const outdatedProjections = (
  connection: Database.Database,
  projections: readonly Projection[],
): Projection[] => {
  const rows = connection.prepare('SELECT name, version FROM projection_versions').all() as {
    name: string;
    version: string;
  }[];
  const built = new Map(rows.map(({ name, version }) => [name, version]));
  return projections.filter((projection) => built.get(projection.name) !== versionOf(projection));
};

/** Notes that the rows of these projections are those of today's version. */
export const markBuilt = (
  connection: Database.Database,
  projections: readonly Projection[],
  seq: number,
  nowMs: number,
): void => {
  const put = connection.prepare('INSERT OR REPLACE INTO projection_versions VALUES (?, ?, ?, ?)');
  for (const projection of projections) put.run(projection.name, versionOf(projection), seq, nowMs);
};
