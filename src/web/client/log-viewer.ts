import { BlockHeights, blockLines, blockOf } from './block-heights.js';
import { button, choice, toggle } from './controls.js';

/**
 * Takes over the page of a log: the same lines, but all of them under one scroll bar. Only the blocks near the
 * window exist; the server renders every line, so nothing here touches its text. Lines are addressed by number,
 * so growing, reconnecting and scrolling can neither lose nor double one.
 */
const keptBlocks = 48;

/** Browsers limit the height of an element; beyond this, the scroll bar is scaled. */
const maxHeight = 12_000_000;

class LogViewer extends HTMLElement {
  readonly #blocks = new Map<number, HTMLElement>();
  readonly #loading = new Map<number, AbortController>();
  /** Blocks that have grown since they were fetched: they are fetched again when they come near the window. */
  readonly #stale = new Set<number>();
  #scroller!: HTMLElement;
  #space!: HTMLElement;
  #isFollowing = true;
  #isDrawing = false;
  readonly #heights = new BlockHeights();

  connectedCallback(): void {
    this.#scroller = this.querySelector<HTMLElement>('.log')!;
    this.#heights.count = Number(counter()?.dataset.lines ?? 0);
    this.#heights.lineHeight = this.#measure();
    this.#space = document.createElement('div');
    this.#space.className = 'space';
    this.#adoptServed();
    this.#scroller.replaceChildren(this.#space);
    this.#scroller.classList.add('viewer');
    this.#scroller.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.#scroller.addEventListener('click', (event) => this.#onClick(event));
    new ResizeObserver(() => this.#draw()).observe(this.#scroller);
    addEventListener('hashchange', () => this.#goToHash());
    watchCounter((count) => this.#grow(count));
    document.querySelector('[data-log="pages"]')?.remove();
    this.#addOptions();
    this.#resize();
    if (!this.#goToHash()) this.#toEnd();
  }

  /** The lines that came with the page are whole blocks, or none of them is kept. */
  #adoptServed(): void {
    const rows = new Map(
      [...this.#scroller.querySelectorAll<HTMLElement>('.line')].map((row) => [numberOf(row), row]),
    );
    const numbers = [...rows.keys()];
    for (let block = blockOf(numbers[0] ?? 1); block <= blockOf(numbers.at(-1) ?? 0); block += 1) {
      const first = block * blockLines + 1;
      const last = Math.min(first + blockLines - 1, this.#heights.count);
      if (!rows.has(first) || !rows.has(last)) continue;
      const element = this.#newBlock(block);
      for (let n = first; n <= last; n += 1) element.append(rows.get(n)!);
    }
  }

  #newBlock(block: number): HTMLElement {
    const element = document.createElement('div');
    element.className = 'block';
    this.#blocks.set(block, element);
    return element;
  }

  #measure(): number {
    const row = this.#scroller.querySelector('.line');
    return row?.getBoundingClientRect().height || this.#heights.lineHeight;
  }

  get #isWrapped(): boolean {
    return this.#scroller.dataset.wrap !== undefined;
  }

  /** Remembers the height of a shown block; what is above the window must not move it. */
  #measureBlock(block: number, element: HTMLElement, offset: number): boolean {
    if (!this.#isWrapped) return false;
    const height = element.getBoundingClientRect().height;
    const before = this.#heights.of(block);
    if (Math.abs(height - before) < 1) return false;
    const isAbove = this.#heights.topOf(block) + before <= offset;
    this.#heights.measure(block, height);
    this.#resize();
    if (isAbove) this.#scroller.scrollTop += (height - before) / this.#scale;
    else if (this.#isFollowing) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    return true;
  }

  get #scale(): number {
    return Math.max(1, this.#heights.full / maxHeight);
  }

  #resize(): void {
    this.#scroller.hidden = this.#heights.count === 0;
    if (this.#heights.count > 0) this.querySelector('.empty')?.remove();
    this.#space.style.height = `${this.#heights.full / this.#scale}px`;
    setText(
      '[data-log="range"]',
      `${this.#heights.count.toLocaleString('en')} ${this.#heights.count === 1 ? 'line' : 'lines'}`,
    );
  }

  #grow(count: number): void {
    if (count <= this.#heights.count) return;
    const lastBlock = blockOf(this.#heights.count);
    const wasPartial = this.#heights.count % blockLines !== 0 || this.#heights.count === 0;
    this.#heights.count = count;
    if (wasPartial) this.#outdate(Math.max(0, lastBlock));
    this.#resize();
    if (this.#isFollowing) this.#toEnd();
    else this.#draw();
  }

  #outdate(block: number): void {
    this.#stale.add(block);
    this.#loading.get(block)?.abort();
    this.#loading.delete(block);
  }

  #onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#isFollowing = scrollTop + clientHeight >= scrollHeight - 2 * this.#heights.lineHeight;
    this.#draw();
  }

  #draw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.#place();
    });
  }

