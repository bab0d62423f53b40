import { type CriLine, criPrefixBytes } from './cri.js';

const newline = 10;

/** A log that is not made of log lines. `offset` is where in the file the bad line begins. */
export class MalformedLogError extends Error {
  readonly code = 'malformed-log';
  constructor(
    readonly offset: number,
    found: Buffer,
  ) {
    super(
      `expected a log line "<time> stdout|stderr F|P <text>" at byte ${offset}, found ${JSON.stringify(found.toString('latin1', 0, 60))}`,
    );
  }
}

/** One line of a log, given without its newline; undefined when it is not one. */
export const parseCriLine = (line: Buffer): CriLine | undefined => {
  const prefix = line.toString('latin1', 0, criPrefixBytes);
  if (!prefixPattern.test(prefix)) return undefined;
  return {
    time: prefix.slice(0, 30),
    stream: prefix.charCodeAt(34) === 111 ? 'stdout' : 'stderr',
    partial: prefix.charCodeAt(38) === 80,
    text: line.subarray(criPrefixBytes),
  };
};

const prefixPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z std(out|err) [FP] $/;

/** Takes a log apart as its bytes arrive, from the start of the file or of any line. */
export class CriDecoder {
  #rest: Buffer = Buffer.alloc(0);
  #offset: number;

  /** @param offset where in the file the first pushed byte lies; only errors name it. */
  constructor(offset = 0) {
    this.#offset = offset;
  }

  /** Bytes of a last line that has no newline yet: being written, or cut by a crash. */
  get unfinishedBytes(): number {
    return this.#rest.length;
  }

  /** The lines that `chunk` completes. @throws MalformedLogError */
  push(chunk: Buffer): CriLine[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const lines: CriLine[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      const raw = bytes.subarray(start, end);
      const line = parseCriLine(raw);
      if (line === undefined) throw new MalformedLogError(this.#offset + start, raw);
      lines.push(line);
      start = end + 1;
    }
    this.#offset += start;
    this.#rest = Buffer.from(bytes.subarray(start));
    return lines;
  }
}
