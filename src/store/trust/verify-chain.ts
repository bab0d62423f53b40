import type Database from 'better-sqlite3';
import { genesisHash, hashData, hashEvent } from '../../events/index.js';
import { type ChainFinding, isFault } from './chain-finding.js';
import type { EventRow } from '../database/events-table.js';
import { pageThroughEvents } from '../read/page-events.js';
import { type RedactionData, readRedaction } from '../redact/read-redaction.js';

/** A head that was published elsewhere: the number and hash of an event that must still be there. */
export interface PublishedHead {
  readonly seq: number;
  readonly hash: string;
}

export interface ChainReport {
  /** How many events there are, the highest number and its hash: `head` can be published. */
  readonly events: number;
  readonly head: PublishedHead;
  /** In the order of the chain; at most {@link maxFindings} faults, and as many redactions. */
  readonly findings: readonly ChainFinding[];
}

export interface VerifyOptions {
  /** A head that was published elsewhere, to be found again. */
  readonly published?: PublishedHead | undefined;
  /** Reads only the events behind this number, taking the one before them as it is. */
  readonly afterSeq?: number;
}

/**
 * One fault early in a chain can show at many places behind it; nobody reads more than this. Redactions are counted
 * by themselves, so that any number of them hides no fault.
 */
export const maxFindings = 1000;

/**
 * Reads the whole chain and checks each link, each digest, the numbers and the versions of each stream. After a
 * fault it goes on from what it found, so that each fault is told where it is. A chain alone cannot show that its
 * end was cut off: `published` can. Memory: one number per stream.
 */
export const verifyChain = (
  connection: Database.Database,
  { published, afterSeq = 0 }: VerifyOptions = {},
): ChainReport => {
  const findings: ChainFinding[] = [];
  let faults = 0;
  const found = (finding: ChainFinding): void => {
    const ofItsKind = isFault(finding) ? faults : findings.length - faults;
    if (ofItsKind >= maxFindings) return;
    findings.push(finding);
    if (isFault(finding)) faults += 1;
  };
  const redactions = readRedactions(connection);
  const versions = createVersions(connection, afterSeq);
  let events = 0;
  let head = headAt(connection, afterSeq);
  for (const row of pageThroughEvents(connection, afterSeq)) {
    events += 1;
    checkPlace(row, head, found);
    checkData(row, redactions, found);
    checkStream(row, versions, found);
    if (published !== undefined && row.seq === published.seq && row.hash !== published.hash) {
      found({ code: 'other-history', seq: row.seq, published: published.hash, found: row.hash });
    }
    head = { seq: row.seq, hash: row.hash };
  }
  if (published !== undefined && head.seq < published.seq) {
    found({ code: 'cut-off', headSeq: head.seq, publishedSeq: published.seq });
  }
  return { events, head, findings };
};

type Found = (finding: ChainFinding) => void;

const checkPlace = (row: EventRow, before: PublishedHead, found: Found): void => {
  const { seq, hash, prevHash } = row;
  const isNext = seq === before.seq + 1;
  if (!isNext) found({ code: 'missing', fromSeq: before.seq + 1, toSeq: seq - 1 });
  else if (prevHash !== before.hash) {
    found({ code: 'chain-broken', seq, expected: before.hash, found: prevHash });
  }
  const expected = hashEvent(row);
  if (hash !== expected) found({ code: 'envelope-changed', seq, expected, found: hash });
};

const checkData = (row: EventRow, redactions: ReadonlyMap<number, Redaction>, found: Found): void => {
  const digest = hashData(row.data);
  if (digest === row.dataHash) return;
  const redaction = redactions.get(row.seq);
  if (redaction?.replacement === row.data) {
    found({ code: 'redacted', seq: row.seq, bySeq: redaction.bySeq, reason: redaction.reason });
    return;
  }
  found({ code: 'data-changed', seq: row.seq, expected: row.dataHash, found: digest });
};

const checkStream = (row: EventRow, versions: Versions, found: Found): void => {
  const { seq, stream, streamVersion } = row;
  const expected = versions.before(stream) + 1;
  if (streamVersion !== expected) {
    found({ code: 'stream-gap', seq, stream, expected, found: streamVersion });
  }
  versions.set(stream, streamVersion);
};

/** The last event before the ones that are read; the beginning of the chain when there is none. */
const headAt = (connection: Database.Database, seq: number): PublishedHead => {
  const row = connection
    .prepare('SELECT seq, hash FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1')
    .get(seq);
  return (row as PublishedHead | undefined) ?? { seq: 0, hash: genesisHash };
};

/** The version that each stream had before the event that is read. */
interface Versions {
  before(stream: string): number;
  set(stream: string, version: number): void;
}

const createVersions = (connection: Database.Database, afterSeq: number): Versions => {
  const known = new Map<string, number>();
  const earlier = connection
    .prepare('SELECT max(stream_version) FROM events WHERE stream = ? AND seq <= ?')
    .pluck();
  return {
    before: (stream) =>
      known.get(stream) ?? (afterSeq === 0 ? 0 : Number(earlier.get(stream, afterSeq) ?? 0)),
    set: (stream, version) => void known.set(stream, version),
  };
};

interface Redaction extends RedactionData {
  readonly bySeq: number;
}

/** From the events and not from the read model: the chain vouches for these. */
const readRedactions = (connection: Database.Database): Map<number, Redaction> => {
  const rows = connection
    .prepare("SELECT seq, data FROM events WHERE stream = 'history/redactions' AND type = 'event.redacted'")
    .all() as { seq: number; data: string }[];
  return new Map(
    rows.flatMap(({ seq: bySeq, data }) => {
      const redaction = readRedaction(data);
      return redaction === undefined ? [] : [[redaction.seq, { ...redaction, bySeq }] as const];
    }),
  );
};
