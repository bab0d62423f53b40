import type Database from 'better-sqlite3';
import type { Projection } from '../../../projections/index.js';
import {
  type EventType,
  hashData,
  isEventType,
  isRedactable,
  type NewEvent,
  parseEventData,
  redactData,
  redactionStream,
  type StoredEvent,
  upcast,
} from '../../events/index.js';
import type { Appender, AppendOptions } from '../append/append.js';
import type { EventRow } from '../database/events-table.js';
import { pageThroughEvents } from '../read/page-events.js';
import { refoldStreams } from '../fold/refold-streams.js';
import { destroyedTexts } from './residue.js';

/** An event cannot be redacted: it is not there, is redacted already, or holds no text. Nothing was changed. */
export class RedactionError extends Error {
  readonly code = 'not-redactable';
  constructor(
    readonly seq: number,
    problem: string,
  ) {
    super(`event ${seq} cannot be redacted: ${problem}`);
  }
}

/** The events that tell of a redaction, and the texts that are destroyed by it. */
export interface Redacted {
  readonly stored: readonly StoredEvent[];
  readonly texts: readonly string[];
}

/**
 * Destroys the text in the data of events, in one transaction with the events that say so: what was written, by
 * whom and why stays, and so do digests and states. Rows folded from the text are folded again. What of the text
 * may be left elsewhere in the file is for `destroyResidue`. Throws {@link RedactionError}.
 */
export const redactEvents = (
  connection: Database.Database,
  appender: Appender,
  projections: readonly Projection[],
  seqs: readonly number[],
  reason: string,
  options: AppendOptions,
): Redacted => {
  const before = appender.head();
  connection.pragma('secure_delete = ON');
  connection.exec('BEGIN IMMEDIATE');
  try {
    const rows = [...new Set(seqs)].map((seq) => eventAt(connection, seq));
    const events = rows.map((row) => redaction(row, reason));
    const stored = appender.write(appender.plan(() => events, options));
    const destroy = connection.prepare('UPDATE events SET data = ? WHERE seq = ?');
    for (const { data } of events) destroy.run(data.replacement, data.seq);
    refoldStreams(connection, projections, [...new Set(rows.map(({ stream }) => stream))]);
    connection.exec('COMMIT');
    appender.forget(appender.head());
    const texts = events.flatMap(({ data }, i) =>
      destroyedTexts(JSON.parse(rows[i]!.data), JSON.parse(data.replacement)),
    );
    return { stored, texts };
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    appender.forget(before);
    throw error;
  } finally {
    connection.pragma('secure_delete = FAST');
  }
};

const eventAt = (connection: Database.Database, seq: number): EventRow => {
  const [row] = pageThroughEvents(connection, seq - 1, seq);
  if (row === undefined) throw new RedactionError(seq, 'there is no such event');
  if (hashData(row.data) !== row.dataHash) throw new RedactionError(seq, 'its text is destroyed already');
  if (!isEventType(row.type) || !isRedactable(row.type)) {
    throw new RedactionError(seq, `${row.type} holds no text, only ids, digests, numbers and states`);
  }
  return row;
};

/** The replacement has the shape of the version that the event was written in, since that stays as it is. */
const redaction = (row: EventRow, reason: string) => {
  const type = row.type as EventType;
  const replacement = JSON.stringify(redactData(type, JSON.parse(row.data)));
  parseEventData(type, upcast(type, row.typeVersion, JSON.parse(replacement)));
  const data = { seq: row.seq, dataHash: row.dataHash, replacement, reason };
  return { stream: redactionStream, type: 'event.redacted', cause: row.seq, data } satisfies NewEvent;
};
