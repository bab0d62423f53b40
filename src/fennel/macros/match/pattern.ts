import type { List, MacroContext, Node, Position, Sym } from '../../node.js';
import { call, nil, str } from '../construct.js';
import { isMultiSym, isSym } from '../shape.js';
import { type Place, read } from './place.js';
import { openSequence, openTable, type TableParts } from './open-table.js';

/** How the patterns of one form are read. */
export interface PatternRules {
  readonly context: MacroContext;
  /** Whether a symbol that names a local stands for its value (`match`) or binds anew (`case`). */
  readonly pinsLocals: boolean;
  /** Whether `name` is a local where the pattern stands. */
  readonly inScope: (name: string) => boolean;
  /** The test that a matched value is a table, kept once for values that many patterns look into. */
  readonly tableTest: (place: Place, pos: Position) => Node;
}

export interface Binding {
  readonly name: Sym;
  readonly value: Node;
  /** The pair to write in a `let`, where that is not simply the name and the value. */
  readonly pair?: readonly [target: Node, value: Node];
}

/** What one pattern (without `or`) asks and gives. */
export interface PatternMatch {
  /** All must hold; each may rely on the ones before it. */
  readonly tests: Node[];
  readonly bindings: Binding[];
  /** Where each name bound so far was found: a second use of the name asks for the same value. */
  readonly found: Map<string, Place>;
  /** Whether the pattern stands in `(where …)`, where `(= x)` is allowed. */
  readonly inWhere: boolean;
}

/** Adds to `match` what `pattern` asks of the value at `place` and what it binds. */
export function matchPattern(pattern: Node, place: Place, match: PatternMatch, rules: PatternRules): void {
  switch (pattern.kind) {
    case 'sym':
      matchSymbol(pattern, place, match, rules);
      return;
    case 'list':
      matchPin(pattern, place, match, rules);
      return;
    case 'sequence':
      matchTable(pattern, openSequence(pattern, place, rules.context), place, match, rules);
      return;
    case 'table':
      matchTable(pattern, openTable(pattern, place, rules.context), place, match, rules);
      return;
    default:
      match.tests.push(call(pattern.pos, '=', read(place, pattern.pos), pattern));
  }
}

/** A table whose parts match; it may have more. */
function matchTable(
  pattern: Node,
  { parts, whole }: TableParts,
  place: Place,
  match: PatternMatch,
  rules: PatternRules,
): void {
  if (place.copied === undefined) match.tests.push(rules.tableTest(place, pattern.pos));
  for (const [part, at] of parts) matchPattern(part, at, match, rules);
  if (whole !== undefined) bind(whole, place, match);
}

/** Binds `name` to the value at `place` without asking anything of it. */
function bind(name: Sym, place: Place, match: PatternMatch): void {
  if (name.name === '_') return;
  const { copied } = place;
  const pair = copied === undefined ? undefined : ([copied.target(name), copied.from] as const);
  match.bindings.push({ name, value: read(place, name.pos), ...(pair && { pair }) });
}

function matchSymbol(pattern: Sym, place: Place, match: PatternMatch, rules: PatternRules): void {
  const { name, pos } = pattern;
  if (name === '_') return;
  if (name === 'nil' || (rules.pinsLocals && rules.inScope(name))) {
    match.tests.push(call(pos, '=', read(place, pos), pattern));
    return;
  }
  if (isMultiSym(pattern)) {
    rules.context.fail(
      'pattern-syntax',
      `unexpected multi symbol ${name}`,
      pattern,
      `write (where (= ${name})) to compare with its value`,
    );
  }
  if (name === '&' || name === '&as') {
    rules.context.fail(
      'pattern-syntax',
      `unexpected ${name} in pattern`,
      pattern,
      `move ${name} into a table or sequence pattern`,
    );
  }
  const earlier = match.found.get(name);
  if (earlier !== undefined) {
    match.tests.push(call(pos, '=', read(earlier, pos), read(place, pos)));
    return;
  }
  const isIgnored = name.startsWith('_');
  if (!isIgnored) match.found.set(name, place);
  if (!isIgnored && !name.startsWith('?') && place.copied === undefined) {
    match.tests.push(call(pos, 'not=', read(place, pos), nil(pos)));
  }
  bind(pattern, place, match);
}

/** `(= x)` compares with the value of x; any other list is a mistake inside a pattern. */
function matchPin(pattern: List, place: Place, match: PatternMatch, rules: PatternRules): void {
  const [head, pinned, ...extra] = pattern.items;
  if (!isSym(head, '=')) failNested(pattern, rules.context);
  if (!match.inWhere) {
    rules.context.fail(
      'pattern-syntax',
      '(=) must be used in (where) patterns',
      pattern,
      'wrap the whole pattern in (where …)',
    );
  }
  if (pinned === undefined || extra.length > 0) {
    rules.context.fail(
      'pattern-syntax',
      '(=) should take only one argument',
      pattern,
      'write (= name) with the one value to compare with',
    );
  }
  match.tests.push(call(pattern.pos, '=', read(place, pattern.pos), pinned));
}

function failNested(pattern: List, context: MacroContext): never {
  const [head] = pattern.items;
  if (isSym(head, 'where') || isSym(head, 'or')) {
    const { name } = head as Sym;
    return context.fail(
      'pattern-syntax',
      `can't nest (${name}) pattern`,
      pattern,
      name === 'or'
        ? 'repeat the outer pattern: (where (or [a] [b]))'
        : 'move the guard to the outermost pattern',
    );
  }
  return context.fail(
    'pattern-syntax',
    "can't nest multi-value destructuring",
    pattern,
    'use square brackets to match a table',
  );
}

/** `(= (_G.type value) "table")`: through _G, since a local named type is common. */
export function isTableTest(place: Place, pos: Position): Node {
  return call(pos, '=', call(pos, '_G.type', read(place, pos)), str(pos, 'table'));
}
