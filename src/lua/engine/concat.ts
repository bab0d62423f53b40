import { ByteString } from './byte-string.js';
import { adjustTop } from './calls.js';
import { ltm } from './fengari.js';
import { formatFloat } from './numeral.js';
import type { State, TValue } from './state.js';
import { FLOAT, INTEGER, STRING, TM_CONCAT } from './tags.js';

/**
 * `..` over the topmost `total` values of the stack, which it replaces by the result. Every result is
 * measured before it is made.
 */
export function concat(L: State, total: number): void {
  const { stack } = L;
  let left = total;
  do {
    const top = L.top;
    let taken = 2;
    const right = textOf(stack[top - 1]!);
    if (right === undefined || textOf(stack[top - 2]!) === undefined) {
      ltm.luaT_trybinTM(L, stack[top - 2]!, stack[top - 1]!, stack[top - 2]!, TM_CONCAT);
    } else {
      let text = right;
      for (taken = 1; taken < left; taken++) {
        const piece = textOf(stack[top - taken - 1]!);
        if (piece === undefined) break;
        const length = piece.length + text.length;
        if (length > L.l_G.owner.maxStringBytes) L.l_G.owner.refuseString(L, length);
        text = piece + text;
      }
      stack[top - taken]!.setsvalue(new ByteString(text));
      if (text.length > LONG) L.l_G.owner.charge(L, text.length / BYTES_PER_INSTRUCTION);
    }
    left -= taken - 1;
    adjustTop(L, top - (taken - 1));
  } while (left > 1);
}

/** The text of a string or number, undefined for all else. */
export function textOf(slot: TValue): string | undefined {
  if (slot.type === STRING) return (slot.value as ByteString).text;
  if (slot.type === INTEGER) return String(slot.value);
  if (slot.type === FLOAT) return formatFloat(slot.value as number);
  return undefined;
}

/** Strings longer than this count as work; shorter ones are as cheap as any instruction. */
export const LONG = 4096;
/** Bytes moved in about the time of one instruction. */
export const BYTES_PER_INSTRUCTION = 64;
