import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Watches how far the heap has grown since it was made. Garbage is not held against anyone: only when the
 * heap looks too large is it collected, and what is left then counts.
 */
export class MemoryGauge {
  readonly #limit: number;
  readonly #base = usedBytes();
  #suspicion: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#suspicion = this.#base + limit;
  }

  /** Whether more than the limit is in use. Costs microseconds, and a collection on suspicion. */
  isExceeded(): boolean {
    if (usedBytes() < this.#suspicion) return false;
    collect();
    const used = usedBytes();
    if (used - this.#base > this.#limit) return true;
    // The next look at a quarter of the limit from here, so that collections stay rare near the limit.
    this.#suspicion = Math.max(this.#base + this.#limit, used + this.#limit / 4);
    return false;
  }
}

function usedBytes(): number {
  const heap = getHeapStatistics();
  return heap.used_heap_size + heap.external_memory;
}

let collector: (() => void) | undefined;

function collect(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
}
