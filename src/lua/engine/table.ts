import type { ByteString } from './byte-string.js';
import { Cursor, type Entry } from './cursor.js';
import { NIL_VALUE, TValueClass } from './fengari.js';
import type { State, TValue } from './state.js';
import { hashOf, isArrayKey, sameValue } from './table-key.js';
import { FLOAT, INTEGER, NIL, STRING } from './tags.js';

/** From this size on an array gives up the holes at its end. */
const LARGE = 64;

/** What Lua code may not write to: no key at all, or those in the set (as `hashOf` has them). */
type Protection = 'all' | ReadonlySet<unknown>;

/**
 * Lua's table, in place of fengari's: 1..n in an array, all else in a map that keeps insertion order. So
 * `#` costs nothing and every traversal runs 1..n first (fengari walks a literal sequence backwards).
 *
 * The array may have holes; the key after its last slot is never in the hash. A key of the hash whose value
 * became nil leaves the chain, and stays in the map as a tombstone until a later insertion sweeps it: so a
 * traversal may clear the fields it comes by.
 */
export class Table {
  readonly id: number;
  metatable: Table | null = null;
  /** A bit for each metamethod known to be absent when this is a metatable; see `invalidateTMcache`. */
  flags = ~0;
  #protection: Protection | undefined;
  /** The handle that stands for this table outside, once there is one. */
  handle: unknown;
  readonly #array: TValue[] = [];
  /** Slots of the array that are not nil. */
  #used = 0;
  #hash: Map<unknown, Entry> | undefined;
  #first: Entry | undefined;
  #last: Entry | undefined;
  #tombstones = 0;
  /** Entries ever inserted. */
  #entries = 0;
  /** Positive integer keys in the hash: only while there are some can the array swallow them. */
  #integers = 0;

  constructor(L: State) {
    this.id = L.l_G.id_counter++;
  }

  /** Read by fengari's lexer, which looks up its strings itself. */
  get strong(): Map<unknown, Entry> {
    this.#hash ??= new Map();
    return this.#hash;
  }

  /** Forbids Lua code to change any key, or those that there are now. The host still may. */
  protect(what: 'all' | 'existing'): void {
    if (what === 'all') {
      this.#protection = what;
      return;
    }
    const keys = new Set<unknown>();
    const cursor = this.cursor();
    while (cursor.step()) keys.add(hashOf(cursor.key));
    this.#protection = keys;
  }

  get isProtected(): boolean {
    return this.#protection !== undefined;
  }

