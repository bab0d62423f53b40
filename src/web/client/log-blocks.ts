import { blockLines, blockOf } from './block-heights.js';
import { fetchLines, numberOf } from './log-lines.js';

const keptBlocks = 48;

/** The blocks of a log that are here, each an element. What is missing is fetched when it is asked for. */
export class LogBlocks {
  readonly #address: string;
  readonly #changed: () => void;
  readonly #elements = new Map<number, HTMLElement>();
  readonly #loading = new Map<number, AbortController>();
  /** Blocks that have grown since they were fetched: they are fetched again when they are asked for. */
  readonly #stale = new Set<number>();

  /** `address` is that of the log; `changed` is called when a block has come, or may be asked for once more. */
  constructor(address: string, changed: () => void) {
    this.#address = address;
    this.#changed = changed;
  }

  /** Takes whole blocks out of lines that came with the page, which follow each other; `count` is that of the log. */
  adopt(lines: Iterable<HTMLElement>, count: number): void {
    const byNumber = new Map([...lines].map((line) => [numberOf(line), line]));
    const numbers = [...byNumber.keys()];
    for (let block = blockOf(numbers[0] ?? 1); block <= blockOf(numbers.at(-1) ?? 0); block += 1) {
      const first = block * blockLines + 1;
      const last = Math.min(first + blockLines - 1, count);
      if (!byNumber.has(first) || !byNumber.has(last)) continue;
      const element = this.#add(block);
      for (let n = first; n <= last; n += 1) element.append(byNumber.get(n)!);
    }
  }

  /** The block as far as it is here. */
  ask(block: number): HTMLElement | undefined {
    const element = this.#elements.get(block);
    if (element === undefined || this.#stale.has(block)) void this.#load(block);
    return element;
  }

  /** Says that a block has more lines than before. */
  outdate(block: number): void {
    this.#stale.add(block);
    this.#loading.get(block)?.abort();
    this.#loading.delete(block);
  }

  /** Stops fetching what is far from these blocks, and forgets some of it when too much is here. */
  keepNear(first: number, last: number): void {
    for (const [block, controller] of this.#loading) {
      if (block < first - 2 || block > last + 2) controller.abort();
    }
    for (const block of this.#elements.keys()) {
      if (this.#elements.size <= keptBlocks) return;
      if (block < first || block > last) this.#elements.delete(block);
    }
  }

  #add(block: number): HTMLElement {
    const element = document.createElement('div');
    element.className = 'block';
    this.#elements.set(block, element);
    return element;
  }

  async #load(block: number): Promise<void> {
    if (this.#loading.has(block)) return;
    const controller = new AbortController();
    this.#loading.set(block, controller);
    try {
      const lines = await fetchLines(this.#address, {
        from: block * blockLines + 1,
        count: blockLines,
        signal: controller.signal,
      });
      const element = this.#elements.get(block) ?? this.#add(block);
      element.replaceChildren(...lines);
      this.#stale.delete(block);
      this.#changed();
    } catch (error) {
      // The server is away, or the window has moved on: what is missing is asked for again.
      if (!controller.signal.aborted) setTimeout(this.#changed, 1000);
      else if ((error as Error).name !== 'AbortError') throw error;
    } finally {
      if (this.#loading.get(block) === controller) this.#loading.delete(block);
    }
  }
}
