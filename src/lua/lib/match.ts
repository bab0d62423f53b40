import { coreOf } from '../core.js';
import { textOf } from '../engine/concat.js';
import { lvm, TValueClass } from '../engine/fengari.js';
import { isFalse } from '../engine/instruction.js';
import { raise } from '../engine/raise.js';
import { argument, pop, push, pushNil } from '../engine/stack.js';
import type { HostCode, State, TValue } from '../engine/state.js';
import type { Table } from '../engine/table.js';
import { HOST_FUNCTION, INTEGER, NIL, TABLE } from '../engine/tags.js';
import { typeName } from '../engine/type-name.js';
import { argumentError, checkInteger, checkText, isFunction, isNoneOrNil, optionalInteger } from './check.js';
import { textSlot } from './library.js';
import { type Capture, Matcher, type Progress } from './matcher.js';
import { compile, hasSpecials, type Pattern } from './pattern.js';
import { plainSearch } from './plain-search.js';
import { drive, PAUSE, type Steps } from './steps.js';

/** `find`, `match`, `gmatch` and `gsub`. */

export const find: HostCode = (L) => drive(L, findSteps(L));

export const match: HostCode = (L) => drive(L, matchSteps(L));

export const gmatch: HostCode = (L) => {
  const text = checkText(L, 1);
  const pattern = patternOf(L, checkText(L, 2), false);
  let at = 0;
  let last = -1;
  function* next(caller: State): Steps {
    const matcher = newMatcher(caller, text, pattern);
    while (yield* search(matcher, at, pattern.isAnchored)) {
      // An empty match right after the last one is no new match.
      if (matcher.end === last) {
        at = matcher.start + 1;
        continue;
      }
      at = matcher.end;
      last = matcher.end;
      return matcher.captures().map(toSlot);
    }
    at = text.length + 1;
    return [];
  }
  push(L, HOST_FUNCTION, ((caller) => drive(caller, next(caller))) satisfies HostCode);
  return 1;
};

export const gsub: HostCode = (L) => {
  const replacement = argument(L, 3);
  const isUsable =
    replacement !== undefined &&
    (textOf(replacement) !== undefined || replacement.type === TABLE || isFunction(replacement));
  checkText(L, 1);
  checkText(L, 2);
  if (!isUsable) return argumentError(L, 3, 'string/function/table expected');
  return drive(L, gsubSteps(L, new TValueClass(replacement.type, replacement.value)));
};

function* findSteps(L: State): Steps {
  const text = checkText(L, 1);
  const pattern = checkText(L, 2);
  const from = startOf(L, text);
  if (from > text.length) return [NIL_SLOT];
  const isPlain = argument(L, 4) !== undefined && !isFalse(argument(L, 4)!);
  if (isPlain || !hasSpecials(pattern)) {
    const found = yield* plainSearch(text, pattern, from);
    return found < 0 ? [NIL_SLOT] : [integer(found + 1), integer(found + pattern.length)];
  }
  const compiled = patternOf(L, pattern, true);
  const matcher = newMatcher(L, text, compiled);
  if (!(yield* search(matcher, from, compiled.isAnchored))) return [NIL_SLOT];
  const captures = matcher.captureCount === 0 ? [] : matcher.captures().map(toSlot);
  return [integer(matcher.start + 1), integer(matcher.end), ...captures];
}

function* matchSteps(L: State): Steps {
  const text = checkText(L, 1);
  const pattern = patternOf(L, checkText(L, 2), true);
  const from = startOf(L, text);
  if (from > text.length) return [NIL_SLOT];
  const matcher = newMatcher(L, text, pattern);
  if (!(yield* search(matcher, from, pattern.isAnchored))) return [NIL_SLOT];
  return matcher.captures().map(toSlot);
}

function* gsubSteps(L: State, replacement: TValue): Steps {
  const text = checkText(L, 1);
  const pattern = patternOf(L, checkText(L, 2), true);
  const max = isNoneOrNil(L, 4) ? text.length + 1 : checkInteger(L, 4);
  const matcher = newMatcher(L, text, pattern);
  const literal = textOf(replacement);
  const template = literal === undefined ? undefined : takeApart(L, literal);
  const pieces = new Pieces(L);
  let at = 0;
  let copied = 0;
  let last = -1;
  let count = 0;
  while (count < max && at <= text.length) {
    if (!(yield* search(matcher, at, pattern.isAnchored))) break;
    const { start, end } = matcher;
    if (end === last) at = start + 1;
    else {
      count++;
      pieces.add(text.slice(copied, start));
      pieces.add(yield* replace(L, matcher, replacement, template));
      if (pieces.isTimeToLook()) yield PAUSE;
      at = end;
      copied = end;
      last = end;
    }
    if (pattern.isAnchored) break;
  }
  pieces.add(text.slice(copied));
  return [textSlot(pieces.join()), integer(count)];
}

