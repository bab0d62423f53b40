import { mkdirSync } from 'node:fs';
import { projections } from '../../../projections/index.js';
import { hashData, hashEvent, type StreamName } from '../../events/index.js';
import { openWriter } from '../database/connection.js';
import { ImportError, parseEventLine } from './event-lines.js';
import { type EventRow, insertEvent } from '../database/events-table.js';
import { migrate } from '../database/migrate.js';
import { refoldStreams } from '../fold/refold-streams.js';
import { readRedaction } from '../redact/read-redaction.js';
import { databasePath } from '../store.js';

/**
 * Makes a root out of some events of another root's history, to be read: each event is checked by itself, and that the
 * streams in `whole` have no gap; the chain between the events is not there. The rows of these streams are folded. The
 * root must be new. Throws {@link ImportError}.
 */
export const importExcerpt = (root: string, lines: readonly string[], whole: readonly StreamName[]): void => {
  mkdirSync(root, { recursive: true, mode: 0o750 });
  const rows = lines.map((line, i) => parseEventLine(line, i + 1));
  checkExcerpt(rows, new Set(whole));
  const connection = openWriter(databasePath(root));
  try {
    migrate(connection);
    connection.pragma('synchronous = OFF');
    connection.transaction(() => {
      // What they refuse, gaps between the streams, is what an excerpt is made of.
      connection.exec('DROP TRIGGER events_append_only; DROP TRIGGER events_stream_gapless');
      const insert = insertEvent(connection);
      for (const row of rows) insert(row, row.data);
      refoldStreams(connection, projections, whole);
    })();
  } finally {
    connection.close();
  }
};

const checkExcerpt = (rows: readonly EventRow[], whole: ReadonlySet<string>): void => {
  const destroyed = destroyedData(rows);
  const versions = new Map<string, number>();
  let seq = 0;
  for (const [i, row] of rows.entries()) {
    const line = i + 1;
    if (row.seq <= seq) throw new ImportError(line, `expected an event behind ${seq}, found ${row.seq}`);
    seq = row.seq;
    if (row.hash !== hashEvent(row)) throw new ImportError(line, `event ${row.seq} was changed`);
    if (hashData(row.data) !== row.dataHash && destroyed.get(row.seq) !== row.data) {
      throw new ImportError(line, `the data of event ${row.seq} was changed`);
    }
    const before = versions.get(row.stream) ?? 0;
    if (whole.has(row.stream) && row.streamVersion !== before + 1) {
      throw new ImportError(line, `event ${before + 1} of ${row.stream} is missing before event ${row.seq}`);
    }
    versions.set(row.stream, row.streamVersion);
  }
};

/** What stands in the place of destroyed data, by the number of the event it was destroyed in. */
const destroyedData = (rows: readonly EventRow[]): Map<number, string> =>
  new Map(
    rows
      .filter(({ type }) => type === 'event.redacted')
      .flatMap(({ data }) => readRedaction(data) ?? [])
      .map(({ seq, replacement }) => [seq, replacement]),
  );
