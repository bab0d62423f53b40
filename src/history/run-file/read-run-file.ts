import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createGunzip } from 'node:zlib';
import {
  type EventData,
  logRedactionStream,
  pushStream,
  runStream,
  type StreamName,
} from '../../events/index.js';
import { importExcerpt } from '../../store/index.js';
import {
  type Extras,
  type FileLine,
  formatName,
  formatVersion,
  type Header,
  header,
  line as lineSchema,
  type Neighbour,
  RunFileError,
} from './format.js';

export interface OpenRequest {
  readonly path: string;
  /** A new folder that becomes a root with nothing but this run. */
  readonly root: string;
  logPath(runId: string, jobId: string, n: number): string;
  blobPath(sha256: string): string;
}

export interface OpenedRun {
  readonly header: Header;
  readonly neighbours: readonly Neighbour[];
  readonly extras: Extras;
}

/** No line is longer: an event holds at most what one request of quire-ci may send. */
const maxLineBytes = 32 * 1024 * 1024;

/** More than this is not unpacked, however small the file is. */
const maxUnpackedBytes = 16 * 1024 ** 3;

/**
 * Unpacks the export of a run into a root, and checks all of it: that the file is whole, that the events are the
 * recorded ones, and logs and blobs what the events say. Throws RunFileError, ImportError.
 */
export const openRunFile = async (request: OpenRequest): Promise<OpenedRun> => {
  const { path, root } = request;
  const refuse = (problem: string) => new RunFileError(path, problem);
  const digest = createHash('sha256');
  const eventLines: string[] = [];
  const neighbours: Neighbour[] = [];
  let opened: Header | undefined;
  let extras: Extras = { sources: {}, given: null };
  let logs: ReadonlyMap<string, readonly string[]> | undefined;
  let receiving: Receiving | undefined;
  let lines = 0;
  let isWhole = false;
  try {
    for await (const text of unpackedLines(path)) {
      if (isWhole) throw refuse('there is more behind its end');
      if (opened === undefined) {
        opened = readHeader(text, refuse);
      } else {
        const found = readLine(text, lines + 1, refuse);
        if ('end' in found) {
          isWhole = true;
          const { sha256, lines: count } = found.end;
          if (count !== lines || sha256 !== digest.digest('hex')) {
            throw refuse('it was changed: its last line has another digest');
          }
          continue;
        }
        if (!('data' in found)) {
          await receiving?.end();
          receiving = undefined;
        }
        if ('data' in found) {
          if (receiving === undefined) throw refuse(`line ${lines + 1} has bytes that belong to no file`);
          await receiving.push(Buffer.from(found.data, 'base64'));
        } else if ('event' in found) {
          eventLines.push(JSON.stringify(found.event));
        } else if ('neighbour' in found) {
          neighbours.push(found.neighbour);
        } else if ('extras' in found) {
          extras = found.extras;
        } else if ('file' in found) {
          logs ??= logDigests(eventLines, opened.runId);
          assertExpected(found, logs, refuse);
          receiving = await receive(found, targetOf(request, opened.runId, found), refuse);
        }
      }
      digest.update(`${text}\n`);
      lines += 1;
    }
  } catch (error) {
    await receiving?.close();
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') throw refuse('it is a folder');
    throw isUnpackError(error) ? refuse(unpackProblem(error)) : error;
  }
  await receiving?.end();
  if (opened === undefined) throw refuse('it is empty');
  if (!isWhole) throw refuse('it ends too early: it was cut off');
  importExcerpt(root, eventLines, streamsOf(eventLines, opened.runId, refuse));
  return { header: opened, neighbours, extras };
};

type Refuse = (problem: string) => RunFileError;

async function* unpackedLines(path: string): AsyncGenerator<string> {
  const source = createReadStream(path);
  const unpacked = source.pipe(createGunzip());
  source.once('error', (error) => unpacked.destroy(error));
  let rest: Buffer[] = [];
  let restBytes = 0;
  let total = 0;
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > maxUnpackedBytes)
      throw new RunFileError(path, `it holds more than ${maxUnpackedBytes} bytes`);
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8');
      rest = [];
      restBytes = 0;
      start = end + 1;
    }
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    if (restBytes > maxLineBytes)
      throw new RunFileError(path, `it has a line of more than ${maxLineBytes} bytes`);
  }
  if (restBytes > 0) throw new RunFileError(path, 'it ends too early: it was cut off');
}

