import { blockLines, blockOf } from './block-heights.js';
import { fetchLines, numberOf } from './log-lines.js';

const keptBlocks = 48;

/** The blocks of a log that are here, each an element. What is missing is fetched when it is asked for. */
export class LogBlocks {
  /** Why the last lines that were asked for did not come; undefined when they came. */
  problem: string | undefined;
  readonly #address: string;
  readonly #changed: () => void;
  readonly #elements = new Map<number, HTMLElement>();
  readonly #loading = new Map<number, AbortController>();

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

  /** The block as far as it is here, and undefined where nothing of it is; `count` is how many lines it has by now. */
  ask(block: number, count: number): HTMLElement | undefined {
    const element = this.#elements.get(block);
    if ((element?.childElementCount ?? 0) < count) void this.#load(block, count);
    return element;
  }

  /** Stops fetching what is far from these blocks, and forgets some of it when too much is here. */
  keepNear(first: number, last: number): void {
    for (const [block, controller] of this.#loading) {
      if (block >= first - 2 && block <= last + 2) continue;
      controller.abort();
      this.#loading.delete(block);
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

  /**
   * Fetches the lines that follow those which are here: what a reader has selected in these stays, and an answer
   * that was cut short because its lines are long is continued by the next one.
   */
  async #load(block: number, count: number): Promise<void> {
    if (this.#loading.has(block)) return;
    const controller = new AbortController();
    this.#loading.set(block, controller);
    const element = this.#elements.get(block);
    const held = element?.childElementCount ?? 0;
    try {
      const lines = await fetchLines(this.#address, {
        from: block * blockLines + held + 1,
        count: count - held,
        signal: controller.signal,
      });
      if (controller.signal.aborted) return;
      if (lines.length === 0) throw new Error(`the server has no line ${block * blockLines + held + 1}`);
      this.problem = undefined;
      this.#loading.delete(block);
      // Without its beginning, when that was forgotten meanwhile, what came is no use.
      if (this.#elements.get(block) === element) (element ?? this.#add(block)).append(...lines);
      this.#changed();
    } catch (error) {
      if (controller.signal.aborted) return;
      this.problem = (error as Error).message;
      this.#loading.delete(block);
      setTimeout(this.#changed, 1000);
    }
  }
}
