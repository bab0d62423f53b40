/**
 * Lets jobs that overlap go on in the order in which their recorded answers came, so that what they share, the
 * stream of random numbers, is divided among them as it was.
 */
export class Turns {
  readonly #waiting: { readonly seq: number; readonly go: () => void }[] = [];
  #scheduled = false;

  /** Resolves when every other job waits too, and none of them for an earlier answer. */
  wait(seq: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ seq, go });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#waiting.sort((a, b) => b.seq - a.seq);
      this.#waiting.pop()?.go();
      this.#schedule();
    });
  }
}