const readHeader = (text: string, refuse: Refuse): Header => {
  const value = parseJson(text) as { format?: unknown; version?: unknown } | undefined;
  if (value?.format !== formatName) throw refuse('it is no export of a run; quire run export makes one');
  if (typeof value.version === 'number' && value.version > formatVersion) {
    throw refuse(
      `it has version ${value.version} of the format, this quire knows versions up to ${formatVersion}; upgrade it`,
    );
  }
  const parsed = header.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refuse(`its first line is malformed: ${parsed.error.issues[0]?.message}`);
};

const readLine = (text: string, number: number, refuse: Refuse) => {
  const parsed = lineSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw refuse(`line ${number} is none of an export of a run`);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The streams of the run and its push, of which the file must have all events. */
const streamsOf = (eventLines: readonly string[], runId: string, refuse: Refuse): StreamName[] => {
  const stream = runStream(runId);
  for (const text of eventLines) {
    const event = (parseJson(text) ?? {}) as {
      stream?: unknown;
      type?: unknown;
      data?: { pushId?: unknown };
    };
    if (event.stream !== stream || event.type !== 'run.queued') continue;
    return [stream, pushStream(String(event.data?.pushId))];
  }
  throw refuse(`it has no events of run ${runId}`);
};

/** The digests that a log may have, by `n/job`: the one its command ended with, or those after lines were destroyed. */
const logDigests = (eventLines: readonly string[], runId: string): Map<string, string[]> => {
  const streams: readonly unknown[] = [runStream(runId), logRedactionStream(runId)];
  const digests = new Map<string, string[]>();
  for (const text of eventLines) {
    const event = (parseJson(text) ?? {}) as {
      stream?: string;
      type?: string;
      data?: EventData<'log.redacted'>;
    };
    const { stream, type, data } = event;
    if (type === undefined || !withLogDigest.has(type) || typeof data?.logSha256 !== 'string') continue;
    if (!streams.includes(stream)) continue;
    const name = `${data.n}/${data.jobId}`;
    digests.set(
      name,
      type === 'log.redacted' ? [data.logSha256] : [...(digests.get(name) ?? []), data.logSha256],
    );
  }
  return digests;
};

const withLogDigest = new Set(['sh.finished', 'sh.interrupted', 'log.redacted']);

const assertExpected = (
  found: FileLine,
  logs: ReadonlyMap<string, readonly string[]>,
  refuse: Refuse,
): void => {
  if (found.file !== 'log') return;
  const digests = logs.get(`${found.n}/${found.jobId}`);
  if (digests === undefined || digests.includes(found.sha256)) return;
  throw refuse(`the log of command ${found.n} of job ${found.jobId} is not the recorded one`);
};

const targetOf = (request: OpenRequest, runId: string, found: FileLine): string =>
  found.file === 'log' ? request.logPath(runId, found.jobId, found.n) : request.blobPath(found.sha256);

interface Receiving {
  push(bytes: Buffer): Promise<void>;
  /** @throws RunFileError when it is not the file that was announced. */
  end(): Promise<void>;
  close(): Promise<void>;
}

const receive = async (announced: FileLine, path: string, refuse: Refuse): Promise<Receiving> => {
  await mkdir(dirname(path), { recursive: true });
  const digest: Hash = createHash('sha256');
  const what = announced.file === 'log' ? `a log of job ${announced.jobId}` : `blob ${announced.sha256}`;
  let bytes = 0;
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw refuse(`it has ${what} twice`);
    throw error;
  }
  const close = () => file.close();
  return {
    async push(chunk) {
      bytes += chunk.length;
      if (bytes > announced.bytes) throw refuse(`${what} is longer than announced`);
      digest.update(chunk);
      await file.write(chunk);
    },
    async end() {
      await close();
      if (bytes === announced.bytes && digest.digest('hex') === announced.sha256) return;
      throw refuse(`${what} was changed or is incomplete`);
    },
    close,
  };
};

const isUnpackError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

const unpackProblem = ({ code }: NodeJS.ErrnoException): string =>
  code === 'Z_BUF_ERROR'
    ? 'it ends too early: it was cut off'
    : 'it is no export of a run, or it was damaged';
