import type { CharacterSet, Operation, Pattern } from './pattern.js';

/** How an attempt to match has gone so far. */
export type Progress = 'matched' | 'failed' | 'paused';

/** A captured text, or for `()` a position from 1. */
export type Capture = string | number;

/** Characters looked at between two pauses: well below a millisecond. */
const STEPS_PER_PAUSE = 50_000;
const MAX_CAPTURES = 32;
const UNFINISHED = -1;
const POSITION = -2;

enum Choice {
  /** A greedy repetition could take one character less. */
  Less,
  /** A lazy repetition could take one more. */
  More,
  /** Take back what an operation did to the captures. */
  Open,
  Close,
}

/** Something to come back to when matching fails further on. */
interface Frame {
  readonly kind: Choice;
  /** The operation to go on with. */
  readonly next: number;
  readonly from: number;
  count: number;
  readonly min: number;
  readonly set: CharacterSet | undefined;
}

/**
 * Matches one pattern against one text. Choices are kept on a stack of our own, not on JavaScript's: so an
 * attempt can stop in its middle and go on later, and no pattern, however it backtracks, can hold the
 * process up or overflow anything. A pattern has no loops over groups, so the stack is never longer than
 * the pattern.
 */
export class Matcher {
  readonly text: string;
  /** Where the matched text begins and ends, from 0, once an attempt has matched. */
  start = 0;
  end = 0;
  readonly #operations: readonly Operation[];
  readonly #fail: (message: string) => never;
  readonly #frames: Frame[] = [];
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  #next = 0;
  #budget = STEPS_PER_PAUSE;

  /** @param fail raises the error for a pattern that is malformed */
  constructor(text: string, pattern: Pattern, fail: (message: string) => never) {
    this.text = text;
    this.#operations = pattern.operations;
    this.#fail = fail;
  }

  /** The first position from `at` on where an attempt could succeed; -1 when there is none. */
  candidate(at: number): number {
    const first = this.#operations[0];
    if (first?.op !== 'literal' || at > this.text.length) return at > this.text.length ? -1 : at;
    const found = this.text.indexOf(first.text, at);
    this.#budget -= ((found < 0 ? this.text.length : found) - at) / 16;
    return found;
  }

  /** Begins an attempt at one position. */
  attempt(at: number): Progress {
    this.start = at;
    this.end = at;
    this.#next = 0;
    this.#frames.length = 0;
    this.#starts.length = 0;
    this.#lengths.length = 0;
    return this.#run();
  }

  /** Goes on with an attempt that has paused. */
  resume(): Progress {
    this.#budget = STEPS_PER_PAUSE;
    return this.#run();
  }

