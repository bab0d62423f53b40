import { lvm, TValueClass } from '../engine/fengari.js';
import { isFalse, isNumber } from '../engine/instruction.js';
import { metafield } from '../engine/metafield.js';
import type { HostCode, State, TValue } from '../engine/state.js';
import type { ByteString } from '../engine/byte-string.js';
import type { Table } from '../engine/table.js';
import { NIL, STRING } from '../engine/tags.js';
import { checkFunction, checkTable, isNoneOrNil, argumentError } from './check.js';
import { getAt, lengthOf, setAt } from './element.js';
import { drive, PAUSE, type Steps } from './steps.js';

/** Elements that one `sort` takes on; the memory limit ends most tables before. */
const MAX_ELEMENTS = 10_000_000;
const COMPARISONS_PER_LOOK = 4096;

/**
 * `table.sort` as a merge sort over a copy: a comparator that contradicts itself gives some order and no
 * harm, one that yields may do so, and equal elements keep their order.
 */
export const sort: HostCode = (L) => {
  const table = checkTable(L, 1);
  const less = isNoneOrNil(L, 2) ? undefined : checkFunction(L, 2);
  const length = lengthOf(L, table);
  if (length > MAX_ELEMENTS) return argumentError(L, 1, 'array too big');
  return drive(L, sortSteps(L, table, length, less && new TValueClass(less.type, less.value)));
};

function* sortSteps(L: State, table: Table, length: number, less: TValue | undefined): Steps {
  let from: TValue[] = [];
  for (let i = 1; i <= length; i++) {
    const slot = getAt(L, table, i);
    from.push(new TValueClass(slot.type, slot.value));
    if (i % COMPARISONS_PER_LOOK === 0) yield PAUSE;
  }
  let to = new Array<TValue>(length);
  for (let width = 1; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      yield* merge(
        L,
        from,
        to,
        start,
        Math.min(start + width, length),
        Math.min(start + 2 * width, length),
        less,
      );
    }
    [from, to] = [to, from];
  }
  for (let i = 1; i <= length; i++) {
    setAt(L, table, i, from[i - 1]!);
    if (i % COMPARISONS_PER_LOOK === 0) yield PAUSE;
  }
  return [];
}

function* merge(
  L: State,
  from: readonly TValue[],
  to: TValue[],
  start: number,
  middle: number,
  end: number,
  less: TValue | undefined,
): Steps<void> {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takeRight = right < end && (left >= middle || (yield* isLess(L, from[right]!, from[left]!, less)));
    to[at] = takeRight ? from[right++]! : from[left++]!;
    if (at % COMPARISONS_PER_LOOK === 0) yield PAUSE;
  }
}

function* isLess(L: State, a: TValue, b: TValue, less: TValue | undefined): Steps<boolean> {
  if (less !== undefined) return !isFalse((yield { fn: less, args: [a, b] })!);
  if (isNumber(a) && isNumber(b)) return (a.value as number) < (b.value as number);
  if (a.type === STRING && b.type === STRING)
    return (a.value as ByteString).text < (b.value as ByteString).text;
  let method = metafield(L, a, '__lt');
  if (method.type === NIL) method = metafield(L, b, '__lt');
  if (method.type !== NIL) return !isFalse((yield { fn: method, args: [a, b] })!);
  // Neither order nor metamethod: raises the error that an operator would.
  return lvm.luaV_lessthan(L, a, b) === 1;
}
