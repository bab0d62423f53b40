/** Where a pattern was found: `start` inclusive, `end` exclusive. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
}

/**
 * Byte patterns that are searched for all at once, after Wu and Manber: the two bytes at the end of a window as
 * long as the shortest pattern say how far the window may move, so most bytes are never looked at, and the cost
 * does not grow with the number of patterns.
 */
export class PatternSet {
  readonly #patterns: readonly Buffer[];
  readonly #window: number;
  readonly #shifts: Uint8Array;
  /** Patterns by the last two bytes of their first window, longest first. */
  readonly #byBlock = new Map<number, Buffer[]>();
  readonly #byFirstByte: readonly (readonly Buffer[])[];

  /** @param patterns of at least 2 bytes each */
  constructor(patterns: readonly Buffer[]) {
    this.#patterns = patterns.toSorted((a, b) => b.length - a.length);
    this.#window = Math.min(255, this.#patterns.at(-1)?.length ?? 0);
    this.#shifts = this.#makeShifts();
    this.#byFirstByte = Array.from({ length: 256 }, (_, byte) =>
      this.#patterns.filter((pattern) => pattern[0] === byte),
    );
  }

  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** The first place at or after `from` where a pattern stands, and the longest one that stands there. */
  find(text: Buffer, from: number): Occurrence | null {
    if (this.isEmpty) return null;
    const shifts = this.#shifts;
    for (let last = from + this.#window - 1; last < text.length; ) {
      const block = (text[last - 1]! << 8) | text[last]!;
      const shift = shifts[block]!;
      if (shift > 0) {
        last += shift;
        continue;
      }
      const start = last - this.#window + 1;
      const found = this.#byBlock.get(block)!.find((pattern) => standsAt(pattern, text, start));
      if (found) return { start, end: start + found.length };
      last += 1;
    }
    return null;
  }

  /** The first place from which on `text` is the beginning of a longer pattern; its length when there is none. */
  unfinishedFrom(text: Buffer): number {
    const longest = this.#patterns[0]?.length ?? 0;
    for (let start = Math.max(0, text.length - longest + 1); start < text.length; start += 1) {
      const rest = text.length - start;
      const begun = this.#byFirstByte[text[start]!]!.some(
        (pattern) => pattern.length > rest && pattern.compare(text, start, text.length, 0, rest) === 0,
      );
      if (begun) return start;
    }
    return text.length;
  }

  #makeShifts(): Uint8Array {
    const shifts = new Uint8Array(65_536).fill(Math.max(1, this.#window - 1));
    for (const pattern of this.#patterns) {
      for (let last = 1; last < this.#window; last += 1) {
        const block = (pattern[last - 1]! << 8) | pattern[last]!;
        shifts[block] = Math.min(shifts[block]!, this.#window - 1 - last);
        if (last < this.#window - 1) continue;
        const same = this.#byBlock.get(block);
        if (same) same.push(pattern);
        else this.#byBlock.set(block, [pattern]);
      }
    }
    return shifts;
  }
}

const standsAt = (pattern: Buffer, text: Buffer, start: number): boolean =>
  start + pattern.length <= text.length &&
  text.compare(pattern, 0, pattern.length, start, start + pattern.length) === 0;