  /** Puts the blocks around the window in their places and asks for those that are missing. */
  #place(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const offset = scrollTop * this.#scale;
    const first = Math.max(0, this.#heights.blockAt(offset) - 1);
    const last = Math.min(blockOf(this.#heights.count), this.#heights.blockAt(offset + clientHeight) + 1);
    const shown = new Set<HTMLElement>();
    for (let block = first; block <= last; block += 1) {
      const element = this.#blocks.get(block);
      if (element === undefined || this.#stale.has(block)) void this.#load(block);
      if (element === undefined) continue;
      shown.add(element);
      element.style.transform = `translateY(${this.#heights.topOf(block) - offset + scrollTop}px)`;
      if (element.parentNode !== this.#space) this.#space.append(element);
      if (this.#measureBlock(block, element, offset)) this.#draw();
    }
    for (const element of [...this.#space.children]) {
      if (!shown.has(element as HTMLElement)) element.remove();
    }
    for (const [block, controller] of this.#loading) {
      if (block < first - 2 || block > last + 2) controller.abort();
    }
    this.#forget(first, last);
    this.#mark();
  }

  async #load(block: number): Promise<void> {
    if (this.#loading.has(block)) return;
    const controller = new AbortController();
    this.#loading.set(block, controller);
    try {
      const rows = await this.#fetchLines(block * blockLines + 1, blockLines, controller.signal);
      const element = this.#blocks.get(block) ?? this.#newBlock(block);
      element.replaceChildren(...rows);
      this.#stale.delete(block);
      this.#draw();
    } catch (error) {
      // The server is away, or the window has moved on: what is missing is asked for again.
      if (!controller.signal.aborted) setTimeout(() => this.#draw(), 1000);
      else if ((error as Error).name !== 'AbortError') throw error;
    } finally {
      if (this.#loading.get(block) === controller) this.#loading.delete(block);
    }
  }

  #forget(first: number, last: number): void {
    if (this.#blocks.size <= keptBlocks) return;
    for (const block of this.#blocks.keys()) {
      if (block < first || block > last) this.#blocks.delete(block);
      if (this.#blocks.size <= keptBlocks) return;
    }
  }

  #toEnd(): void {
    this.#isFollowing = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#draw();
  }

  /** `#L120` or `#L120-L140`. */
  #goToHash(): boolean {
    const range = rangeOfHash();
    if (range === undefined || range.from > this.#heights.count) return false;
    this.#isFollowing = false;
    const block = blockOf(range.from);
    const within = (range.from - 1 - block * blockLines) / blockLines;
    const middle =
      this.#heights.topOf(block) + within * this.#heights.of(block) - this.#scroller.clientHeight / 3;
    this.#scroller.scrollTop = Math.max(0, middle) / this.#scale;
    this.#scroller.scrollIntoView({ block: 'nearest' });
    this.#draw();
    return true;
  }

  #mark(): void {
    const range = rangeOfHash();
    for (const row of this.#space.querySelectorAll<HTMLElement>('.line')) {
      const number = numberOf(row);
      row.classList.toggle('marked', range !== undefined && number >= range.from && number <= range.to);
    }
  }

  /** A number sets the mark, with shift its other end. */
  #onClick(event: MouseEvent): void {
    const link = (event.target as Element).closest('a.number');
    if (link === null) return;
    event.preventDefault();
    const number = numberOf(link.closest<HTMLElement>('.line')!);
    const range = rangeOfHash();
    const hash =
      event.shiftKey && range !== undefined
        ? `#L${Math.min(range.from, number)}-L${Math.max(range.to, number)}`
        : `#L${number}`;
    history.replaceState(history.state, '', hash);
    this.#mark();
  }

  #addOptions(): void {
    const place = document.querySelector('[data-log="options"]');
    if (place === null) return;
    place.append(
      choice('times', ['no times', 'clock', 'since start'], ['', 'clock', 'since'], (value) => {
        this.#scroller.dataset.times = value;
      }),
      toggle('wrap', (isOn) => this.#wrap(isOn)),
      button('end', () => this.#toEnd()),
    );
    // Browsers give a page the clipboard only where nobody can read along.
    if (navigator.clipboard !== undefined) place.append(this.#copyButton());
  }

  #copyButton(): HTMLElement {
    const element = button('copy', async () => {
      element.textContent = await this.#copy().then(
        () => 'copied',
        () => 'not copied',
      );
      setTimeout(() => {
        element.textContent = 'copy';
      }, 2000);
    });
    return element;
  }

  #wrap(isOn: boolean): void {
    if (isOn) this.#scroller.dataset.wrap = '';
    else delete this.#scroller.dataset.wrap;
    this.#heights.forget();
    this.#resize();
    if (this.#isFollowing) this.#toEnd();
    else this.#draw();
  }

  /** Copies the marked lines as they are shown, or else all that the command wrote. */
  async #copy(): Promise<void> {
    const range = rangeOfHash();
    if (range === undefined) {
      const response = await this.#fetch('/raw');
      await navigator.clipboard.writeText(await response.text());
      return;
    }
    const to = Math.min(range.to, this.#heights.count);
    const texts: (string | null)[] = [];
    for (let from = range.from; from <= to; from += blockLines) {
      const rows = await this.#fetchLines(from, Math.min(blockLines, to - from + 1));
      texts.push(...rows.map((row) => row.querySelector('.text')?.textContent ?? ''));
    }
    await navigator.clipboard.writeText(texts.join('\n'));
  }

  async #fetchLines(from: number, count: number, signal: AbortSignal | null = null): Promise<Element[]> {
    const response = await this.#fetch(`/lines?from=${from}&count=${count}`, signal);
    const parsed = new DOMParser().parseFromString(await response.text(), 'text/html');
    return [...parsed.body.children];
  }

  async #fetch(what: string, signal: AbortSignal | null = null): Promise<Response> {
    const response = await fetch(`${this.dataset.address}${what}`, { signal });
    if (!response.ok) throw new Error(`${what}: ${response.status}`);
    return response;
  }
}

const numberOf = (row: HTMLElement): number => Number(row.id.slice(1));

const counter = (): HTMLElement | null => document.querySelector<HTMLElement>('#log-count');

/** The count lies in a part of the page that follows the server. */
const watchCounter = (tell: (count: number) => void): void => {
  const region = document.querySelector('#log-header');
  if (region === null) return;
  const observer = new MutationObserver(() => tell(Number(counter()?.dataset.lines ?? 0)));
  observer.observe(region, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-lines'],
  });
};

const rangeOfHash = (): { from: number; to: number } | undefined => {
  const match = /^#L(\d+)(?:-L(\d+))?$/.exec(location.hash);
  if (match === null) return undefined;
  return { from: Number(match[1]), to: Number(match[2] ?? match[1]) };
};

const setText = (selector: string, text: string): void => {
  const element = document.querySelector(selector);
  if (element !== null) element.textContent = text;
};

customElements.define('quire-log', LogViewer);
