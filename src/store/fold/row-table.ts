import type Database from 'better-sqlite3';
import { Column } from 'drizzle-orm';
import { getTableConfig, type SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Key, Projection } from '../../../projections/index.js';

/** The prepared statements of one projection's table: rows in and out by primary key, as drizzle types them. */
export interface RowTable {
  get(key: Key): unknown;
  insert(row: unknown): void;
  /** Writes the columns in which `after` differs from `before`. */
  update(before: unknown, after: unknown): void;
  all(): unknown[];
}

type Fields = Record<string, unknown>;

/** One column: its name in a row, its name in SQL, and the way between their values. */
interface Field {
  readonly name: string;
  readonly sqlName: string;
  encode(value: unknown): unknown;
  decode(value: unknown): unknown;
}

/** Prepares the statements once; only the store writes through them. `name` may be that of a table of the same shape. */
export const rowTable = (
  connection: Database.Database,
  projection: Projection,
  name: string = projection.name,
): RowTable => {
  const { columns, names, keyColumns } = shapeOf(projection);
  const fields = columns.map((column, i) => fieldOf(column, names[i]!));
  const isKey = (field: Field) => keyColumns.some((column) => column.name === field.sqlName);
  const keys = keyColumns.map((column) => fields.find(({ sqlName }) => sqlName === column.name)!);
  const others = fields.filter((field) => !isKey(field));
  const list = listOf(fields);
  const where = keys.map(({ sqlName }) => `"${sqlName}" = ?`).join(' AND ');
  const select = connection.prepare(`SELECT ${list} FROM "${name}" WHERE ${where}`).raw();
  const selectAll = connection.prepare(`SELECT ${list} FROM "${name}" ORDER BY ${listOf(keys)}`).raw();
  const insert = connection.prepare(
    `INSERT INTO "${name}" (${list}) VALUES (${fields.map(() => '?').join(', ')})`,
  );
  const updates = new Map<string, Database.Statement>();

  /** One statement per set of changed columns: SQLite then leaves the indexes and triggers of the others alone. */
  const updateOf = (changed: readonly Field[]): Database.Statement => {
    let columnNames = '';
    for (const { sqlName } of changed) columnNames += `${sqlName},`;
    const known = updates.get(columnNames);
    if (known !== undefined) return known;
    const set = changed.map(({ sqlName }) => `"${sqlName}" = ?`).join(', ');
    const statement = connection.prepare(`UPDATE "${name}" SET ${set} WHERE ${where}`);
    updates.set(columnNames, statement);
    return statement;
  };

  const fromDriver = (values: unknown[]): Fields => {
    const row: Fields = {};
    for (let i = 0; i < fields.length; i += 1) row[fields[i]!.name] = fields[i]!.decode(values[i]);
    return row;
  };
  const toDriver = (row: unknown, wanted: readonly Field[]): unknown[] => {
    const values: unknown[] = [];
    for (const field of wanted) values.push(field.encode((row as Fields)[field.name]));
    return values;
  };

  return {
    get(key) {
      const values = select.get(...key);
      return values === undefined ? undefined : fromDriver(values as unknown[]);
    },
    insert: (row) => void insert.run(toDriver(row, fields)),
    update(before, after) {
      const changed: Field[] = [];
      for (const field of others) {
        if ((before as Fields)[field.name] !== (after as Fields)[field.name]) changed.push(field);
      }
      if (changed.length === 0) return;
      const values = toDriver(after, changed);
      for (const field of keys) values.push(field.encode((after as Fields)[field.name]));
      updateOf(changed).run(values);
    },
    all: () => (selectAll.all() as unknown[][]).map(fromDriver),
  };
};

const listOf = (fields: readonly Field[]): string => fields.map(({ sqlName }) => `"${sqlName}"`).join(', ');

const asItIs = (value: unknown): unknown => value;

/** Most columns are written as they are; only JSON and booleans are turned. */
const fieldOf = (column: SQLiteColumn, name: string): Field => {
  const isPlain = column.mapToDriverValue === Column.prototype.mapToDriverValue;
  return {
    name,
    sqlName: column.name,
    encode: isPlain ? asItIs : (value) => (value === null ? null : column.mapToDriverValue(value)),
    decode: isPlain ? asItIs : (value) => (value === null ? null : column.mapFromDriverValue(value)),
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
