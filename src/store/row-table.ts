import type Database from 'better-sqlite3';
import { getTableConfig, type SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Key, Projection } from '../../projections/index.js';

/** The prepared statements of one projection's table: rows in and out by primary key, as drizzle types them. */
export interface RowTable {
  get(key: Key): unknown;
  insert(row: unknown): void;
  /** Writes the columns in which `after` differs from `before`. */
  update(before: unknown, after: unknown): void;
  all(): unknown[];
}

type Fields = Record<string, unknown>;

/** Prepares the statements once; only the store writes through them. `name` may be that of a table of the same shape. */
export const rowTable = (
  connection: Database.Database,
  projection: Projection,
  name: string = projection.name,
): RowTable => {
  const { columns, names, keyColumns } = shapeOf(projection);
  const quoted = (column: SQLiteColumn) => `"${column.name}"`;
  const where = keyColumns.map((column) => `${quoted(column)} = ?`).join(' AND ');
  const others = columns.filter((column) => !keyColumns.includes(column));
  const list = columns.map(quoted).join(', ');
  const select = connection.prepare(`SELECT ${list} FROM "${name}" WHERE ${where}`).raw();
  const selectAll = connection
    .prepare(`SELECT ${list} FROM "${name}" ORDER BY ${keyColumns.map(quoted).join(', ')}`)
    .raw();
  const insert = connection.prepare(
    `INSERT INTO "${name}" (${list}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const updates = new Map<string, Database.Statement>();

  /** One statement per set of changed columns: SQLite then leaves the indexes and triggers of the others alone. */
  const updateOf = (changed: SQLiteColumn[]): Database.Statement => {
    const columnNames = changed.map((column) => column.name).join();
    const known = updates.get(columnNames);
    if (known !== undefined) return known;
    const set = changed.map((column) => `${quoted(column)} = ?`).join(', ');
    const statement = connection.prepare(`UPDATE "${name}" SET ${set} WHERE ${where}`);
    updates.set(columnNames, statement);
    return statement;
  };

  const fromDriver = (values: unknown[]): Fields => {
    const row: Fields = {};
    for (let i = 0; i < columns.length; i += 1) {
      const value = values[i];
      row[names[i]!] = value === null ? null : columns[i]!.mapFromDriverValue(value);
    }
    return row;
  };
  const toDriver = (row: unknown, wanted: readonly SQLiteColumn[]): unknown[] =>
    wanted.map((column) => {
      const value = (row as Fields)[nameOf.get(column)!];
      return value === null ? null : column.mapToDriverValue(value);
    });
  const nameOf = new Map(columns.map((column, i) => [column, names[i]!]));

  return {
    get(key) {
      const values = select.get(...key);
      return values === undefined ? undefined : fromDriver(values as unknown[]);
    },
    insert: (row) => void insert.run(...toDriver(row, columns)),
    update(before, after) {
      const changed = others.filter((column) => {
        const field = nameOf.get(column)!;
        return (before as Fields)[field] !== (after as Fields)[field];
      });
      if (changed.length > 0)
        updateOf(changed).run(...toDriver(after, changed), ...toDriver(after, keyColumns));
    },
    all: () => (selectAll.all() as unknown[][]).map(fromDriver),
  };
};

/** The columns of a projection's table, the names of their fields, and the primary key. */
export const shapeOf = ({ table }: Projection) => {
  const config = getTableConfig(table);
  const entries = Object.entries(table).filter(([, column]) =>
    config.columns.includes(column as SQLiteColumn),
  );
  const columns = entries.map(([, column]) => column as SQLiteColumn);
  const names = entries.map(([name]) => name);
  const keyColumns = config.primaryKeys[0]?.columns ?? columns.filter((column) => column.primary);
  return { columns, names, keyColumns: keyColumns as SQLiteColumn[] };
};
