import { toInteger } from '../engine/arithmetic.js';
import { lvm, TValueClass } from '../engine/fengari.js';
import { isNumber } from '../engine/instruction.js';
import { raise } from '../engine/raise.js';
import {
  argument,
  argumentCount,
  push,
  pushBoolean,
  pushNil,
  pushNumber,
  pushSlot,
  pushText,
} from '../engine/stack.js';
import type { HostCode, State, TValue } from '../engine/state.js';
import { FLOAT, INTEGER } from '../engine/tags.js';
import { argumentError, checkAny, checkInteger, checkNumber, isNoneOrNil, optionalNumber } from './check.js';
import type { Library } from './library.js';
import { plainText } from './tostring.js';
import { Random } from './random.js';

/** Lua's `math`, less what depends on a clock: `random` starts from the seed of the VM. */
export function mathLibrary(seed: string): Library {
  return {
    abs: (L) => {
      const number = numberArgument(L, 1);
      return result(L, number.type, Math.abs(number.value));
    },
    acos: float(Math.acos),
    asin: float(Math.asin),
    atan: (L) => result(L, FLOAT, Math.atan2(checkNumber(L, 1), optionalNumber(L, 2, 1))),
    ceil: rounded(Math.ceil),
    cos: float(Math.cos),
    deg: float((x) => x * (180 / Math.PI)),
    exp: float(Math.exp),
    floor: rounded(Math.floor),
    fmod,
    huge: new TValueClass(FLOAT, Number.POSITIVE_INFINITY),
    log,
    max: extreme((L, best, next) => lvm.luaV_lessthan(L, best, next) === 1),
    maxinteger: new TValueClass(INTEGER, Number.MAX_SAFE_INTEGER),
    min: extreme((L, best, next) => lvm.luaV_lessthan(L, next, best) === 1),
    mininteger: new TValueClass(INTEGER, Number.MIN_SAFE_INTEGER),
    modf,
    pi: new TValueClass(FLOAT, Math.PI),
    rad: float((x) => x * (Math.PI / 180)),
    sin: float(Math.sin),
    sqrt: float(Math.sqrt),
    tan: float(Math.tan),
    tointeger: (L) => {
      const integer = toInteger(checkAny(L, 1));
      if (integer === false) pushNil(L);
      else pushNumber(L, integer);
      return 1;
    },
    type: (L) => {
      const value = checkAny(L, 1);
      if (isNumber(value)) pushText(L, value.type === INTEGER ? 'integer' : 'float');
      else pushNil(L);
      return 1;
    },
    ult: (L) => {
      const [a, b] = [checkInteger(L, 1), checkInteger(L, 2)];
      pushBoolean(L, a < 0 === b < 0 ? a < b : b < 0);
      return 1;
    },
    ...randomLibrary(seed),
  };
}

function randomLibrary(seed: string): Library {
  const random = new Random(seed);
  return {
    random: (L) => {
      const count = argumentCount(L);
      if (count === 0) return result(L, FLOAT, random.next());
      if (count > 2) return raise(L, 'wrong number of arguments');
      const low = count === 1 ? 1 : checkInteger(L, 1);
      const high = checkInteger(L, count);
      if (low > high) return argumentError(L, count, 'interval is empty');
      if (!Number.isSafeInteger(high - low + 1)) return argumentError(L, count, 'interval too large');
      return result(L, INTEGER, low + Math.floor(random.next() * (high - low + 1)));
    },
    randomseed: (L) => {
      random.seed(`${seed} ${plainText(L, checkAny(L, 1))}`);
      return 0;
    },
  };
}

function result(L: State, type: number, value: number): number {
  push(L, type, value);
  return 1;
}

function float(operation: (x: number) => number): HostCode {
  return (L) => result(L, FLOAT, operation(checkNumber(L, 1)));
}

/** An integer when the rounded value can be one. */
function rounded(operation: (x: number) => number): HostCode {
  return (L) => {
    pushNumber(L, operation(checkNumber(L, 1)));
    return 1;
  };
}

function fmod(L: State): number {
  const a = numberArgument(L, 1);
  const b = numberArgument(L, 2);
  if (a.type !== INTEGER || b.type !== INTEGER) return result(L, FLOAT, a.value % b.value);
  if (b.value === 0) return argumentError(L, 2, 'zero');
  return result(L, INTEGER, (a.value % b.value) + 0);
}

function log(L: State): number {
  const x = checkNumber(L, 1);
  if (isNoneOrNil(L, 2)) return result(L, FLOAT, Math.log(x));
  const base = checkNumber(L, 2);
  if (base === 2) return result(L, FLOAT, Math.log2(x));
  if (base === 10) return result(L, FLOAT, Math.log10(x));
  return result(L, FLOAT, Math.log(x) / Math.log(base));
}

function modf(L: State): number {
  const x = checkNumber(L, 1);
  const whole = Math.trunc(x);
  pushNumber(L, whole);
  push(L, FLOAT, Math.abs(x) === Number.POSITIVE_INFINITY ? 0 : x - whole);
  return 2;
}

function extreme(replaces: (L: State, best: TValue, next: TValue) => boolean): HostCode {
  return (L) => {
    if (argumentCount(L) === 0) return argumentError(L, 1, 'value expected');
    let best = argument(L, 1)!;
    for (let n = 2; n <= argumentCount(L); n++) {
      const next = argument(L, n)!;
      if (replaces(L, best, next)) best = next;
    }
    pushSlot(L, best);
    return 1;
  };
}

/** An argument that is a number, or a string that denotes one, as a number of its own kind. */
function numberArgument(L: State, n: number): TValue & { value: number } {
  const slot = argument(L, n);
  if (slot !== undefined && isNumber(slot)) return slot as TValue & { value: number };
  const number = checkNumber(L, n);
  return new TValueClass(FLOAT, number) as TValue & { value: number };
}
