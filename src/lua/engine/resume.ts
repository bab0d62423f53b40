import { ldo } from './fengari.js';
import type { State } from './state.js';
import { STATUS_ERROR, STATUS_NATIVE, STATUS_YIELD } from './tags.js';

/**
 * Starts a thread, or lets it go on, with the topmost `count` values of its stack. @returns its status;
 * STATUS_NATIVE when a JavaScript exception ended it that was not made a Lua error: an interrupt, or no room
 * on JavaScript's stack for the error. (Fengari then reports an error without a value, or fails itself.)
 */
export function resumeThread(L: State, from: State | null, count: number): number {
  let status: number;
  try {
    status = ldo.lua_resume(L, from, count);
  } catch (error) {
    if (!isFailedCheck(error) && !(error instanceof RangeError)) throw error;
    status = STATUS_NATIVE;
  }
  if (status <= STATUS_YIELD || status === L.status) return status;
  L.status = STATUS_ERROR;
  return STATUS_NATIVE;
}

/** Fengari checks its own state after each resume; an interrupt leaves it in disorder, on a thread that is over. */
function isFailedCheck(error: unknown): boolean {
  return error instanceof Error && error.message === 'assertion failed';
}
