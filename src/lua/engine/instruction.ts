import { toNumber } from './arithmetic.js';
import { ldebug, lfunc, lobject, lvm } from './fengari.js';
import { assign } from './assign.js';
import type { CallInfo, Instruction, LClosure, Proto, State, TValue } from './state.js';
import type { Table } from './table.js';
import { BOOLEAN, FLOAT, INTEGER, NIL, TABLE } from './tags.js';

/** The steps that several instructions share, and those that are longer than a line. */

export function isFalse(slot: TValue): boolean {
  return slot.type === NIL || (slot.type === BOOLEAN && slot.value === false);
}

export function isNumber(slot: TValue): boolean {
  return slot.type === INTEGER || slot.type === FLOAT;
}

/** A test is always followed by a jump: taken when the test holds, skipped when not. */
export function jumpIf(L: State, ci: CallInfo, code: Instruction[], holds: boolean): void {
  if (!holds) {
    ci.l_savedpc++;
    return;
  }
  const jump = code[ci.l_savedpc]!;
  if (jump.A !== 0) lfunc.luaF_close(L, ci.l_base + jump.A - 1);
  ci.l_savedpc += jump.sBx + 1;
}

/** Prepares `for v = init, limit, step` in the slots from `a`: one step back, since the loop steps first. */
export function prepareFor(L: State, stack: TValue[], a: number): void {
  const init = stack[a]!;
  const limit = stack[a + 1]!;
  const step = stack[a + 2]!;
  if (init.type === INTEGER && step.type === INTEGER) {
    const bound = integerLimit(limit, step.value as number);
    if (bound !== undefined) {
      limit.setivalue(bound);
      init.setivalue((init.value as number) - (step.value as number));
      return;
    }
  }
  const limitNumber = asNumber(L, limit, 'limit');
  const stepNumber = asNumber(L, step, 'step');
  const initNumber = asNumber(L, init, 'initial');
  limit.setfltvalue(limitNumber);
  step.setfltvalue(stepNumber);
  init.setfltvalue(initNumber - stepNumber);
}

/** Steps a numeric loop. @returns whether its body runs again. */
export function stepFor(stack: TValue[], a: number): boolean {
  const counter = stack[a]!;
  const limit = stack[a + 1]!.value as number;
  const step = stack[a + 2]!.value as number;
  const next = (counter.value as number) + step;
  if (step > 0 ? next > limit : limit > next) return false;
  if (Number.isNaN(next) || Number.isNaN(limit)) return false;
  counter.value = next;
  const variable = stack[a + 3]!;
  variable.type = counter.type;
  variable.value = next;
  return true;
}

/** The last whole number an integer loop may reach; undefined when the limit is no number. */
function integerLimit(limit: TValue, step: number): number | undefined {
  if (limit.type === INTEGER) return limit.value as number;
  const number = toNumber(limit);
  if (number === false) return undefined;
  if (Number.isNaN(number)) return step > 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  const rounded = step < 0 ? Math.ceil(number) : Math.floor(number);
  return Math.min(Math.max(rounded, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER) + 0;
}

function asNumber(L: State, slot: TValue, what: string): number {
  const number = toNumber(slot);
  if (number === false) {
    const name = what === 'initial' ? "'for' initial value" : `'for' ${what}`;
    return ldebug.luaG_runerror(L, Buffer.from(`${name} must be a number`));
  }
  return number;
}

/** `stack[result] = object[key]` */
export function index(L: State, stack: TValue[], object: TValue, key: TValue, result: number): void {
  if (object.type === TABLE) {
    const slot = (object.value as Table).get(key);
    if (slot.type !== NIL || (object.value as Table).metatable === null) {
      stack[result]!.setfrom(slot);
      return;
    }
  }
  lvm.luaV_gettable(L, object, key, result);
}

/** `object[key] = value` */
export function setIndex(L: State, object: TValue, key: TValue, value: TValue): void {
  if (object.type === TABLE && (object.value as Table).metatable === null) {
    assign(L, object.value as Table, key, value);
  } else lvm.settable(L, object, key, value);
}

export function makeClosure(L: State, proto: Proto, upvals: TValue[], base: number): LClosure {
  const closure = new lobject.LClosure(L, proto.upvalues.length);
  closure.p = proto;
  const wanted = proto.upvalues;
  for (let j = 0; j < wanted.length; j++) {
    const upvalue = wanted[j]!;
    closure.upvals[j] = upvalue.instack ? lfunc.luaF_findupval(L, base + upvalue.idx) : upvals[upvalue.idx]!;
  }
  return closure;
}
