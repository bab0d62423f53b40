import { coreOf } from '../core.js';
import { lapi, ldo } from '../engine/fengari.js';
import { pop, pushSlot, reserve } from '../engine/stack.js';
import type { State, TValue } from '../engine/state.js';

/** Asks the driver to call a Lua function; its first result comes back. */
export interface CallStep {
  readonly fn: TValue;
  readonly args: readonly TValue[];
}

/** Asks the driver to look at the limits, and to let the event loop turn when it is time. */
export const PAUSE = Symbol('pause');

/**
 * A library function in steps. As a generator it can call back into Lua and be suspended there, where a
 * plain function would block every yield: comparators of `sort` and callbacks of `gsub` may wait. It returns
 * its results; what it takes from the stack it must copy, since slots change.
 */
export type Steps<T = readonly TValue[]> = Generator<CallStep | typeof PAUSE, T, TValue | undefined>;

/** Runs a library function that is written in steps. @returns the number of results pushed */
export function drive(L: State, steps: Steps, input?: TValue): number {
  let answer = input;
  for (;;) {
    const step = steps.next(answer);
    if (step.done) return pushResults(L, step.value);
    answer = undefined;
    if (step.value === PAUSE) {
      if (coreOf(L).checkpoint(L)) return ldo.lua_yieldk(L, 0, steps, afterPause);
    } else {
      const { fn, args } = step.value;
      reserve(L, args.length + 2);
      pushSlot(L, fn);
      for (const arg of args) pushSlot(L, arg);
      lapi.lua_callk(L, args.length, 1, steps, afterCall);
      answer = pop(L);
    }
  }
}

function afterPause(L: State, _status: number, steps: unknown): number {
  return drive(L, steps as Steps);
}

function afterCall(L: State, _status: number, steps: unknown): number {
  return drive(L, steps as Steps, pop(L));
}

function pushResults(L: State, results: readonly TValue[]): number {
  reserve(L, results.length);
  for (const result of results) pushSlot(L, result);
  return results.length;
}
