/** Lua patterns, compiled: each item of the pattern is one operation. */
export type Operation =
  | { readonly op: 'literal'; readonly text: string }
  | { readonly op: 'one'; readonly set: CharacterSet }
  | { readonly op: 'greedy'; readonly set: CharacterSet; readonly min: number; readonly max: number }
  | { readonly op: 'lazy'; readonly set: CharacterSet }
  | { readonly op: 'open'; readonly isPosition: boolean }
  | { readonly op: 'close' }
  | { readonly op: 'back'; readonly index: number }
  | { readonly op: 'balance'; readonly from: number; readonly to: number }
  | { readonly op: 'frontier'; readonly set: CharacterSet }
  | { readonly op: 'end' }
  /** Lua finds a fault only when matching comes to it, and so do we. */
  | { readonly op: 'fault'; readonly message: string };

/** For each of 256 characters, 1 when it is in the set. */
export type CharacterSet = Uint8Array;

export interface Pattern {
  readonly isAnchored: boolean;
  readonly operations: readonly Operation[];
}

/** Whether a text means more than itself as a pattern. */
export function hasSpecials(text: string): boolean {
  return /[\^$*+?.([%-]/.test(text);
}

/** @param mayAnchor whether `^` at the beginning is an anchor (in `gmatch` it is a character) */
export function compile(source: string, mayAnchor: boolean): Pattern {
  const isAnchored = mayAnchor && source.startsWith('^');
  const operations: Operation[] = [];
  let at = isAnchored ? 1 : 0;
  try {
    while (at < source.length) {
      const [operation, end] = item(source, at);
      add(operations, operation);
      at = end;
    }
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    operations.push({ op: 'fault', message: error.message });
  }
  return { isAnchored, operations };
}

class PatternFault extends Error {}

/** Neighbouring literal characters become one operation. */
function add(operations: Operation[], operation: Operation): void {
  const last = operations.at(-1);
  if (operation.op === 'literal' && last?.op === 'literal') {
    operations[operations.length - 1] = { op: 'literal', text: last.text + operation.text };
  } else operations.push(operation);
}

function item(source: string, at: number): [Operation, number] {
  const character = source[at]!;
  const next = source[at + 1];
  if (character === '(') {
    return next === ')'
      ? [{ op: 'open', isPosition: true }, at + 2]
      : [{ op: 'open', isPosition: false }, at + 1];
  }
  if (character === ')') return [{ op: 'close' }, at + 1];
  if (character === '$' && at + 1 === source.length) return [{ op: 'end' }, at + 1];
  if (character === '%' && next === 'b') return balance(source, at);
  if (character === '%' && next === 'f') return frontier(source, at);
  if (character === '%' && next !== undefined && next >= '0' && next <= '9') {
    return [{ op: 'back', index: Number(next) }, at + 2];
  }
  return single(source, at);
}

function balance(source: string, at: number): [Operation, number] {
  if (at + 3 >= source.length) throw new PatternFault("malformed pattern (missing arguments to '%b')");
  const [from, to] = [source.charCodeAt(at + 2), source.charCodeAt(at + 3)];
  return [{ op: 'balance', from, to }, at + 4];
}

function frontier(source: string, at: number): [Operation, number] {
  if (source[at + 2] !== '[') throw new PatternFault("missing '[' after '%f' in pattern");
  const [set, end] = bracketSet(source, at + 2);
  return [{ op: 'frontier', set }, end];
}

/** One character or class, with the repetition after it. */
function single(source: string, at: number): [Operation, number] {
  const [set, end, literal] = characterSet(source, at);
  switch (source[end]) {
    case '*':
      return [{ op: 'greedy', set, min: 0, max: Number.MAX_SAFE_INTEGER }, end + 1];
    case '+':
      return [{ op: 'greedy', set, min: 1, max: Number.MAX_SAFE_INTEGER }, end + 1];
    case '?':
      return [{ op: 'greedy', set, min: 0, max: 1 }, end + 1];
    case '-':
      return [{ op: 'lazy', set }, end + 1];
    default:
      return [literal === undefined ? { op: 'one', set } : { op: 'literal', text: literal }, end];
  }
}

function characterSet(source: string, at: number): [CharacterSet, number, literal?: string] {
  const character = source[at]!;
  if (character === '.') return [ANY, at + 1];
  if (character === '[') return bracketSet(source, at);
  if (character !== '%') return [setOf(character), at + 1, character];
  const escaped = source[at + 1];
  if (escaped === undefined) throw new PatternFault("malformed pattern (ends with '%')");
  const named = CLASSES.get(escaped);
  return named === undefined ? [setOf(escaped), at + 2, escaped] : [named, at + 2];
}

const ANY: CharacterSet = new Uint8Array(256).fill(1);

function setOf(character: string): CharacterSet {
  const set = new Uint8Array(256);
  set[character.charCodeAt(0)] = 1;
  return set;
}

/** `[…]` from its opening bracket; a `]` that comes first is a character. */
function bracketSet(source: string, open: number): [CharacterSet, number] {
  const isNegated = source[open + 1] === '^';
  const set = new Uint8Array(256);
  let at = open + (isNegated ? 2 : 1);
  do {
    if (at >= source.length) throw new PatternFault("malformed pattern (missing ']')");
    at = bracketItem(source, at, set);
  } while (source[at] !== ']');
  return [isNegated ? set.map((flag) => 1 - flag) : set, at + 1];
}

function bracketItem(source: string, at: number, set: CharacterSet): number {
  if (source[at] === '%') {
    const escaped = source[at + 1];
    if (escaped === undefined) throw new PatternFault("malformed pattern (missing ']')");
    const named = CLASSES.get(escaped) ?? setOf(escaped);
    for (let code = 0; code < 256; code++) if (named[code] === 1) set[code] = 1;
    return at + 2;
  }
  const from = source.charCodeAt(at);
  const isRange = source[at + 1] === '-' && at + 2 < source.length && source[at + 2] !== ']';
  const to = isRange ? source.charCodeAt(at + 2) : from;
  for (let code = from; code <= to; code++) set[code] = 1;
  return at + (isRange ? 3 : 1);
}

/** The classes of the C locale; an upper-case letter is the complement. */
const CLASSES: ReadonlyMap<string, CharacterSet> = new Map(
  Object.entries({
    a: /[A-Za-z]/,
    c: /[\x00-\x1f\x7f]/,
    d: /[0-9]/,
    g: /[\x21-\x7e]/,
    l: /[a-z]/,
    p: /[!-/:-@[-`{-~]/,
    s: /[\t-\r ]/,
    u: /[A-Z]/,
    w: /[0-9A-Za-z]/,
    x: /[0-9A-Fa-f]/,
    // From Lua 5.1, and still understood by 5.3.
    z: /\0/,
  }).flatMap(([letter, members]) => {
    const set = Uint8Array.from({ length: 256 }, (_, code) =>
      members.test(String.fromCharCode(code)) ? 1 : 0,
    );
    return [
      [letter, set],
      [letter.toUpperCase(), set.map((flag) => 1 - flag)],
    ] as const;
  }),
);
