/** What a pipeline can see of the output of one stream. */
export interface CapturedOutput {
  readonly limitBytes: number;
  /** All bytes that came, kept or not. */
  readonly bytes: number;
  readonly overflowed: boolean;
  /** Why the bytes cannot be had although the limit allows them; never so for a command that has just run. */
  readonly lost?: string | undefined;
  /** Everything that came. @throws RangeError when it overflowed or is lost. */
  content(): Buffer;
}

/** The output of one stream, kept in memory up to a limit; it knows when there was more. */
export class Capture implements CapturedOutput {
  readonly limitBytes: number;
  #content: Buffer = Buffer.alloc(0);
  #bytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** All bytes that came, kept or not. */
  get bytes(): number {
    return this.#bytes;
  }

  get overflowed(): boolean {
    return this.#bytes > this.limitBytes;
  }

  /** Copies the chunk. Beyond the limit nothing at all is kept, because a part would never be shown. */
  push(chunk: Buffer): void {
    const at = this.#bytes;
    this.#bytes += chunk.length;
    if (this.overflowed) {
      this.#content = Buffer.alloc(0);
      return;
    }
    if (this.#bytes > this.#content.length) this.#grow(at);
    chunk.copy(this.#content, at);
  }

  /** Everything that came. @throws RangeError when it overflowed. */
  content(): Buffer {
    if (this.overflowed) throw new RangeError(`captured ${this.#bytes} bytes, more than ${this.limitBytes}`);
    return this.#content.subarray(0, this.#bytes);
  }

  #grow(used: number): void {
    const size = Math.min(this.limitBytes, Math.max(this.#bytes, this.#content.length * 2, 1024));
    const grown = Buffer.allocUnsafeSlow(size);
    this.#content.copy(grown, 0, 0, used);
    this.#content = grown;
  }
}
