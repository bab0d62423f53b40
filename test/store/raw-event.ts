import Database from 'better-sqlite3';
import { type Envelope, genesisHash, hashData, hashEvent } from '../../src/events/index.js';
import { databasePath } from '../../src/store/index.js';

/** Appends an event that today's catalog does not allow, rightly chained, as a newer quire would have written it. */
export const appendRaw = (
  root: string,
  event: { stream: `run/${string}` | `repo/${string}`; type: string; typeVersion: number; json: string },
): void => {
  const db = new Database(databasePath(root));
  const last = db.prepare('SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1').get() as
    | { seq: number; hash: string }
    | undefined;
  const version = db.prepare('SELECT count(*) FROM events WHERE stream = ?').pluck().get(event.stream);
  const envelope: Omit<Envelope, 'hash'> & { type: string } = {
    seq: (last?.seq ?? 0) + 1,
    id: 'raw',
    stream: event.stream,
    streamVersion: Number(version) + 1,
    type: event.type,
    typeVersion: event.typeVersion,
    occurredAtMs: 2e12,
    recordedAtMs: 2e12,
    actor: 'ci',
    causationSeq: null,
    correlationId: 'raw',
    clientNumber: null,
    dataHash: hashData(event.json),
    prevHash: last?.hash ?? genesisHash,
  };
  db.prepare(`INSERT INTO events VALUES (${Array(16).fill('?').join()})`).run(
    envelope.seq,
    envelope.id,
    envelope.stream,
    envelope.streamVersion,
    envelope.type,
    envelope.typeVersion,
    envelope.occurredAtMs,
    envelope.recordedAtMs,
    envelope.actor,
    envelope.causationSeq,
    envelope.correlationId,
    envelope.clientNumber,
    event.json,
    envelope.dataHash,
    envelope.prevHash,
    hashEvent(envelope),
  );
  db.close();
};