  /** What a match gives: its captures, or the whole of it when the pattern has none. */
  captures(): Capture[] {
    if (this.#starts.length === 0) return [this.text.slice(this.start, this.end)];
    return this.#starts.map((_, index) => this.capture(index + 1));
  }

  get captureCount(): number {
    return this.#starts.length;
  }

  /** The capture of that number, from 1; 0 is the whole match, and so is 1 when there are none. */
  capture(index: number): Capture {
    if (index === 0 || (index === 1 && this.#starts.length === 0))
      return this.text.slice(this.start, this.end);
    const start = this.#starts[index - 1];
    if (start === undefined) return this.#fail(`invalid capture index %${index}`);
    const length = this.#lengths[index - 1]!;
    if (length === UNFINISHED) return this.#fail('unfinished capture');
    return length === POSITION ? start + 1 : this.text.slice(start, start + length);
  }

  #run(): Progress {
    const operations = this.#operations;
    for (;;) {
      if (this.#next === operations.length) return 'matched';
      if (this.#budget-- <= 0) return 'paused';
      if (!this.#step(operations[this.#next]!) && !this.#backtrack()) return 'failed';
    }
  }

  /** Does one operation at `end`. @returns whether it matched */
  #step(operation: Operation): boolean {
    const { text } = this;
    this.#next++;
    switch (operation.op) {
      case 'literal':
        if (!text.startsWith(operation.text, this.end)) return false;
        this.end += operation.text.length;
        return true;
      case 'one':
        if (this.end >= text.length || operation.set[text.charCodeAt(this.end)] !== 1) return false;
        this.end++;
        return true;
      case 'greedy':
        return this.#greedy(operation.set, operation.min, operation.max);
      case 'lazy':
        this.#push(Choice.More, 0, 0, operation.set);
        return true;
      case 'open':
        return this.#open(operation.isPosition);
      case 'close':
        return this.#close();
      case 'back':
        return this.#back(operation.index);
      case 'balance':
        return this.#balance(operation.from, operation.to);
      case 'frontier':
        return operation.set[this.#codeAt(this.end - 1)] === 0 && operation.set[this.#codeAt(this.end)] === 1;
      case 'end':
        return this.end === text.length;
      case 'fault':
        return this.#fail(operation.message);
    }
  }

  #backtrack(): boolean {
    for (;;) {
      const frame = this.#frames.at(-1);
      if (frame === undefined) return false;
      this.#budget--;
      if (frame.kind === Choice.Less && frame.count > frame.min) {
        frame.count--;
        this.end = frame.from + frame.count;
        this.#next = frame.next;
        return true;
      }
      if (frame.kind === Choice.More) {
        const at = frame.from + frame.count;
        if (at < this.text.length && frame.set![this.text.charCodeAt(at)] === 1) {
          frame.count++;
          this.end = at + 1;
          this.#next = frame.next;
          return true;
        }
      }
      if (frame.kind === Choice.Open) {
        this.#starts.pop();
        this.#lengths.pop();
      }
      if (frame.kind === Choice.Close) this.#lengths[frame.count] = UNFINISHED;
      this.#frames.pop();
    }
  }

  #push(kind: Choice, count: number, min: number, set?: CharacterSet): void {
    this.#frames.push({ kind, next: this.#next, from: this.end, count, min, set });
  }

  #greedy(set: CharacterSet, min: number, max: number): boolean {
    const { text } = this;
    const last = Math.min(text.length, this.end + max);
    let at = this.end;
    while (at < last && set[text.charCodeAt(at)] === 1) at++;
    const count = at - this.end;
    this.#budget -= count / 4;
    if (count < min) return false;
    if (count > min) this.#push(Choice.Less, count, min);
    this.end = at;
    return true;
  }

  #open(isPosition: boolean): boolean {
    if (this.#starts.length >= MAX_CAPTURES) return this.#fail('too many captures');
    this.#starts.push(this.end);
    this.#lengths.push(isPosition ? POSITION : UNFINISHED);
    this.#push(Choice.Open, 0, 0);
    return true;
  }

  #close(): boolean {
    const index = this.#lengths.lastIndexOf(UNFINISHED);
    if (index < 0) return this.#fail('invalid pattern capture');
    this.#lengths[index] = this.end - this.#starts[index]!;
    this.#push(Choice.Close, index, 0);
    return true;
  }

  #back(index: number): boolean {
    const length = this.#lengths[index - 1];
    if (length === undefined || length === UNFINISHED) return this.#fail(`invalid capture index %${index}`);
    const start = this.#starts[index - 1]!;
    const captured = this.text.slice(start, start + Math.max(length, 0));
    if (!this.text.startsWith(captured, this.end)) return false;
    this.end += captured.length;
    return true;
  }

  #balance(from: number, to: number): boolean {
    const { text } = this;
    if (this.#codeAt(this.end) !== from || this.end >= text.length) return false;
    let depth = 1;
    for (let at = this.end + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === to) depth--;
      else if (code === from) depth++;
      if (depth > 0) continue;
      this.#budget -= (at - this.end) / 4;
      this.end = at + 1;
      return true;
    }
    this.#budget -= (text.length - this.end) / 4;
    return false;
  }

  /** Outside the text there are zeros, for the frontier. */
  #codeAt(at: number): number {
    return at >= 0 && at < this.text.length ? this.text.charCodeAt(at) : 0;
  }
}
