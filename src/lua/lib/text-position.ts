import { coreOf } from '../core.js';
import { BYTES_PER_INSTRUCTION, LONG } from '../engine/concat.js';
import { pushText } from '../engine/stack.js';
import type { State } from '../engine/state.js';

/** A position as Lua counts: from 1, or back from the end. */
export function absolute(position: number, length: number): number {
  if (position >= 0) return position;
  return -position > length ? 0 : length + position + 1;
}

/** Pushes a string that a library function has made; a long one counts as work. */
export function pushMade(L: State, text: string): number {
  if (text.length > LONG) coreOf(L).charge(L, text.length / BYTES_PER_INSTRUCTION);
  pushText(L, text);
  return 1;
}
