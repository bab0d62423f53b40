const newline = 10;

/** Where to read to reach some lines. */
export interface LinePlace {
  /** Byte offset of the start of `line`. */
  readonly offset: number;
  /** A line at or a little before the first one asked for, from 0. */
  readonly line: number;
  /** Byte offset of the end of the last one asked for, or a little after it. */
  readonly end: number;
}

/**
 * Where the lines of a growing log begin: the offset of every `stride`th line, so that any line is reached by
 * reading at most `stride` lines, in 8 bytes a `stride`.
 */
export class LineIndex {
  readonly #stride: number;
  #offsets = new Float64Array(64);
  #lines = 0;
  #bytes = 0;

  constructor(stride = 256) {
    this.#stride = stride;
  }

  /** Complete lines so far. */
  get lines(): number {
    return this.#lines;
  }

  /** Bytes seen so far: where the next push must come from. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the bytes of the log that follow those already seen. */
  push(chunk: Buffer): void {
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) {
      this.#lines += 1;
      if (this.#lines % this.#stride === 0) this.#mark(this.#lines / this.#stride, this.#bytes + at + 1);
    }
    this.#bytes += chunk.length;
  }

  /**
   * The nearest known places around `count` lines from `line` on, counted from 0; a line beyond the end begins at the
   * last known place.
   */
  locate(line: number, count = 1): LinePlace {
    const mark = Math.floor(Math.max(0, Math.min(line, this.#lines)) / this.#stride);
    const after = Math.ceil((Math.max(0, line) + count) / this.#stride);
    const isKnown = after * this.#stride <= this.#lines;
    return {
      offset: this.#offsets[mark] ?? 0,
      line: mark * this.#stride,
      end: isKnown ? this.#offsets[after]! : this.#bytes,
    };
  }

  #mark(index: number, offset: number): void {
    if (index >= this.#offsets.length) {
      const grown = new Float64Array(this.#offsets.length * 2);
      grown.set(this.#offsets);
      this.#offsets = grown;
    }
    this.#offsets[index] = offset;
  }
}
