import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { CapturedOutput } from '../../ci/index.js';
import { CriDecoder, type LogStream, rebuildOutput } from '../../logs/index.js';

/** Where the log of a command is, and what its record says of it. */
export interface RecordedLog {
  readonly path: string;
  readonly logSha256: string;
  readonly logTruncated: boolean;
  /** True when lines of it were destroyed. */
  readonly redacted: boolean;
}

const chunkBytes = 256 * 1024;

/** The output of a recorded command, read from its log when somebody looks at it. */
export class RecordedOutput implements CapturedOutput {
  readonly #log: RecordedLog;
  readonly #stream: LogStream;
  #content: Buffer | { readonly lost: string } | undefined;

  constructor(
    log: RecordedLog,
    stream: LogStream,
    readonly bytes: number,
    readonly limitBytes: number,
  ) {
    this.#log = log;
    this.#stream = stream;
  }

  get overflowed(): boolean {
    return this.bytes > this.limitBytes;
  }

  get lost(): string | undefined {
    if (this.overflowed) return undefined;
    const content = this.#load();
    return Buffer.isBuffer(content) ? undefined : content.lost;
  }

  content(): Buffer {
    const content = this.#load();
    if (Buffer.isBuffer(content)) return content;
    throw new RangeError(content.lost);
  }

  /** A command without output needs no log. */
  #load(): Buffer | { readonly lost: string } {
    this.#content ??= this.bytes === 0 ? Buffer.alloc(0) : readLog(this.#log, this.#stream);
    return this.#content;
  }
}

/** Only the bytes of one stream are kept, and those are within its limit. */
const readLog = (log: RecordedLog, stream: LogStream): Buffer | { readonly lost: string } => {
  if (log.redacted) return { lost: 'history ends here: lines of the log of the command were destroyed' };
  if (log.logTruncated) {
    return {
      lost: 'history ends here: the log of the command was cut at its limit, so its output is not known',
    };
  }
  const decoder = new CriDecoder();
  const digest = createHash('sha256');
  const pieces: Buffer[] = [];
  try {
    for (const chunk of chunksOf(log.path)) {
      digest.update(chunk);
      pieces.push(rebuildOutput(decoder.push(chunk), stream));
    }
  } catch (error) {
    return { lost: `history ends here: the log of the command cannot be read: ${(error as Error).message}` };
  }
  if (digest.digest('hex') === log.logSha256) return Buffer.concat(pieces);
  return { lost: 'history ends here: the log of the command is not the one that was recorded' };
};

function* chunksOf(path: string): Generator<Buffer> {
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const bytesRead = readSync(fd, chunk, 0, chunkBytes, null);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    closeSync(fd);
  }
}