  /** Whether Lua code may set `key` to `value`; to what it has already it may. */
  allows(key: TValue, value: TValue): boolean {
    if (this.#protection === undefined) return true;
    if (this.#protection !== 'all' && !this.#protection.has(hashOf(key))) return true;
    const current = this.get(key);
    return current.type === value.type && sameValue(current, value);
  }

  /** Lua's `#`: the size of the array, or if its end is a hole the border that the reference would find. */
  get length(): number {
    const array = this.#array;
    let above = array.length;
    if (above === 0 || array[above - 1]!.type !== NIL) return above;
    let below = 0;
    while (above - below > 1) {
      const middle = (below + above) >> 1;
      if (array[middle - 1]!.type === NIL) above = middle;
      else below = middle;
    }
    return below;
  }

  get(key: TValue): TValue {
    if (key.type === STRING) return this.getString((key.value as ByteString).text);
    if (key.type === INTEGER || key.type === FLOAT) return this.getInteger(key.value as number);
    if (key.type === NIL) return NIL_VALUE;
    return this.#hash?.get(hashOf(key))?.value ?? NIL_VALUE;
  }

  getString(text: string): TValue {
    return this.#hash?.get(text)?.value ?? NIL_VALUE;
  }

  /** `key` may be any number: a fraction is simply not in the array. */
  getInteger(key: number): TValue {
    return this.#array[key - 1] ?? this.#hash?.get(key)?.value ?? NIL_VALUE;
  }

  /** Sets without asking for protection or metamethods. `key` is neither nil nor NaN. */
  set(key: TValue, value: TValue): void {
    if (key.type === INTEGER) {
      this.setInteger(key.value as number, value);
      return;
    }
    if (key.type === FLOAT && Number.isSafeInteger(key.value)) {
      this.setInteger((key.value as number) + 0, value);
      return;
    }
    this.#setHash(hashOf(key), key, value);
  }

  setInteger(key: number, value: TValue): void {
    const array = this.#array;
    const slot = array[key - 1];
    if (slot !== undefined) {
      if (value.type !== NIL) {
        if (slot.type === NIL) this.#used++;
        slot.type = value.type;
        slot.value = value.value;
      } else if (slot.type !== NIL) {
        slot.setnilvalue();
        this.#used--;
        if (key === array.length && key >= LARGE) this.#trim();
      }
      return;
    }
    if (key === array.length + 1) {
      if (value.type === NIL) return;
      if (!this.#isTooSparse()) {
        array.push(new TValueClass(value.type, value.value));
        this.#used++;
        if (this.#integers > 0) this.#swallow();
        return;
      }
      this.#spill();
    }
    this.#setHash(key, undefined, value);
  }

  /** Appends the values of a constructor; holes between them stay in the array, as in Lua. */
  setList(first: number, values: readonly TValue[], from: number, count: number): void {
    if (first !== this.#array.length + 1 || this.#integers > 0) {
      for (let i = 0; i < count; i++) this.setInteger(first + i, values[from + i]!);
      return;
    }
    for (let i = 0; i < count; i++) {
      const value = values[from + i]!;
      this.#array.push(new TValueClass(value.type, value.value));
      if (value.type !== NIL) this.#used++;
    }
  }

  /** Moves 1..`length` from `at` on up by one; `at` is at most `length` + 1. */
  insert(at: number, length: number, value: TValue): void {
    if (at > length) {
      this.setInteger(at, value);
      return;
    }
    // A hole after `length` is where the last one goes, so the array does not grow.
    this.#array.splice(length, 1);
    this.#array.splice(at - 1, 0, new TValueClass(value.type, value.value));
    if (value.type !== NIL) this.#used++;
    if (this.#integers > 0) this.#swallow();
  }

  /** Takes out what is at `at`, at most `length`, and moves what is after it, up to `length`, down by one. */
  remove(at: number, length: number): void {
    const [slot] = this.#array.splice(at - 1, 1);
    if (slot!.type !== NIL) this.#used--;
    if (length <= this.#array.length) this.#array.splice(length - 1, 0, new TValueClass(NIL, null));
  }

  /** The place in a traversal just after `key` (nil: the start); undefined when `key` was never in here. */
  cursorAfter(key: TValue): Cursor | undefined {
    if (key.type === NIL) return this.cursor();
    const number = key.type === INTEGER || key.type === FLOAT ? (key.value as number) : Number.NaN;
    if (this.#array[number - 1] !== undefined) return this.#cursorAt(number, this.#first);
    const entry = this.#hash?.get(hashOf(key));
    if (entry !== undefined) return this.#cursorAt(this.#array.length, entry.next);
    // A whole number that is nowhere was the end of the array when the caller saw it.
    return Number.isInteger(number) && number >= 1
      ? this.#cursorAt(this.#array.length, this.#first)
      : undefined;
  }

  /** A traversal in natural order: 1..n, then the other keys as they were inserted. */
  cursor(): Cursor {
    return this.#cursorAt(0, this.#first);
  }

  #cursorAt(index: number, entry: Entry | undefined): Cursor {
    return new Cursor(this.#array, index, entry, this.#entries);
  }

  #setHash(hash: unknown, key: TValue | undefined, value: TValue): void {
    const entry = this.#hash?.get(hash);
    if (value.type === NIL) {
      if (entry === undefined || entry.value.type === NIL) return;
      entry.value.setnilvalue();
      this.#unlink(entry);
      this.#tombstones++;
      if (isArrayKey(hash)) this.#integers--;
      return;
    }
    if (entry === undefined || entry.value.type === NIL) {
      if (entry !== undefined) this.#tombstones--;
      this.#append(hash, key ?? new TValueClass(INTEGER, hash), value);
      return;
    }
    entry.value.type = value.type;
    entry.value.value = value.value;
  }

  #append(hash: unknown, key: TValue, value: TValue): void {
    this.#hash ??= new Map();
    if (this.#tombstones > 8 && this.#tombstones * 2 >= this.#hash.size) this.#sweep(this.#hash);
    const entry: Entry = {
      key: new TValueClass(key.type, key.value),
      value: new TValueClass(value.type, value.value),
      number: this.#entries++,
      previous: this.#last,
      next: undefined,
    };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.#hash.set(hash, entry);
    if (isArrayKey(hash)) this.#integers++;
  }

  #sweep(hash: Map<unknown, Entry>): void {
    for (const [key, entry] of hash) if (entry.value.type === NIL) hash.delete(key);
    this.#tombstones = 0;
  }

  /** Takes an entry out of the chain. Its own `next` stays, for a traversal that stands on it. */
  #unlink(entry: Entry): void {
    if (entry.previous === undefined) this.#first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === undefined) this.#last = entry.previous;
    else entry.next.previous = entry.previous;
  }

  #trim(): void {
    const array = this.#array;
    while (array.length > 0 && array[array.length - 1]!.type === NIL) array.pop();
  }

  /** Moves n + 1, n + 2, … from the hash to the array. */
  #swallow(): void {
    const array = this.#array;
    const hash = this.#hash!;
    while (this.#integers > 0) {
      const key = array.length + 1;
      const entry = hash.get(key);
      if (entry === undefined) return;
      if (entry.value.type === NIL) return;
      hash.delete(key);
      this.#unlink(entry);
      array.push(new TValueClass(entry.value.type, entry.value.value));
      this.#used++;
      this.#integers--;
    }
  }

  /** Whether the array is mostly holes, as in a queue that is read at its head; asked at powers of two. */
  #isTooSparse(): boolean {
    const length = this.#array.length;
    return length >= 32 && (length & (length - 1)) === 0 && this.#used * 2 < length;
  }

  #spill(): void {
    const slots = this.#array.splice(0);
    this.#used = 0;
    for (const [i, slot] of slots.entries()) {
      if (slot.type !== NIL) this.#append(i + 1, new TValueClass(INTEGER, i + 1), slot);
    }
    this.#swallow();
  }
}
