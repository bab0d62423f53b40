import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { eq, inArray } from 'drizzle-orm';
import { logRedactionStream, pushStream, redactionStream, runStream } from '../../events/index.js';
import { type EventRow, eventLine, events, type StoreReader } from '../../store/index.js';
import { namedBlobs } from '../named-blobs.js';
import { writeWholeFile } from '../write-whole-file.js';
import {
  chunkBytes,
  type Extras,
  type FileLine,
  formatName,
  formatVersion,
  type Neighbour,
} from './format.js';

export interface RunFileRequest {
  readonly reader: StoreReader;
  readonly runId: string;
  readonly pushId: string;
  /** The file to make; it must not exist. */
  readonly path: string;
  readonly quire: string;
  readonly nowMs: number;
  readonly neighbours: readonly Neighbour[];
  readonly given: Extras['given'];
  /** The files below `.quire` in the run's commit. */
  readonly sources: ReadonlyMap<string, Uint8Array>;
  logPath(jobId: string, n: number): string;
  blobPath(sha256: string): string;
}

export interface WrittenRunFile {
  readonly events: number;
  readonly logs: number;
  readonly blobs: number;
  readonly bytes: number;
}

/**
 * Writes one run into one file: its events and those of the push behind it, its logs, and every blob that the events
 * name. What cannot be found is left out; who opens the file is told where it is missed. Throws the system's error
 * when the file exists or cannot be written.
 */
export const writeRunFile = async (request: RunFileRequest): Promise<WrittenRunFile> => {
  const { path } = request;
  const count = { events: 0, logs: 0, blobs: 0 };
  await writeWholeFile(path, async (temporary) => {
    const lines = Readable.from(digested(linesOf(request, count)), { objectMode: false });
    await pipeline(lines, createGzip(), createWriteStream(temporary, { mode: 0o600, flush: true }));
  });
  return { ...count, bytes: (await stat(path)).size };
};

/** Ends the lines with their digest, so that a file that was cut off shows. */
async function* digested(lines: AsyncIterable<string>): AsyncGenerator<string> {
  const digest = createHash('sha256');
  let count = 0;
  for await (const line of lines) {
    const text = `${line}\n`;
    digest.update(text);
    count += 1;
    yield text;
  }
  yield `${JSON.stringify({ end: { lines: count, sha256: digest.digest('hex') } })}\n`;
}

async function* linesOf(
  request: RunFileRequest,
  count: { events: number; logs: number; blobs: number },
): AsyncGenerator<string> {
  const { reader, runId, pushId, quire, nowMs, neighbours, given, sources } = request;
  yield JSON.stringify({ format: formatName, version: formatVersion, runId, exportedAtMs: nowMs, quire });
  const rows = rowsOf(reader, runId, pushId);
  for (const row of rows) {
    count.events += 1;
    yield `{"event":${eventLine(row)}}`;
  }
  for (const neighbour of neighbours) yield JSON.stringify({ neighbour });
  const digests = [...sources].map(([path, bytes]) => [path, digestOf(bytes)] as const);
  yield JSON.stringify({ extras: { sources: Object.fromEntries(digests), given } satisfies Extras });
  for (const { jobId, n } of commandsIn(rows, runId)) {
    for await (const line of fileLines(request.logPath(jobId, n), { file: 'log', jobId, n })) {
      if (!line.startsWith('{"data"')) count.logs += 1;
      yield line;
    }
  }
  const written = new Set<string>();
  for (const bytes of sources.values()) {
    const sha256 = digestOf(bytes);
    if (written.has(sha256)) continue;
    written.add(sha256);
    count.blobs += 1;
    yield JSON.stringify({ file: 'blob', bytes: bytes.length, sha256 } satisfies FileLine);
    yield* dataLines(Buffer.from(bytes));
  }
  for (const sha256 of blobsIn(rows)) {
    if (written.has(sha256)) continue;
    for await (const line of fileLines(request.blobPath(sha256), { file: 'blob' })) {
      if (!line.startsWith('{"data"')) count.blobs += 1;
      yield line;
    }
  }
}

/** The events of the run and its push, what led to them, and what tells what was destroyed of them; in order. */
const rowsOf = (reader: StoreReader, runId: string, pushId: string): EventRow[] => {
  const streams = [runStream(runId), pushStream(pushId), logRedactionStream(runId)];
  const mine = reader.read.select().from(events).where(inArray(events.stream, streams)).all();
  const rows = new Map([...mine, ...causesOf(reader, mine)].map((row) => [row.seq, row]));
  const redactions = reader.read.select().from(events).where(eq(events.stream, redactionStream)).all();
  for (const row of redactions) {
    if (row.type === 'event.redacted' && rows.has((JSON.parse(row.data) as { seq: number }).seq)) {
      rows.set(row.seq, row);
    }
  }
  return [...rows.values()].toSorted((a, b) => a.seq - b.seq);
};

/** A run is superseded because of a push that is not its own. */
const maxCauses = 100;

const causesOf = ({ read }: StoreReader, rows: readonly EventRow[]): EventRow[] => {
  const known = new Set(rows.map(({ seq }) => seq));
  const found: EventRow[] = [];
  const wanted = rows.map(({ causationSeq }) => causationSeq);
  for (const seq of wanted) {
    if (seq === null || known.has(seq) || found.length >= maxCauses) continue;
    known.add(seq);
    const cause = read.select().from(events).where(eq(events.seq, seq)).get();
    if (cause === undefined) continue;
    found.push(cause);
    wanted.push(cause.causationSeq);
  }
  return found;
};

/** Those of the run: among what led to it may be those of the run before it. */
const commandsIn = (rows: readonly EventRow[], runId: string): { jobId: string; n: number }[] =>
  rows
    .filter(({ type, stream }) => type === 'sh.started' && stream === runStream(runId))
    .map(({ data }) => JSON.parse(data) as { jobId: string; n: number });

const blobsIn = (rows: readonly EventRow[]): Set<string> =>
  new Set(rows.flatMap(({ type, data }) => namedBlobs(type, JSON.parse(data)).map(({ sha256 }) => sha256)));

type Named = { readonly file: 'log'; readonly jobId: string; readonly n: number } | { readonly file: 'blob' };

/** Nothing when there is no such file. The digest stands before the bytes, so the file is read twice. */
async function* fileLines(path: string, named: Named): AsyncGenerator<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  const size = found.size;
  const digest = createHash('sha256');
  for await (const chunk of firstBytes(path, size)) digest.update(chunk);
  yield JSON.stringify({ ...named, bytes: size, sha256: digest.digest('hex') });
  for await (const chunk of firstBytes(path, size)) yield* dataLines(chunk);
}

/** A log may grow meanwhile. */
const firstBytes = (path: string, size: number): AsyncIterable<Buffer> =>
  size === 0 ? emptyStream() : createReadStream(path, { end: size - 1, highWaterMark: chunkBytes });

async function* emptyStream(): AsyncGenerator<Buffer> {}

function* dataLines(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    yield `{"data":"${bytes.toString('base64', at, Math.min(at + chunkBytes, bytes.length))}"}`;
  }
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
