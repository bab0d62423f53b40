import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { and, asc, gt, inArray } from 'drizzle-orm';
import { catalog, type EventType, hashData, streamId } from '../events/index.js';
import { events, type StoreReader } from '../store/index.js';
import { type BlobUse, namedBlobs, typesNamingBlobs } from './named-blobs.js';

/** A blob that is not there, or is not what its name says. */
export interface BlobFinding {
  readonly code: 'blob-missing' | 'blob-changed' | 'blob-unreadable';
  readonly sha256: string;
  readonly path: string;
  /** The digest it has, or why it has none. */
  readonly found: string;
  /** The first event that names it; null when none does. */
  readonly firstNamed: BlobNaming | null;
  /** How many times events name it. */
  readonly timesNamed: number;
}

/** An event that names a blob. */
export interface BlobNaming {
  readonly seq: number;
  readonly runId: string;
  readonly use: BlobUse;
}

export interface BlobReport {
  /** Files that were read, and their bytes. */
  readonly blobs: number;
  readonly bytes: number;
  /** At most {@link maxBlobFindings}. */
  readonly findings: readonly BlobFinding[];
}

export const maxBlobFindings = 1000;

/**
 * Compares each blob in `folder` with its name, and looks for those that events name. Reads every byte, and the
 * events a page at a time; memory stays flat. An event whose text was destroyed asks for no blob: what it told of may
 * have been taken away with it. Neither does one that was changed, which the chain tells, or one of a version that
 * only a newer quire knows.
 */
export const verifyBlobs = async (reader: StoreReader, folder: string): Promise<BlobReport> => {
  const findings = new Map<string, BlobFinding>();
  const { blobs, bytes } = await verifyFiles(folder, findings);
  for (const { sha256, ...naming } of namings(reader)) {
    const isFull = findings.size >= maxBlobFindings;
    const finding = findings.get(sha256) ?? (isFull ? undefined : missingBlob(folder, sha256));
    if (finding === undefined) continue;
    const { firstNamed, timesNamed } = finding;
    findings.set(sha256, { ...finding, firstNamed: firstNamed ?? naming, timesNamed: timesNamed + 1 });
  }
  return { blobs, bytes, findings: [...findings.values()] };
};

/** A finding in words: what is wrong, where, and what that means. */
export const describeBlobFinding = (finding: BlobFinding): string => {
  const { code, path, found, firstNamed, timesNamed } = finding;
  const wrong = {
    'blob-missing': 'the file is missing',
    'blob-changed': `its bytes were changed; found digest ${found}`,
    'blob-unreadable': `it cannot be read: ${found}`,
  }[code];
  const what = `blob ${path}: ${wrong}`;
  if (firstNamed === null) return `${what}; no event names it`;
  const { seq, use } = firstNamed;
  const more = timesNamed === 2 ? ', and named once more' : `, and named ${timesNamed - 1} more times`;
  const where = `event ${seq}${timesNamed === 1 ? '' : more}`;
  return `${what}; it is ${describeNaming(firstNamed)} (${where}): ${consequences[use.kind]}`;
};

const describeNaming = ({ use, runId }: BlobNaming): string => {
  switch (use.kind) {
    case 'source':
      return `the pipeline of run ${runId}`;
    case 'module':
      return `${JSON.stringify(use.path)} in the pipeline of run ${runId}`;
    case 'given':
      return `what was given to the pipeline of run ${runId}`;
    case 'outputs':
      return `the outputs of job ${use.jobId} of run ${runId}`;
    case 'reused-outputs':
      return `the outputs that job ${use.jobId} of run ${runId} took over`;
    case 'read':
      return `what job ${use.jobId} of run ${runId} read from ${JSON.stringify(use.path)}`;
    case 'written':
      return `what job ${use.jobId} of run ${runId} wrote to ${JSON.stringify(use.path)}`;
  }
};

const onlyWithCommit = 'the run can be replayed only while its repository has the commit';

/** What cannot be done any more. */
const consequences: Readonly<Record<BlobUse['kind'], string>> = {
  source: onlyWithCommit,
  module: onlyWithCommit,
  given: onlyWithCommit,
  outputs: 'a rerun of what failed in the run cannot take them over',
  'reused-outputs': 'a replay of the run goes on without them',
  read: 'a replay of the run ends where the job reads it',
  written: 'what the job wrote is not known any more',
};

const verifyFiles = async (
  folder: string,
  findings: Map<string, BlobFinding>,
): Promise<{ readonly blobs: number; readonly bytes: number }> => {
  let blobs = 0;
  let bytes = 0;
  for await (const sha256 of blobsIn(folder)) {
    const path = join(folder, sha256);
    const read = await readBlob(path);
    if (read.code === 'ENOENT') continue;
    blobs += 1;
    bytes += read.bytes;
    if (read.found === sha256 || findings.size >= maxBlobFindings) continue;
    const code = read.code === null ? 'blob-changed' : 'blob-unreadable';
    findings.set(sha256, { code, sha256, path, found: read.found, firstNamed: null, timesNamed: 0 });
  }
  return { blobs, bytes };
};

/** One name after the other: a server has more blobs than fit into memory. */
async function* blobsIn(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name } of await opendir(folder)) if (/^[0-9a-f]{64}$/.test(name)) yield name;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The digest of a file; when it cannot be read, the code of the system's error and its words instead. */
const readBlob = async (
  path: string,
): Promise<{ readonly code: string | null; readonly bytes: number; readonly found: string }> => {
  const digest = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      digest.update(chunk);
      bytes += chunk.length;
    }
    return { code: null, bytes, found: digest.digest('hex') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { code, bytes, found: message };
  }
};

const missingBlob = (folder: string, sha256: string): BlobFinding | undefined => {
  const path = join(folder, sha256);
  if (existsSync(path)) return undefined;
  return { code: 'blob-missing', sha256, path, found: 'no file', firstNamed: null, timesNamed: 0 };
};

const pageSize = 500;

function* namings({ read }: StoreReader): Generator<BlobNaming & { readonly sha256: string }> {
  const { seq, stream, type, typeVersion, data, dataHash } = events;
  for (let afterSeq = 0; ; ) {
    const page = read
      .select({ seq, stream, type, typeVersion, data, dataHash })
      .from(events)
      .where(and(gt(seq, afterSeq), inArray(type, typesNamingBlobs)))
      .orderBy(asc(seq))
      .limit(pageSize)
      .all();
    for (const row of page) {
      afterSeq = row.seq;
      if (row.typeVersion > catalog[row.type as EventType].version) continue;
      if (hashData(row.data) !== row.dataHash) continue;
      for (const named of namedBlobs(row.type, JSON.parse(row.data))) {
        yield { ...named, seq: row.seq, runId: streamId(row.stream) };
      }
    }
    if (page.length < pageSize) return;
  }
}
