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
import { FRAME_FRESH, INTEGER, MULTIPLE_RESULTS, NIL } from './tags.js';

/** Lua 5.3's instructions by number. */
// biome-ignore lint/suspicious/noConstEnum: the cases of the loop must be constants, or it takes twice the time
const enum Op {
  Move = 0,
  LoadK = 1,
  LoadKX = 2,
  LoadBool = 3,
  LoadNil = 4,
  GetUpval = 5,
  GetTabUp = 6,
  GetTable = 7,
  SetTabUp = 8,
  SetUpval = 9,
  SetTable = 10,
  NewTable = 11,
  Self = 12,
  Add = 13,
  Sub = 14,
  Mul = 15,
  Mod = 16,
  Pow = 17,
  Div = 18,
  IDiv = 19,
  BAnd = 20,
  BOr = 21,
  BXor = 22,
  Shl = 23,
  Shr = 24,
  Unm = 25,
  BNot = 26,
  Not = 27,
  Len = 28,
  Concat = 29,
  Jmp = 30,
  Eq = 31,
  Lt = 32,
  Le = 33,
  Test = 34,
  TestSet = 35,
  Call = 36,
  TailCall = 37,
  Return = 38,
  ForLoop = 39,
  ForPrep = 40,
  TForCall = 41,
  TForLoop = 42,
  SetList = 43,
  Closure = 44,
  VarArg = 45,
}

/** Operands from here on are constants. */
const K = 256;
/** Items that one instruction adds to a constructed table. */
const LIST_BATCH = 50;
/** From an arithmetic instruction to the number of its metamethod. */
const TO_EVENT = -7;

