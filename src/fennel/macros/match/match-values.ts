import type { MacroContext, Node, Position, Sym } from '../../node.js';
import { call, list, sequence } from '../construct.js';
import { type Clause, matchClause, tablePatternCount, valueCount, type WrittenClause } from './clause.js';
import { decide } from './decide.js';
import { isTableTest, type PatternRules } from './pattern.js';
import type { Place } from './place.js';

/** What a form decides about scope: see PatternRules. */
export interface ScopeRules {
  readonly context: MacroContext;
  readonly pinsLocals: boolean;
  readonly inScope: (name: string) => boolean;
}

/** The number of values that any of the clauses looks at, at least one. */
export function widest(clauses: readonly WrittenClause[]): number {
  return Math.max(1, ...clauses.map(valueCount));
}

/** Fresh names for `count` values. */
export function freshValues(count: number, pos: Position, context: MacroContext): readonly Sym[] {
  return Array.from({ length: count }, () => context.gensym('value', pos));
}

/** Evaluates `subject` once, into `names`, around `body`. */
export function withValues(names: readonly Sym[], subject: Node, body: Node, pos: Position): Node {
  const [only] = names;
  const target = names.length === 1 && only !== undefined ? only : list(subject.pos, ...names);
  return call(pos, 'let', sequence(subject.pos, target, subject), body);
}

/**
 * Chooses among the clauses by the values in `names`, which must be as many as any clause looks at.
 * `bodyOf` gives what follows a clause, where that is not simply the body as written.
 */
export function matchValues(
  names: readonly Sym[],
  written: readonly WrittenClause[],
  otherwise: Node | undefined,
  scope: ScopeRules,
  pos: Position,
  bodyOf: (clause: Clause) => Node = (clause) => clause.body,
): Node {
  // Asking for the type is a function call: values that several clauses look into are asked once.
  const kept = new Map<string, Sym>();
  for (const [i, name] of names.entries()) {
    if (tablePatternCount(written, i) > 1) kept.set(name.name, scope.context.gensym('table', pos));
  }
  const rules: PatternRules = {
    ...scope,
    tableTest: (place, at) => {
      const test = kept.get(rootName(place));
      return test === undefined ? isTableTest(place, at) : { ...test, pos: at };
    },
  };
  const places = names.map((root): Place => ({ root, keys: [] }));
  const clauses = written.map((clause) => {
    const matched = matchClause(clause, places, rules);
    return { ...matched, body: bodyOf(matched) };
  });
  const decision = decide(pos, clauses, otherwise, scope.context);
  if (kept.size === 0) return decision;
  const tests = places.flatMap((place) => {
    const test = kept.get(rootName(place));
    return test === undefined ? [] : [test, isTableTest(place, pos)];
  });
  return call(pos, 'let', sequence(pos, ...tests), decision);
}

/** The name of the value at the place, or nothing for a place inside it. */
function rootName({ root, keys }: Place): string {
  return keys.length === 0 && root.kind === 'sym' ? root.name : '';
}
