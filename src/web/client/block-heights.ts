/** Lines of a block: what is fetched, placed and forgotten together. */
export const blockLines = 100;

/** The block of a line; lines count from 1, blocks from 0. */
export const blockOf = (line: number): number => Math.floor((line - 1) / blockLines);

/** Where the blocks of a log begin and end, by arithmetic but for those whose wrapped lines were measured. */
export class BlockHeights {
  /** Lines of the log. */
  count = 0;
  lineHeight = 20;
  readonly #measured = new Map<number, number>();

  get full(): number {
    return this.topOf(blockOf(this.count) + 1);
  }

  of(block: number): number {
    return this.#measured.get(block) ?? this.#expected(block);
  }

  /** How many lines a block has by now. */
  linesOf(block: number): number {
    return Math.min(blockLines, Math.max(0, this.count - block * blockLines));
  }

  topOf(block: number): number {
    let top = Math.min(this.count, block * blockLines) * this.lineHeight;
    for (const [measured, height] of this.#measured) {
      if (measured < block) top += height - this.#expected(measured);
    }
    return top;
  }

  /** The block at a height, found by halving. */
  blockAt(height: number): number {
    let low = 0;
    let high = Math.max(0, blockOf(this.count));
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.topOf(middle) <= height) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  measure(block: number, height: number): void {
    this.#measured.set(block, height);
  }

  forget(): void {
    this.#measured.clear();
  }

  #expected(block: number): number {
    return this.linesOf(block) * this.lineHeight;
  }
}