/** Tries one position after the other. @returns whether the matcher holds a match */
function* search(matcher: Matcher, from: number, isAnchored: boolean): Steps<boolean> {
  for (let at = isAnchored ? from : matcher.candidate(from); at >= 0; at = matcher.candidate(at + 1)) {
    let progress: Progress = matcher.attempt(at);
    while (progress === 'paused') {
      yield PAUSE;
      progress = matcher.resume();
    }
    if (progress === 'matched') return true;
    if (isAnchored) return false;
  }
  return false;
}

/** What comes in place of a match. @param template the replacement taken apart, when it is a text */
function* replace(
  L: State,
  matcher: Matcher,
  replacement: TValue,
  template: readonly string[] | undefined,
): Steps<string> {
  if (template !== undefined) return fillIn(L, matcher, template);
  const value =
    replacement.type === TABLE
      ? lookUp(L, replacement, toSlot(matcher.capture(1)))
      : (yield { fn: replacement, args: matcher.captures().map(toSlot) })!;
  if (isFalse(value)) return matcher.capture(0) as string;
  return textOf(value) ?? raise(L, `invalid replacement value (a ${typeName(value)})`);
}

/** Every odd part is the character after a `%`. */
function takeApart(L: State, template: string): readonly string[] {
  if (!template.includes('%')) return [template];
  if (template.length > MAX_TEMPLATE)
    return raise(L, `a replacement with '%' is longer than ${MAX_TEMPLATE} bytes`);
  return template.split(/%([\s\S]?)/);
}

function fillIn(L: State, matcher: Matcher, template: readonly string[]): string {
  if (template.length === 1) return template[0]!;
  return template.map((part, i) => (i % 2 === 0 ? part : fillPart(L, matcher, part))).join('');
}

function fillPart(L: State, matcher: Matcher, character: string): string {
  if (character === '%') return '%';
  if (!/^[0-9]$/.test(character)) return raise(L, "invalid use of '%' in replacement string");
  return String(matcher.capture(Number(character)));
}

/** Replacements that have to be taken apart; one match with a longer one would take too long. */
const MAX_TEMPLATE = 100_000;

function lookUp(L: State, table: TValue, key: TValue): TValue {
  const slot = (table.value as Table).get(key);
  if (slot.type !== NIL || (table.value as Table).metatable === null) return slot;
  pushNil(L);
  lvm.luaV_gettable(L, table, key, L.top - 1);
  return pop(L);
}

const WORK_PER_LOOK = 100_000;

/** A result in the making, measured as it grows. */
class Pieces {
  readonly #L: State;
  readonly #max: number;
  readonly #pieces: string[] = [];
  #bytes = 0;
  #nextLook = WORK_PER_LOOK;

  constructor(L: State) {
    this.#L = L;
    this.#max = coreOf(L).maxStringBytes;
  }

  add(text: string): void {
    this.#bytes += text.length;
    if (this.#bytes > this.#max) coreOf(this.#L).refuseString(this.#L, this.#bytes);
    if (text !== '') this.#pieces.push(text);
  }

  /** Whether some tenths of a millisecond have gone by, guessed from the work done. */
  isTimeToLook(): boolean {
    const work = this.#bytes + this.#pieces.length * 64;
    if (work < this.#nextLook) return false;
    this.#nextLook = work + WORK_PER_LOOK;
    return true;
  }

  join(): string {
    return this.#pieces.join('');
  }
}

/** Where `find` and `match` begin, from 0: their third argument, which may count from the end. */
function startOf(L: State, text: string): number {
  const init = optionalInteger(L, 3, 1);
  if (init > 0) return init - 1;
  return init === 0 ? 0 : Math.max(text.length + init, 0);
}

function newMatcher(L: State, text: string, pattern: Pattern): Matcher {
  return new Matcher(text, pattern, (message) => raise(L, message));
}

/** Compiled patterns, the most recent ones; a pattern is the same in every VM. */
const cache = new Map<string, Pattern>();
const MAX_CACHED = 256;
const MAX_CACHED_LENGTH = 64;
/** A longer pattern would take too long to compile, and megabytes to hold. */
const MAX_PATTERN = 50_000;

function patternOf(L: State, source: string, mayAnchor: boolean): Pattern {
  if (source.length > MAX_PATTERN) return raise(L, `pattern too long (more than ${MAX_PATTERN} bytes)`);
  const key = (mayAnchor ? 'a' : 'p') + source;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const pattern = compile(source, mayAnchor);
  if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
  if (source.length <= MAX_CACHED_LENGTH) cache.set(key, pattern);
  return pattern;
}

const NIL_SLOT: TValue = new TValueClass(NIL, null);

function integer(value: number): TValue {
  return new TValueClass(INTEGER, value);
}

function toSlot(capture: Capture): TValue {
  return typeof capture === 'string' ? textSlot(capture) : integer(capture);
}
