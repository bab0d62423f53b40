import { arithmetic, setNumber } from './arithmetic.js';
import { adjustTop, enter, leave, replaceFrame } from './calls.js';
import { concat } from './concat.js';
import { ldebug, ldo, lfunc, lvm } from './fengari.js';
import {
  index,
  isFalse,
  isNumber,
  jumpIf,
  makeClosure,
  prepareFor,
  setIndex,
  stepFor,
} from './instruction.js';
import type { CallInfo, LClosure, Proto, State, TValue } from './state.js';
import { Table } from './table.js';
import { FRAME_FRESH, INTEGER, MULTIPLE_RESULTS, NIL, TM_ADD, TM_SUB } from './tags.js';

/** Operands from here on are constants. */
const K = 256;
/** Items that one instruction adds to a constructed table. */
const LIST_BATCH = 50;
/** From an arithmetic instruction to the number of its metamethod. */
const TO_EVENT = -7;

/**
 * Runs the Lua function on top of the call stack until it returns, with all Lua functions it calls. This
 * is fengari's instruction loop written anew, for exact integers, natural table order and measured strings.
 *
 * Cases are plain numbers, Lua 5.3's own: only of those does V8 make a jump table, and names take twice the time.
 */
export function execute(L: State): void {
  L.ci.callstatus |= FRAME_FRESH;
  let ci: CallInfo | undefined = L.ci;
  while (ci !== undefined) {
    const closure = ci.func.value as LClosure;
    ci = runFrame(L, L.stack, ci, closure.upvals, closure.p, closure.p.k, ci.l_base);
  }
}

