import { adjustTop } from './calls.js';
import { concat } from './concat.js';
import { isFalse } from './instruction.js';
import type { State } from './state.js';
import { FRAME_LESS_THAN_FOR_LESS_EQUAL } from './tags.js';

enum Op {
  GetTabUp = 6,
  GetTable = 7,
  Self = 12,
  FirstArithmetic = 13,
  LastArithmetic = 26,
  Len = 28,
  Concat = 29,
  Eq = 31,
  Lt = 32,
  Le = 33,
  Call = 36,
  TForCall = 41,
}

/**
 * Completes the instruction during which a coroutine yielded, inside a metamethod or a call: puts the result
 * that is now on top of the stack where it belongs.
 */
export function finishInstruction(L: State): void {
  const { ci, stack } = L;
  const i = ci.l_code[ci.l_savedpc - 1]!;
  switch (i.opcode) {
    case Op.Eq:
    case Op.Lt:
    case Op.Le: {
      let result = !isFalse(stack[L.top - 1]!);
      if (ci.callstatus & FRAME_LESS_THAN_FOR_LESS_EQUAL) {
        ci.callstatus ^= FRAME_LESS_THAN_FOR_LESS_EQUAL;
        result = !result;
      }
      // The jump that follows is made when the comparison came out as wanted, else skipped.
      if (result !== (i.A === 1)) ci.l_savedpc++;
      return;
    }
    case Op.Concat:
      finishConcat(L, i.B, i.A);
      return;
    case Op.Call:
      if (i.C !== 0) adjustTop(L, ci.top);
      return;
    case Op.TForCall:
      adjustTop(L, ci.top);
      return;
    default:
      if (!putsResult(i.opcode)) return;
      stack[ci.l_base + i.A]!.setfrom(stack[L.top - 1]!);
      adjustTop(L, L.top - 1);
  }
}

function putsResult(opcode: number): boolean {
  return (
    opcode === Op.GetTabUp ||
    opcode === Op.GetTable ||
    opcode === Op.Self ||
    opcode === Op.Len ||
    (opcode >= Op.FirstArithmetic && opcode <= Op.LastArithmetic)
  );
}

function finishConcat(L: State, first: number, target: number): void {
  const { ci, stack } = L;
  const result = L.top - 1;
  const left = result - 1 - (ci.l_base + first);
  stack[result - 2]!.setfrom(stack[result]!);
  if (left > 1) {
    adjustTop(L, result - 1);
    concat(L, left);
  }
  stack[ci.l_base + target]!.setfrom(stack[L.top - 1]!);
  adjustTop(L, ci.top);
}
