import type { PatternSet } from './pattern-set.js';

/** What stands where a secret stood. */
export const redacted = '***';

const stars = Buffer.from(redacted);
const nothing = Buffer.alloc(0);

/**
 * Hides secrets in bytes that arrive in pieces. Only what may be the beginning of a secret is kept back, so a line
 * without one is passed on at once, and no more is ever held than the longest form of a secret. Where occurrences
 * overlap, one mark stands for all of them: no part of the second is left over.
 */
export class RedactionStream {
  #held: Buffer = nothing;
  /** How many bytes at the beginning of what is held belong to an occurrence whose mark was given out. */
  #hidden = 0;

  /** @param patterns asked for at each piece, so that a secret revealed meanwhile is hidden from then on */
  constructor(readonly patterns: () => PatternSet) {}

  /** Takes the next bytes; gives those that are certain. The answer may share memory with `chunk`. */
  push(chunk: Buffer): Buffer {
    const text = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const patterns = this.patterns();
    return this.#give(text, patterns, patterns.unfinishedFrom(text));
  }

  /** Gives what was kept back, and is ready for a new stream. */
  flush(): Buffer {
    return this.#give(this.#held, this.patterns(), this.#held.length);
  }

  /** Gives out `text` up to `end`, the first place that later bytes could still make part of a secret. */
  #give(text: Buffer, patterns: PatternSet, end: number): Buffer {
    const parts: Buffer[] = [];
    let done = this.#hidden;
    let found = patterns.find(text, 0);
    if (!found && done === 0 && end === text.length) {
      this.#held = nothing;
      return text;
    }
    while (found && found.start < end) {
      if (found.start >= done) parts.push(text.subarray(done, found.start), stars);
      done = Math.max(done, found.end);
      found = patterns.find(text, found.start + 1);
    }
    if (done < end) parts.push(text.subarray(done, end));
    this.#held = end === text.length ? nothing : Buffer.from(text.subarray(end));
    this.#hidden = Math.max(0, done - end);
    return Buffer.concat(parts);
  }
}
