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

/** The binding that evaluates `subject` once, into `names`. */
export function holdValues(names: readonly Sym[], subject: Node): readonly [target: Node, value: Node] {
  const [only] = names;
  return [names.length === 1 && only !== undefined ? only : list(subject.pos, ...names), subject];
}

/**
 * Chooses among the clauses by the values in `names`, which must be as many as any clause looks at.
 * `bindings` are made first; they usually give the names their values. `bodyOf` gives what follows a clause, where that is not simply the body as written.
 */
export function matchValues(
  bindings: readonly Node[],
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
    if (tablePatternCount(written, i) > 1) kept.set(name.name, scope.context.gensym('is-table', pos));
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
  const tests = places.flatMap((place) => {
    const test = kept.get(rootName(place));
    return test === undefined ? [] : [test, isTableTest(place, pos)];
  });
  const all = [...bindings, ...tests];
  return all.length === 0 ? decision : call(pos, 'let', sequence(pos, ...all), decision);
}

/** The name of the value at the place, or nothing for a place inside it. */
function rootName({ root, keys }: Place): string {
  return keys.length === 0 && root.kind === 'sym' ? root.name : '';
}
