import { ByteString } from './byte-string.js';
import { adjustTop } from './calls.js';
import { ldo, TValueClass } from './fengari.js';
import type { State, TValue } from './state.js';
import { BOOLEAN, FLOAT, INTEGER, NIL, STRING } from './tags.js';

/** Small steps on a thread's stack. A host function may push some twenty values without asking. */

/** The `n`th argument of the running host function, from 1; undefined when fewer were given. */
export function argument(L: State, n: number): TValue | undefined {
  const at = L.ci.funcOff + n;
  return at < L.top ? L.stack[at] : undefined;
}

export function argumentCount(L: State): number {
  return L.top - (L.ci.funcOff + 1);
}

export function push(L: State, type: number, value: unknown): void {
  L.stack[L.top++] = new TValueClass(type, value);
}

export function pushSlot(L: State, slot: TValue): void {
  L.stack[L.top++] = new TValueClass(slot.type, slot.value);
}

export function pushNil(L: State): void {
  push(L, NIL, null);
}

export function pushBoolean(L: State, value: boolean): void {
  push(L, BOOLEAN, value);
}

/** @param text a byte string */
export function pushText(L: State, text: string): void {
  push(L, STRING, new ByteString(text));
}

/** Pushes a whole number as an integer, any other as a float. */
export function pushNumber(L: State, value: number): void {
  if (Number.isSafeInteger(value)) push(L, INTEGER, value + 0);
  else push(L, FLOAT, value);
}

/** Makes room for `n` more values, above the twenty that every host function has. */
export function reserve(L: State, n: number): void {
  ldo.luaD_checkstack(L, n);
  if (L.ci.top < L.top + n) L.ci.top = L.top + n;
}

/** Takes the topmost value off. */
export function pop(L: State): TValue {
  const slot = L.stack[--L.top]!;
  // The slot is the caller's now.
  delete L.stack[L.top];
  return slot;
}

/** Drops values until `count` arguments of the running host function are left, or fills up with nil. */
export function setCount(L: State, count: number): void {
  adjustTop(L, L.ci.funcOff + 1 + count);
}

/** Copies of the values from the `n`th argument on: slots of the stack change under their holder's feet. */
export function argumentsFrom(L: State, n: number): TValue[] {
  const values: TValue[] = [];
  for (let at = L.ci.funcOff + n; at < L.top; at++) {
    const slot = L.stack[at]!;
    values.push(new TValueClass(slot.type, slot.value));
  }
  return values;
}

/** Moves the topmost `count` values from one thread to another. */
export function move(from: State, to: State, count: number): void {
  reserve(to, count);
  const first = from.top - count;
  for (let at = first; at < from.top; at++) pushSlot(to, from.stack[at]!);
  adjustTop(from, first);
}
