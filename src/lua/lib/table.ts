import { coreOf } from '../core.js';
import { textOf } from '../engine/concat.js';
import { NIL_VALUE, TValueClass } from '../engine/fengari.js';
import { raise } from '../engine/raise.js';
import {
  argument,
  argumentCount,
  argumentsFrom,
  push,
  pushSlot,
  pushText,
  reserve,
} from '../engine/stack.js';
import type { HostCode, State, TValue } from '../engine/state.js';
import { Table } from '../engine/table.js';
import { INTEGER, NIL, TABLE } from '../engine/tags.js';
import { typeName } from '../engine/type-name.js';
import {
  checkInteger,
  checkTable,
  argumentError,
  isNoneOrNil,
  optionalInteger,
  optionalText,
} from './check.js';
import { getAt, isPlain, lengthOf, setAt } from './element.js';
import { type Library, textSlot } from './library.js';
import { sort } from './sort.js';
import { drive, PAUSE, type Steps } from './steps.js';

/** Results that one call may give; a thread's stack holds some more. */
const MAX_RESULTS = 100_000;
/** Accesses between two looks at the limits, in functions that may make very many. */
const ACCESSES_PER_LOOK = 4096;

const concat: HostCode = (L) => {
  const table = checkTable(L, 1);
  const separator = optionalText(L, 2, '');
  const first = optionalInteger(L, 3, 1);
  const last = isNoneOrNil(L, 4) ? lengthOf(L, table) : checkInteger(L, 4);
  const core = coreOf(L);
  const pieces: string[] = [];
  let bytes = 0;
  for (let i = first; i <= last; i++) {
    const value = getAt(L, table, i);
    const text = textOf(value);
    if (text === undefined) {
      return raise(L, `invalid value (${typeName(value)}) at index ${i} in table for 'concat'`);
    }
    bytes += text.length + (i > first ? separator.length : 0);
    if (bytes > core.maxStringBytes) core.refuseString(L, bytes);
    pieces.push(text);
  }
  core.charge(L, pieces.length);
  pushText(L, pieces.join(separator));
  return 1;
};

const insert: HostCode = (L) => {
  const table = checkTable(L, 1);
  const end = lengthOf(L, table) + 1;
  const count = argumentCount(L);
  if (count !== 2 && count !== 3) return raise(L, "wrong number of arguments to 'insert'");
  const at = count === 2 ? end : checkInteger(L, 2);
  if (at < 1 || at > end) return argumentError(L, 2, 'position out of bounds');
  if (!isPlain(table)) return drive(L, shiftUp(L, table, at, end, copyOf(argument(L, count)!)));
  if (at !== end) coreOf(L).charge(L, (end - at) / 8);
  table.insert(at, end - 1, argument(L, count)!);
  return 0;
};

function* shiftUp(L: State, table: Table, at: number, end: number, value: TValue): Steps {
  for (let i = end; i > at; i--) {
    setAt(L, table, i, getAt(L, table, i - 1));
    if (i % ACCESSES_PER_LOOK === 0) yield PAUSE;
  }
  setAt(L, table, at, value);
  return [];
}

const remove: HostCode = (L) => {
  const table = checkTable(L, 1);
  const length = lengthOf(L, table);
  const at = optionalInteger(L, 2, length);
  if (at !== length && (at < 1 || at > length + 1)) return argumentError(L, 1, 'position out of bounds');
  if (!isPlain(table) || at > length || at < 1) return drive(L, shiftDown(L, table, at, length));
  pushSlot(L, table.getInteger(at));
  if (at !== length) coreOf(L).charge(L, (length - at) / 8);
  table.remove(at, length);
  return 1;
};

function* shiftDown(L: State, table: Table, at: number, length: number): Steps {
  const removed = copyOf(getAt(L, table, at));
  for (let i = at; i < length; i++) {
    setAt(L, table, i, getAt(L, table, i + 1));
    if (i % ACCESSES_PER_LOOK === 0) yield PAUSE;
  }
  setAt(L, table, Math.max(at, length), NIL_VALUE);
  return [removed];
}

const move: HostCode = (L) => {
  const source = checkTable(L, 1);
  const first = checkInteger(L, 2);
  const last = checkInteger(L, 3);
  const to = checkInteger(L, 4);
  const target = isNoneOrNil(L, 5) ? source : checkTable(L, 5);
  if (last < first) {
    push(L, TABLE, target);
    return 1;
  }
  if (!Number.isSafeInteger(last - first + 1)) return argumentError(L, 3, 'too many elements to move');
  if (!Number.isSafeInteger(to + (last - first))) return argumentError(L, 4, 'destination wrap around');
  return drive(L, moveSteps(L, source, first, last, to, target));
};

function* moveSteps(L: State, source: Table, first: number, last: number, to: number, target: Table): Steps {
  const count = last - first + 1;
  const backwards = source === target && to > first && to <= last;
  for (let n = 0; n < count; n++) {
    const i = backwards ? count - 1 - n : n;
    setAt(L, target, to + i, getAt(L, source, first + i));
    if (n % ACCESSES_PER_LOOK === ACCESSES_PER_LOOK - 1) yield PAUSE;
  }
  return [new TValueClass(TABLE, target)];
}

const pack: HostCode = (L) => {
  const table = new Table(L);
  const values = argumentsFrom(L, 1);
  table.setList(1, values, 0, values.length);
  table.set(textSlot('n'), new TValueClass(INTEGER, values.length));
  push(L, TABLE, table);
  return 1;
};

const unpack: HostCode = (L) => {
  const table = checkTable(L, 1);
  const first = optionalInteger(L, 2, 1);
  const last = isNoneOrNil(L, 3) ? lengthOf(L, table) : checkInteger(L, 3);
  const count = last - first + 1;
  if (count <= 0) return 0;
  if (count > MAX_RESULTS) return raise(L, 'too many results to unpack');
  reserve(L, count);
  for (let i = 0; i < count; i++) pushSlot(L, getAt(L, table, first + i));
  return count;
};

function copyOf(slot: TValue): TValue {
  return slot.type === NIL ? NIL_VALUE : new TValueClass(slot.type, slot.value);
}

export const tableLibrary: Library = { concat, insert, move, pack, remove, sort, unpack };
