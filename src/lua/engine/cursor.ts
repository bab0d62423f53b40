import { NIL_VALUE, TValueClass } from './fengari.js';
import type { TValue } from './state.js';
import { INTEGER, NIL } from './tags.js';

/** A key of a table's hash part with its value; entries are chained in the order they were inserted. */
export interface Entry {
  readonly key: TValue;
  readonly value: TValue;
  /** Counts the entries of the table as they were inserted. */
  readonly number: number;
  previous: Entry | undefined;
  next: Entry | undefined;
}

/**
 * A place in the traversal of a table. Fields may be cleared and changed meanwhile; keys that are added are not
 * visited, so a loop that adds keys as it goes comes to its end.
 */
export class Cursor {
  key: TValue = NIL_VALUE;
  value: TValue = NIL_VALUE;
  readonly #array: readonly TValue[];
  #index: number;
  readonly #length: number;
  #entry: Entry | undefined;
  readonly #newest: number;

  /** @param newest the number of the first entry that is too new to be visited */
  constructor(array: readonly TValue[], index: number, entry: Entry | undefined, newest: number) {
    this.#array = array;
    this.#index = index;
    this.#length = array.length;
    this.#entry = entry;
    this.#newest = newest;
  }

  /** Steps to the next pair, into `key` and `value`; false at the end. */
  step(): boolean {
    while (this.#index < this.#length) {
      const slot = this.#array[this.#index++];
      if (slot === undefined || slot.type === NIL) continue;
      this.key = new TValueClass(INTEGER, this.#index);
      this.value = slot;
      return true;
    }
    let entry = this.#entry;
    while (entry !== undefined && entry.value.type === NIL) entry = entry.next;
    if (entry === undefined || entry.number >= this.#newest) return false;
    this.#entry = entry.next;
    this.key = entry.key;
    this.value = entry.value;
    return true;
  }
}
