import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, write, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { CriEncoder, type LogStream } from '../../logs/index.js';
import { raiseLimit } from '../raise-limit.js';
import { startLogClock } from './clock.js';

/** Takes secrets out of one stream; may hold bytes back until it knows more. */
export interface StreamFilter {
  push(chunk: Buffer): Buffer;
  flush(): Buffer;
}

export interface LogOptions {
  /** Where the log is written; the file must not exist. */
  readonly path: string;
  readonly maxBytes: number;
  readonly maxLineBytes: number;
  readonly filters: Readonly<Record<LogStream, StreamFilter>>;
  /** Called when `push` answered false and there is room again. */
  readonly onDrain: () => void;
}

export interface LogSummary {
  /** Bytes the command wrote, before redaction and whatever the limit. */
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  /** Size and SHA-256 of the file. */
  readonly logBytes: number;
  readonly logSha256: string;
  /** True when the file ends at its limit. */
  readonly truncated: boolean;
}

/** Enough for a write to be cheap; beyond `highWaterBytes` the command has to wait for the disk. */
const writeBytes = 256 * 1024;
const highWaterBytes = 1024 * 1024;

/** How long a finished line, or the start of a line, may wait in memory. */
const flushMs = 30;

/** A short write costs less here than the way to another thread and back. */
const shortWriteBytes = 16 * 1024;

/** Room kept for the line that says where a log was cut. */
const noticeBytes = 512;

/** Writes the log of one command while it runs: formatted, digested, limited, never more than a few MB in memory. */
export class LogWriter {
  readonly #options: LogOptions;
  readonly #fd: number;
  readonly #encoder: CriEncoder;
  readonly #hash = createHash('sha256');
  readonly #now = startLogClock();
  readonly #read = { stdout: 0, stderr: 0 };
  #spare: Buffer | undefined;
  #writing: Promise<void> | undefined;
  #flushTimer: NodeJS.Timeout | undefined;
  #heldSinceTick = false;
  #blocked = false;
  #storedBytes = 0;
  #truncated = false;
  #failure: Error | undefined;

  /** Creates the file and the folders above it. Throws the system's error when that cannot be. */
  constructor(options: LogOptions) {
    this.#options = options;
    this.#fd = createFile(options.path);
    this.#encoder = new CriEncoder(options.maxLineBytes);
  }

  /** Adds what was just read. False asks the caller to read no more until `onDrain`. */
  push(stream: LogStream, chunk: Buffer): boolean {
    this.#read[stream] += chunk.length;
    if (!this.#storing) return true;
    this.#encoder.push(stream, this.#options.filters[stream].push(chunk), this.#now());
    this.#heldSinceTick = false;
    if (this.#encoder.size >= writeBytes) this.#startWriting();
    else this.#startTimer();
    this.#blocked = this.#encoder.size >= highWaterBytes;
    return !this.#blocked;
  }

  /** Adds a line of quire's own, as if the command had written it to standard error. */
  note(text: string): void {
    if (!this.#storing) return;
    this.#encoder.flush();
    this.#encoder.push('stderr', Buffer.from(`quire: ${text}\n`), this.#now());
    this.#startTimer();
  }

  /** Writes what is left and closes the file. Rejects when a part of the log could not be written. */
  async close(): Promise<LogSummary> {
    clearTimeout(this.#flushTimer);
    await this.#writing;
    if (this.#storing) this.#encodeRest();
    while (this.#storing && this.#encoder.size > 0) await this.#writeOnce();
    closeSync(this.#fd);
    if (this.#failure !== undefined) throw this.#failure;
    return {
      stdoutBytes: this.#read.stdout,
      stderrBytes: this.#read.stderr,
      logBytes: this.#storedBytes,
      logSha256: this.#hash.digest('hex'),
      truncated: this.#truncated,
    };
  }

  get #storing(): boolean {
    return !this.#truncated && this.#failure === undefined;
  }

  #encodeRest(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#encoder.push(stream, this.#options.filters[stream].flush(), this.#now());
    }
    this.#encoder.flush();
  }

  #startTimer(): void {
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = undefined;
      this.#tick();
    }, flushMs);
  }

  /** A start of a line that saw a whole tick go by without more is shown as it is. */
  #tick(): void {
    if (!this.#storing) return;
    if (this.#encoder.holding && this.#heldSinceTick) this.#encoder.flush();
    this.#heldSinceTick = this.#encoder.holding;
    if (this.#encoder.size > 0) this.#startWriting();
    if (this.#encoder.holding) this.#startTimer();
  }

  #startWriting(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#encoder.size > 0) this.#startTimer();
    });
  }

  async #writeAll(): Promise<void> {
    do {
      await this.#writeOnce();
      this.#unblock();
    } while (this.#storing && this.#encoder.size >= writeBytes);
  }

  #unblock(): void {
    if (!this.#blocked || (this.#storing && this.#encoder.size >= highWaterBytes)) return;
    this.#blocked = false;
    this.#options.onDrain();
  }

  async #writeOnce(): Promise<void> {
    const taken = this.#encoder.take(this.#spare);
    const bytes = this.#cutAtLimit(taken);
    this.#hash.update(bytes);
    try {
      for (let at = 0; at < bytes.length; ) at += await this.#writeSome(bytes, at);
      this.#storedBytes += bytes.length;
    } catch (error) {
      this.#failure = error as Error;
    }
    this.#spare = Buffer.from(taken.buffer);
  }

  async #writeSome(bytes: Buffer, from: number): Promise<number> {
    const length = bytes.length - from;
    if (length <= shortWriteBytes) return writeSync(this.#fd, bytes, from, length);
    return (await writeLater(this.#fd, bytes, from, length, null)).bytesWritten;
  }

  #cutAtLimit(bytes: Buffer): Buffer {
    const room = this.#options.maxBytes - noticeBytes - this.#storedBytes;
    if (bytes.length <= room) return bytes;
    this.#truncated = true;
    const end = room <= 0 ? 0 : bytes.lastIndexOf(10, room - 1) + 1;
    return Buffer.concat([bytes.subarray(0, end), this.#limitNotice()]);
  }

  #limitNotice(): Buffer {
    const encoder = new CriEncoder(noticeBytes);
    const limit = `its limit of ${this.#options.maxBytes} bytes; ${raiseLimit('log')}`;
    const text = `quire: this log ends at ${limit}; the command goes on, its exit code and byte counts are exact\n`;
    encoder.push('stderr', Buffer.from(text), this.#now());
    return encoder.take();
  }
}

const writeLater = promisify(write);

/** The folder is made only when it is missing: it is there for all but the first log of a job. */
const createFile = (path: string): number => {
  try {
    return openSync(path, 'wx', 0o644);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'wx', 0o644);
};
