import type Database from 'better-sqlite3';
import { genesisHash, hashData, hashEvent } from '../../events/index.js';
import { type EventRow, eventFields as fields, insertEvent } from '../database/events-table.js';
import { pageThroughEvents } from '../read/page-events.js';
import { readRedaction } from '../redact/read-redaction.js';

/** A line of an export that is not the next event of a whole history. */
export class ImportError extends Error {
  readonly code = 'import-failed';
  constructor(
    readonly line: number,
    problem: string,
  ) {
    super(`line ${line}: ${problem}; nothing was imported`);
  }
}

/** An event as one line of NDJSON: the columns by name, `data` as the JSON that is stored, to the byte. */
export const eventLine = (row: EventRow): string =>
  `{${fields.map((field) => `"${field}":${field === 'data' ? row.data : JSON.stringify(row[field])}`).join(',')}}`;

/** All events behind `afterSeq`, one line each, without their line ends. */
export function* exportLines(connection: Database.Database, afterSeq = 0): Generator<string> {
  for (const row of pageThroughEvents(connection, afterSeq)) yield eventLine(row);
}

/**
 * Stores exported events in an empty database, in one transaction, each link checked: the head becomes that of the
 * database they came from. Rows are not folded. Throws {@link ImportError}.
 */
export const importLines = async (
  connection: Database.Database,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<number> => {
  const insert = insertEvent(connection);
  const destroyed = new Map<number, { readonly line: number; readonly data: string }>();
  let count = 0;
  let prevHash: string = genesisHash;
  connection.exec('BEGIN IMMEDIATE');
  try {
    if (connection.prepare('SELECT 1 FROM events LIMIT 1').get() !== undefined) {
      throw new ImportError(1, 'this root has events already, and an import needs an empty one');
    }
    for await (const line of lines) {
      if (line.trim() === '') continue;
      count += 1;
      const row = parseEventLine(line, count);
      if (row.seq !== count) throw new ImportError(count, `expected event ${count}, found ${row.seq}`);
      if (row.hash !== hashEvent(row) || row.prevHash !== prevHash) {
        throw new ImportError(
          count,
          `event ${row.seq} was changed or does not follow from the one before it`,
        );
      }
      if (hashData(row.data) !== row.dataHash) destroyed.set(row.seq, { line: count, data: row.data });
      confirmRedaction(row, count, destroyed);
      insert(row, row.data);
      prevHash = row.hash;
    }
    if (count === 0) throw new ImportError(1, 'expected an event, found nothing: the export is empty');
    for (const [seq, { line }] of destroyed)
      throw new ImportError(line, `the data of event ${seq} was changed`);
    connection.exec('DELETE FROM projection_versions');
    connection.exec('COMMIT');
    return count;
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
};

/** The event of one line of an export. Throws {@link ImportError}. */
export const parseEventLine = (line: string, number: number): EventRow => {
  const value = parseObject(line);
  if (value === undefined) throw new ImportError(number, 'expected a JSON object, found something else');
  const missing = fields.find((field) => value[field] === undefined);
  if (missing !== undefined) throw new ImportError(number, `expected a field ${missing}, found none`);
  const wrong = fields.find((field) => field !== 'data' && !isScalar(value[field]));
  if (wrong !== undefined) {
    throw new ImportError(number, `expected a text or a number in field ${wrong}, found something else`);
  }
  return { ...value, data: JSON.stringify(value.data) } as EventRow;
};

const parseObject = (line: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

const isScalar = (value: unknown): boolean =>
  value === null || typeof value === 'string' || Number.isSafeInteger(value);

/** Data that does not fit its digest is right when a later event says that it was destroyed, and what stands there. */
const confirmRedaction = (
  row: EventRow,
  line: number,
  destroyed: Map<number, { readonly data: string }>,
): void => {
  if (row.type !== 'event.redacted') return;
  const redaction = readRedaction(row.data);
  if (redaction === undefined) throw new ImportError(line, `the data of event ${row.seq} was changed`);
  if (destroyed.get(redaction.seq)?.data === redaction.replacement) destroyed.delete(redaction.seq);
};
