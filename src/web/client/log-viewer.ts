import { BlockHeights, blockLines, blockOf } from './block-heights.js';
import { copyLines } from './copy-lines.js';
import { lineCount, watchLineCount } from './line-count.js';
import { LogBlocks } from './log-blocks.js';
import { addLogOptions } from './log-options.js';
import { markByClick, markedRange, showMark } from './marked-lines.js';

/** Browsers limit the height of an element; beyond this, the scroll bar is scaled. */
const maxHeight = 12_000_000;

/**
 * Takes over the page of a log: the same lines, but all of them under one scroll bar. Only the blocks near the
 * window exist; the server renders every line, so nothing here touches its text. Lines are addressed by number,
 * so growing, reconnecting and scrolling can neither lose nor double one.
 */
class LogViewer extends HTMLElement {
  readonly #address = this.dataset.address!;
  readonly #heights = new BlockHeights();
  readonly #blocks = new LogBlocks(this.#address, () => this.#draw());
  #scroller!: HTMLElement;
  #space!: HTMLElement;
  #isFollowing = true;
  #isDrawing = false;
  #isLineMeasured = false;

  connectedCallback(): void {
    this.#scroller = this.querySelector<HTMLElement>('.log')!;
    this.#heights.count = lineCount();
    this.#measureLine();
    this.#space = document.createElement('div');
    this.#space.className = 'space';
    this.#blocks.adopt(this.#scroller.querySelectorAll<HTMLElement>('.line'), this.#heights.count);
    this.#scroller.replaceChildren(this.#space);
    this.#scroller.classList.add('viewer');
    this.#scroller.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    markByClick(this.#scroller);
    new ResizeObserver(() => (this.#isFollowing ? this.#toEnd() : this.#draw())).observe(this.#scroller);
    addEventListener('hashchange', () => {
      if (!this.#goToHash()) this.#draw();
    });
    watchLineCount((count) => this.#grow(count));
    document.querySelector('[data-log="pages"]')?.remove();
    addLogOptions({
      showTimes: (form) => {
        this.#scroller.dataset.times = form;
      },
      wrap: (isOn) => this.#wrap(isOn),
      goToEnd: () => this.#toEnd(),
      copy: () => copyLines(this.#address, this.#heights.count),
    });
    this.#resize();
    if (!this.#goToHash()) this.#toEnd();
  }

  /** The height of a line is a guess until one is shown. True when it was another. */
  #measureLine(): boolean {
    if (this.#isLineMeasured || this.#isWrapped) return false;
    const height = this.#scroller.querySelector('.line')?.getBoundingClientRect().height ?? 0;
    if (height === 0) return false;
    this.#isLineMeasured = true;
    this.#heights.lineHeight = height;
    return true;
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

  /** How far the lines move for each pixel of the scroll bar: at both its ends, those of the log are in the window. */
  get #scale(): number {
    const { full } = this.#heights;
    if (full <= maxHeight) return 1;
    const { clientHeight } = this.#scroller;
    return (full - clientHeight) / (maxHeight - clientHeight);
  }

  #resize(): void {
    this.#scroller.hidden = this.#heights.count === 0;
    if (this.#heights.count > 0) this.querySelector('.empty')?.remove();
    this.#space.style.height = `${Math.min(this.#heights.full, maxHeight)}px`;
    this.#tellCount();
  }

  #tellCount(): void {
    const place = document.querySelector('[data-log="range"]');
    const { count } = this.#heights;
    const { problem } = this.#blocks;
    const lines = `${count.toLocaleString('en')} ${count === 1 ? 'line' : 'lines'}`;
    const text =
      problem === undefined
        ? lines
        : `${lines}; some could not be fetched (${problem}) and are asked for again`;
    if (place !== null && place.textContent !== text) place.textContent = text;
  }

  #grow(count: number): void {
    if (count <= this.#heights.count) return;
    this.#heights.count = count;
    this.#redraw();
  }

  /** After heights have changed: the end stays the end. */
  #redraw(): void {
    this.#resize();
    if (this.#isFollowing) this.#toEnd();
    else this.#draw();
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
      const element = this.#blocks.ask(block, this.#heights.linesOf(block));
      if (element === undefined) continue;
      shown.add(element);
      element.style.transform = `translateY(${this.#heights.topOf(block) - offset + scrollTop}px)`;
      if (element.parentNode !== this.#space) this.#space.append(element);
      if (this.#measureBlock(block, element, offset)) this.#draw();
    }
    for (const element of [...this.#space.children]) {
      if (!shown.has(element as HTMLElement)) element.remove();
    }
    this.#blocks.keepNear(first, last);
    showMark(this.#space);
    this.#tellCount();
    if (this.#measureLine()) this.#redraw();
  }

  #toEnd(): void {
    this.#isFollowing = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#draw();
  }

  /** `#L120` or `#L120-L140`. */
  #goToHash(): boolean {
    const range = markedRange();
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

  #wrap(isOn: boolean): void {
    if (isOn) this.#scroller.dataset.wrap = '';
    else delete this.#scroller.dataset.wrap;
    this.#heights.forget();
    this.#redraw();
  }
}

customElements.define('quire-log', LogViewer);
