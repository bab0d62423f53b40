import { closeSync, fstatSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { CriDecoder, LineIndex } from '../../logs/index.js';
import { openLogNow } from './log-file.js';
import { type LogLine, presentLine } from './line.js';

/**
 * Lines of logs by number, from an index of each log that grows with it. What a page needs is read at once: it is
 * little, and of a request that waits for a thread to read it, one in a hundred took ten times as long
 * (`npm run bench -- web`). A log that has grown by much is indexed in turns.
 */
export interface LogStore {
  /** Complete lines and bytes of a log now; zeros when there is none. */
  size(path: string): Promise<LogSize>;
  /** At most `count` lines, and how many there are: those from `from` on, counted from 1, or else the last ones. */
  part(path: string, place: { readonly from?: number | undefined; readonly count: number }): Promise<LogPart>;
  /** How many lines had been read by a moment, in milliseconds since 1970. */
  linesUntil(path: string, atMs: number): Promise<number>;
}

export interface LogSize {
  readonly lines: number;
  readonly bytes: number;
}

export interface LogPart {
  /** Complete lines of the log now; zero when there is none. */
  readonly lineCount: number;
  /** The number of the first of `lines`, or where it would be. */
  readonly from: number;
  readonly lines: LogLine[];
}

const chunkBytes = 1 << 20;

/** A page of lines of usual length is read at once. */
const maxReadBytes = 256 << 10;

/** How many indexes are kept; one of a log of a million lines takes 32 KB. */
const maxIndexes = 500;

/** Reads at most this much of a log for one page: a page of very long lines is cut short. */
const maxPageBytes = 4 << 20;

interface Entry {
  index: LineIndex;
  growing: Promise<void> | undefined;
}

export const createLogStore = (): LogStore => {
  const entries = new Map<string, Entry>();

  const entryOf = (path: string): Entry => {
    const entry = entries.get(path) ?? { index: new LineIndex(), growing: undefined };
    entries.delete(path);
    entries.set(path, entry);
    if (entries.size > maxIndexes) entries.delete(entries.keys().next().value!);
    return entry;
  };

  /** Brings the index up to the end of the file; visitors who come meanwhile wait for the same pass. */
  const grow = async (path: string, file: number): Promise<LineIndex> => {
    const entry = entryOf(path);
    entry.growing ??= indexRest(entry, file).finally(() => {
      entry.growing = undefined;
    });
    await entry.growing;
    return entry.index;
  };

  const withLog = async <Result>(
    path: string,
    missing: Result,
    read: (file: number, index: LineIndex) => Result,
  ): Promise<Result> => {
    const file = openLogNow(path);
    if (file === undefined) return missing;
    try {
      return read(file, await grow(path, file));
    } finally {
      closeSync(file);
    }
  };

  return {
    size: (path) => withLog(path, { lines: 0, bytes: 0 }, (_file, { lines, bytes }) => ({ lines, bytes })),
    part: (path, { from: wanted, count }) =>
      withLog<LogPart>(path, { lineCount: 0, from: wanted ?? 1, lines: [] }, (file, index) => {
        const lineCount = index.lines;
        const from = wanted ?? Math.max(1, lineCount - count + 1);
        return { lineCount, from, lines: readLines(file, index, from, count) };
      }),
    linesUntil: (path, atMs) => withLog(path, 0, (file, index) => countUntil(file, index, atMs)),
  };
};

/** One chunk in a turn of the event loop. */
const indexRest = async (entry: Entry, file: number): Promise<void> => {
  const { size } = fstatSync(file);
  if (size < entry.index.bytes) entry.index = new LineIndex();
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, size - entry.index.bytes)));
  while (entry.index.bytes < size) {
    const wanted = Math.min(buffer.length, size - entry.index.bytes);
    const bytesRead = readSync(file, buffer, 0, wanted, entry.index.bytes);
    if (bytesRead === 0) return;
    entry.index.push(buffer.subarray(0, bytesRead));
    if (entry.index.bytes < size) await setImmediate();
  }
};

/** The lines of a log are in the order of their times, so halving finds the last one of a moment. */
const countUntil = (file: number, index: LineIndex, atMs: number): number => {
  let low = 0;
  let high = index.lines;
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    const [line] = readLines(file, index, middle, 1);
    if (line !== undefined && Date.parse(line.time) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
};

const readLines = (file: number, index: LineIndex, from: number, count: number): LogLine[] => {
  const last = Math.min(from + count - 1, index.lines);
  if (from > last) return [];
  const { offset: start, line, end } = index.locate(from - 1, last - from + 1);
  const decoder = new CriDecoder(start);
  const buffer = Buffer.allocUnsafe(Math.min(maxReadBytes, end - start));
  const lines: LogLine[] = [];
  let number = line;
  let offset = start;
  let kept = 0;
  while (number < last && kept < maxPageBytes) {
    const bytesRead = readSync(file, buffer, 0, buffer.length, offset);
    if (bytesRead === 0) break;
    offset += bytesRead;
    for (const line of decoder.push(buffer.subarray(0, bytesRead))) {
      number += 1;
      if (number < from || number > last) continue;
      lines.push(presentLine(line, number));
      kept += line.text.length;
    }
  }
  return lines;
};
