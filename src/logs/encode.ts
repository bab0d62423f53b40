import { criPrefixBytes, formatCriTime, type LogStream } from './cri.js';

const newline = 10;
const flagAt = criPrefixBytes - 2;
const partialFlag = 'P'.charCodeAt(0);

/**
 * Turns the output of one command, as it is read, into log lines.
 *
 * The start of a line whose end has not come yet is held back, so that a read that ends in mid-line does not
 * split it. It is let go as a partial line when the other stream speaks (lines stay in the order read), when
 * it reaches `maxLineBytes`, or when the owner calls `flush`, as it should after a moment of silence and at
 * the end.
 */
export class CriEncoder {
  readonly #maxLineBytes: number;
  #held: Buffer = Buffer.alloc(0);
  #heldBytes = 0;
  #heldStream: LogStream = 'stdout';
  #heldPrefix: Buffer = Buffer.alloc(0);
  #out: Buffer = Buffer.alloc(0);
  #outBytes = 0;

  /** @param maxLineBytes a longer line is split into partial ones of this size. */
  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Bytes of finished log lines that wait to be taken. */
  get size(): number {
    return this.#outBytes;
  }

  /** Whether the start of a line is held back. */
  get holding(): boolean {
    return this.#heldBytes > 0;
  }

  /** Adds what was read from `stream` at `atNs`, nanoseconds since 1970. */
  push(stream: LogStream, chunk: Buffer, atNs: bigint): void {
    if (chunk.length === 0) return;
    if (this.#heldBytes > 0 && this.#heldStream !== stream) this.flush();
    const prefix = Buffer.from(`${formatCriTime(atNs)} ${stream} F `, 'latin1');
    let start = 0;
    while (start < chunk.length) {
      const found = chunk.indexOf(newline, start);
      const end = found === -1 ? chunk.length : found;
      start = this.#pushPiece(chunk, start, end, found !== -1, prefix);
    }
    this.#heldStream = stream;
    this.#heldPrefix = prefix;
  }

  /** Lets go of the held start of a line, as a partial line. */
  flush(): void {
    if (this.#heldBytes === 0) return;
    this.#write(this.#heldPrefix, this.#held, 0, 0, false);
  }

  /** Hands out the finished lines; `next`, a buffer no longer in use, serves for the lines to come. */
  take(next?: Buffer): Buffer {
    const taken = this.#out.subarray(0, this.#outBytes);
    this.#out = next ?? Buffer.alloc(0);
    this.#outBytes = 0;
    return taken;
  }

  /** Writes or holds the bytes from `start` to `end`, or as many as a line may have; returns where to go on. */
  #pushPiece(chunk: Buffer, start: number, end: number, ended: boolean, prefix: Buffer): number {
    const room = this.#maxLineBytes - this.#heldBytes;
    if (end - start > room) {
      this.#write(prefix, chunk, start, start + room, false);
      return start + room;
    }
    if (ended) {
      this.#write(prefix, chunk, start, end, true);
      return end + 1;
    }
    this.#hold(chunk, start, end);
    return end;
  }

  #hold(chunk: Buffer, start: number, end: number): void {
    const bytes = this.#heldBytes + end - start;
    if (bytes > this.#held.length) this.#held = grow(this.#held, this.#heldBytes, bytes);
    chunk.copy(this.#held, this.#heldBytes, start, end);
    this.#heldBytes = bytes;
  }

  #write(prefix: Buffer, chunk: Buffer, start: number, end: number, full: boolean): void {
    const held = this.#heldBytes;
    this.#reserve(criPrefixBytes + held + (end - start) + 1);
    const out = this.#out;
    let at = this.#outBytes;
    out.set(prefix, at);
    if (!full) out[at + flagAt] = partialFlag;
    at += criPrefixBytes;
    if (held > 0) {
      this.#held.copy(out, at, 0, held);
      at += held;
      this.#heldBytes = 0;
    }
    chunk.copy(out, at, start, end);
    at += end - start;
    out[at] = newline;
    this.#outBytes = at + 1;
  }

  #reserve(bytes: number): void {
    const needed = this.#outBytes + bytes;
    if (needed > this.#out.length) this.#out = grow(this.#out, this.#outBytes, needed);
  }
}

/** Most commands say little; those that say much soon have a buffer of the size they need. */
const smallestBytes = 4 * 1024;

const grow = (buffer: Buffer, used: number, needed: number): Buffer => {
  const grown = Buffer.allocUnsafeSlow(Math.max(needed, buffer.length * 2, smallestBytes));
  buffer.copy(grown, 0, 0, used);
  return grown;
};