/**
 * Runs the Lua function on top of the call stack until it returns, with all Lua functions it calls. This
 * is fengari's instruction loop written anew, for exact integers, natural table order and measured strings.
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
      case Op.Move:
        copy(stack[a]!, stack[base + i.B]!);
        break;
      case Op.LoadK:
        copy(stack[a]!, k[i.Bx]!);
        break;
      case Op.LoadKX:
        copy(stack[a]!, k[code[ci.l_savedpc++]!.Ax]!);
        break;
      case Op.LoadBool:
        stack[a]!.setbvalue(i.B !== 0);
        if (i.C !== 0) ci.l_savedpc++;
        break;
      case Op.LoadNil:
        for (let j = 0; j <= i.B; j++) stack[a + j]!.setnilvalue();
        break;
      case Op.GetUpval:
        copy(stack[a]!, upvals[i.B]!);
        break;
      case Op.SetUpval:
        copy(upvals[i.B]!, stack[a]!);
        break;
      case Op.GetTabUp:
        index(L, stack, upvals[i.B]!, i.C >= K ? k[i.C - K]! : stack[base + i.C]!, a);
        break;
      case Op.GetTable:
        index(L, stack, stack[base + i.B]!, i.C >= K ? k[i.C - K]! : stack[base + i.C]!, a);
        break;
      case Op.SetTabUp:
        setIndex(L, upvals[i.A]!, i.B >= K ? k[i.B - K]! : stack[base + i.B]!, rk(stack, k, base, i.C));
        break;
      case Op.SetTable:
        setIndex(L, stack[a]!, i.B >= K ? k[i.B - K]! : stack[base + i.B]!, rk(stack, k, base, i.C));
        break;
      case Op.NewTable:
        stack[a]!.sethvalue(new Table(L));
        break;
      case Op.Self:
        copy(stack[a + 1]!, stack[base + i.B]!);
        index(L, stack, stack[a + 1]!, rk(stack, k, base, i.C), a);
        break;
      case Op.Add: {
        const x = i.B >= K ? k[i.B - K]! : stack[base + i.B]!;
        const y = i.C >= K ? k[i.C - K]! : stack[base + i.C]!;
        if (x.type === INTEGER && y.type === INTEGER) {
          setNumber(stack[a]!, (x.value as number) + (y.value as number));
        } else arithmetic(L, Op.Add + TO_EVENT, x, y, stack[a]!);
        break;
      }
      case Op.Sub: {
        const x = i.B >= K ? k[i.B - K]! : stack[base + i.B]!;
        const y = i.C >= K ? k[i.C - K]! : stack[base + i.C]!;
        if (x.type === INTEGER && y.type === INTEGER) {
          setNumber(stack[a]!, (x.value as number) - (y.value as number));
        } else arithmetic(L, Op.Sub + TO_EVENT, x, y, stack[a]!);
        break;
      }
      case Op.Mul:
      case Op.Mod:
      case Op.Pow:
      case Op.Div:
      case Op.IDiv:
      case Op.BAnd:
      case Op.BOr:
      case Op.BXor:
      case Op.Shl:
      case Op.Shr:
        arithmetic(L, i.opcode + TO_EVENT, rk(stack, k, base, i.B), rk(stack, k, base, i.C), stack[a]!);
        break;
      case Op.Unm:
      case Op.BNot:
        arithmetic(L, i.opcode + TO_EVENT, stack[base + i.B]!, stack[base + i.B]!, stack[a]!);
        break;
      case Op.Not:
        stack[a]!.setbvalue(isFalse(stack[base + i.B]!));
        break;
      case Op.Len:
        lvm.luaV_objlen(L, stack[a]!, stack[base + i.B]!);
        break;
      case Op.Concat:
        adjustTop(L, base + i.C + 1);
        concat(L, i.C - i.B + 1);
        copy(stack[a]!, stack[base + i.B]!);
        adjustTop(L, ci.top);
        break;
      case Op.Jmp:
        if (i.A !== 0) lfunc.luaF_close(L, a - 1);
        ci.l_savedpc += i.sBx;
        break;
      case Op.Eq: {
        const x = i.B >= K ? k[i.B - K]! : stack[base + i.B]!;
        const y = i.C >= K ? k[i.C - K]! : stack[base + i.C]!;
        jumpIf(L, ci, code, lvm.luaV_equalobj(L, x, y) === i.A);
        break;
      }
      case Op.Lt: {
        const x = i.B >= K ? k[i.B - K]! : stack[base + i.B]!;
        const y = i.C >= K ? k[i.C - K]! : stack[base + i.C]!;
        const less =
          isNumber(x) && isNumber(y)
            ? +((x.value as number) < (y.value as number))
            : lvm.luaV_lessthan(L, x, y);
        jumpIf(L, ci, code, less === i.A);
        break;
      }
      case Op.Le: {
        const x = i.B >= K ? k[i.B - K]! : stack[base + i.B]!;
        const y = i.C >= K ? k[i.C - K]! : stack[base + i.C]!;
        const less =
          isNumber(x) && isNumber(y)
            ? +((x.value as number) <= (y.value as number))
            : lvm.luaV_lessequal(L, x, y);
        jumpIf(L, ci, code, less === i.A);
        break;
      }
      case Op.Test:
        jumpIf(L, ci, code, isFalse(stack[a]!) === (i.C === 0));
        break;
      case Op.TestSet: {
        const value = stack[base + i.B]!;
        const taken = isFalse(value) === (i.C === 0);
        if (taken) copy(stack[a]!, value);
        jumpIf(L, ci, code, taken);
        break;
      }
      case Op.Call: {
        if (i.B !== 0) adjustTop(L, a + i.B);
        if (!enter(L, a, i.C - 1)) return L.ci;
        if (i.C !== 0) adjustTop(L, ci.top);
        break;
      }
      case Op.TailCall:
        if (i.B !== 0) adjustTop(L, a + i.B);
        if (!enter(L, a, MULTIPLE_RESULTS)) return replaceFrame(L, proto);
        break;
      case Op.Return: {
        if (proto.p.length > 0) lfunc.luaF_close(L, base);
        const fixed = leave(L, ci, a, i.B !== 0 ? i.B - 1 : L.top - a);
        if (ci.callstatus & FRAME_FRESH) return undefined;
        if (fixed) adjustTop(L, L.ci.top);
        return L.ci;
      }
      case Op.ForLoop:
        if (stepFor(stack, a)) ci.l_savedpc += i.sBx;
        break;
      case Op.ForPrep:
        prepareFor(L, stack, a);
        ci.l_savedpc += i.sBx;
        break;
      case Op.TForCall:
        copy(stack[a + 5]!, stack[a + 2]!);
        copy(stack[a + 4]!, stack[a + 1]!);
        copy(stack[a + 3]!, stack[a]!);
        adjustTop(L, a + 6);
        ldo.luaD_call(L, a + 3, i.C);
        adjustTop(L, ci.top);
        break;
      case Op.TForLoop:
        if (stack[a + 1]!.type !== NIL) {
          copy(stack[a]!, stack[a + 1]!);
          ci.l_savedpc += i.sBx;
        }
        break;
      case Op.SetList: {
        const count = i.B !== 0 ? i.B : L.top - a - 1;
        const batch = i.C !== 0 ? i.C : code[ci.l_savedpc++]!.Ax;
        (stack[a]!.value as Table).setList((batch - 1) * LIST_BATCH + 1, stack, a + 1, count);
        adjustTop(L, ci.top);
        break;
      }
      case Op.Closure:
        stack[a]!.setclLvalue(makeClosure(L, proto.p[i.Bx]!, upvals, base));
        break;
      case Op.VarArg: {
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
