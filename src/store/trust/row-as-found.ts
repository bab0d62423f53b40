import type Database from 'better-sqlite3';
import type { Key, Projection } from '../../../projections/index.js';
import { type RowTable, shapeOf } from '../fold/row-table.js';

/** A live row; a column that cannot be decoded, since its JSON was damaged, as the text that stands there. */
export const rowAsFound = (
  connection: Database.Database,
  projection: Projection,
  table: RowTable,
  key: Key,
): unknown => {
  try {
    return table.get(key);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return decodedWhereItCan(connection, projection, key);
  }
};

const decodedWhereItCan = (connection: Database.Database, projection: Projection, key: Key): unknown => {
  const { columns, names, keyColumns } = shapeOf(projection);
  const list = columns.map(({ name }) => `"${name}"`).join(', ');
  const where = keyColumns.map(({ name }) => `"${name}" = ?`).join(' AND ');
  const select = connection.prepare(`SELECT ${list} FROM main."${projection.name}" WHERE ${where}`).raw();
  const values = select.get(...key) as unknown[];
  const decoded = columns.map((column, i) => {
    const value = values[i];
    try {
      return value === null ? null : column.mapFromDriverValue(value as never);
    } catch {
      return value;
    }
  });
  return Object.fromEntries(names.map((name, i) => [name, decoded[i]]));
};