/** Runs one frame. @returns the frame to go on with, undefined when the outermost one has returned. */
function runFrame(
  L: State,
  stack: TValue[],
  ci: CallInfo,
  upvals: TValue[],
  proto: Proto,
  k: TValue[],
  base: number,
): CallInfo | undefined {
  const code = ci.l_code;
  for (;;) {
    const i = code[ci.l_savedpc++]!;
    // The count hook: keeps the limits and the event loop.
    if (L.hookcount === 1) ldebug.luaG_traceexec(L);
    else L.hookcount--;
    const a = base + i.A;
    switch (i.opcode) {
      case 0: // Move
        copy(stack[a]!, stack[base + i.B]!);
        break;
      case 1: // LoadK
        copy(stack[a]!, k[i.Bx]!);
        break;
      case 2: // LoadKX
        copy(stack[a]!, k[code[ci.l_savedpc++]!.Ax]!);
        break;
      case 3: // LoadBool
        stack[a]!.setbvalue(i.B !== 0);
        if (i.C !== 0) ci.l_savedpc++;
        break;
      case 4: // LoadNil
        for (let j = 0; j <= i.B; j++) stack[a + j]!.setnilvalue();
        break;
      case 5: // GetUpval
        copy(stack[a]!, upvals[i.B]!);
        break;
      case 9: // SetUpval
        copy(upvals[i.B]!, stack[a]!);
        break;
      case 6: // GetTabUp
        index(L, stack, upvals[i.B]!, i.C >= K ? k[i.C - K]! : stack[base + i.C]!, a);
        break;
      case 7: // GetTable
        index(L, stack, stack[base + i.B]!, i.C >= K ? k[i.C - K]! : stack[base + i.C]!, a);
        break;
      case 8: // SetTabUp
        setIndex(L, upvals[i.A]!, i.B >= K ? k[i.B - K]! : stack[base + i.B]!, rk(stack, k, base, i.C));
        break;
      case 10: // SetTable
        setIndex(L, stack[a]!, i.B >= K ? k[i.B - K]! : stack[base + i.B]!, rk(stack, k, base, i.C));
        break;
      case 11: // NewTable
        stack[a]!.sethvalue(new Table(L));
        break;
      case 12: // Self
        copy(stack[a + 1]!, stack[base + i.B]!);
        index(L, stack, stack[a + 1]!, rk(stack, k, base, i.C), a);
        break;
      case 13: {
        // Add
        const x = i.B >= K ? k[i.B - K]! : stack[base + i.B]!;
        const y = i.C >= K ? k[i.C - K]! : stack[base + i.C]!;
        if (x.type === INTEGER && y.type === INTEGER) {
          setNumber(stack[a]!, (x.value as number) + (y.value as number));
        } else arithmetic(L, TM_ADD, x, y, stack[a]!);
        break;
      }
      case 14: {
        // Sub
        const x = i.B >= K ? k[i.B - K]! : stack[base + i.B]!;
        const y = i.C >= K ? k[i.C - K]! : stack[base + i.C]!;
        if (x.type === INTEGER && y.type === INTEGER) {
          setNumber(stack[a]!, (x.value as number) - (y.value as number));
        } else arithmetic(L, TM_SUB, x, y, stack[a]!);
        break;
      }
      case 15: // Mul
      case 16: // Mod
      case 17: // Pow
      case 18: // Div
      case 19: // IDiv
      case 20: // BAnd
      case 21: // BOr
      case 22: // BXor
      case 23: // Shl
      case 24: // Shr
        arithmetic(L, i.opcode + TO_EVENT, rk(stack, k, base, i.B), rk(stack, k, base, i.C), stack[a]!);
        break;
      case 25: // Unm
      case 26: // BNot
        arithmetic(L, i.opcode + TO_EVENT, stack[base + i.B]!, stack[base + i.B]!, stack[a]!);
        break;
      case 27: // Not
        stack[a]!.setbvalue(isFalse(stack[base + i.B]!));
        break;
      case 28: // Len
        lvm.luaV_objlen(L, stack[a]!, stack[base + i.B]!);
        break;
      case 29: // Concat
        adjustTop(L, base + i.C + 1);
        concat(L, i.C - i.B + 1);
        copy(stack[a]!, stack[base + i.B]!);
        adjustTop(L, ci.top);
        break;
      case 30: // Jmp
        if (i.A !== 0) lfunc.luaF_close(L, a - 1);
        ci.l_savedpc += i.sBx;
        break;
      case 31: {
        // Eq
        const x = i.B >= K ? k[i.B - K]! : stack[base + i.B]!;
        const y = i.C >= K ? k[i.C - K]! : stack[base + i.C]!;
        jumpIf(L, ci, code, lvm.luaV_equalobj(L, x, y) === i.A);
        break;
      }
      case 32: {
        // Lt
        const x = i.B >= K ? k[i.B - K]! : stack[base + i.B]!;
        const y = i.C >= K ? k[i.C - K]! : stack[base + i.C]!;
        const less =
          isNumber(x) && isNumber(y)
            ? +((x.value as number) < (y.value as number))
            : lvm.luaV_lessthan(L, x, y);
        jumpIf(L, ci, code, less === i.A);
        break;
      }
      case 33: {
        // Le
        const x = i.B >= K ? k[i.B - K]! : stack[base + i.B]!;
        const y = i.C >= K ? k[i.C - K]! : stack[base + i.C]!;
        const less =
          isNumber(x) && isNumber(y)
            ? +((x.value as number) <= (y.value as number))
            : lvm.luaV_lessequal(L, x, y);
        jumpIf(L, ci, code, less === i.A);
        break;
      }
      case 34: // Test
        jumpIf(L, ci, code, isFalse(stack[a]!) === (i.C === 0));
        break;
      case 35: {
        // TestSet
        const value = stack[base + i.B]!;
        const taken = isFalse(value) === (i.C === 0);
        if (taken) copy(stack[a]!, value);
        jumpIf(L, ci, code, taken);
        break;
      }
      case 36: {
        // Call
        if (i.B !== 0) adjustTop(L, a + i.B);
        if (!enter(L, a, i.C - 1)) return L.ci;
        if (i.C !== 0) adjustTop(L, ci.top);
        break;
      }
      case 37: // TailCall
        if (i.B !== 0) adjustTop(L, a + i.B);
        if (!enter(L, a, MULTIPLE_RESULTS)) return replaceFrame(L, proto);
        break;
      case 38: {
        // Return
        if (proto.p.length > 0) lfunc.luaF_close(L, base);
        const fixed = leave(L, ci, a, i.B !== 0 ? i.B - 1 : L.top - a);
        if (ci.callstatus & FRAME_FRESH) return undefined;
        if (fixed) adjustTop(L, L.ci.top);
        return L.ci;
      }
      case 39: // ForLoop
        if (stepFor(stack, a)) ci.l_savedpc += i.sBx;
        break;
      case 40: // ForPrep
        prepareFor(L, stack, a);
        ci.l_savedpc += i.sBx;
        break;
      case 41: // TForCall
        copy(stack[a + 5]!, stack[a + 2]!);
        copy(stack[a + 4]!, stack[a + 1]!);
        copy(stack[a + 3]!, stack[a]!);
        adjustTop(L, a + 6);
        ldo.luaD_call(L, a + 3, i.C);
        adjustTop(L, ci.top);
        break;
      case 42: // TForLoop
        if (stack[a + 1]!.type !== NIL) {
          copy(stack[a]!, stack[a + 1]!);
          ci.l_savedpc += i.sBx;
        }
        break;
      case 43: {
        // SetList
        const count = i.B !== 0 ? i.B : L.top - a - 1;
        const batch = i.C !== 0 ? i.C : code[ci.l_savedpc++]!.Ax;
        (stack[a]!.value as Table).setList((batch - 1) * LIST_BATCH + 1, stack, a + 1, count);
        adjustTop(L, ci.top);
        break;
      }
      case 44: // Closure
        stack[a]!.setclLvalue(makeClosure(L, proto.p[i.Bx]!, upvals, base));
        break;
      case 45: {
        // VarArg
        const given = Math.max(0, base - ci.funcOff - proto.numparams - 1);
        const wanted = i.B !== 0 ? i.B - 1 : given;
        if (i.B === 0) {
          ldo.luaD_checkstack(L, given);
          adjustTop(L, a + given);
        }
        for (let j = 0; j < wanted; j++) {
          if (j < given) copy(stack[a + j]!, stack[base - given + j]!);
          else stack[a + j]!.setnilvalue();
        }
        break;
      }
      default:
        throw new Error(`the code generator made an instruction ${i.opcode}, which Lua 5.3 does not have`);
    }
  }
}

function copy(to: TValue, from: TValue): void {
  to.type = from.type;
  to.value = from.value;
}

/** An operand that is a register or a constant. */
function rk(stack: TValue[], k: TValue[], base: number, operand: number): TValue {
  return operand >= K ? k[operand - K]! : stack[base + operand]!;
}
