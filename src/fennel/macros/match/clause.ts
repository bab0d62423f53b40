import type { List, MacroContext, Node } from '../../node.js';
import { isSym } from '../shape.js';
import { matchPattern, type PatternMatch, type PatternRules } from './pattern.js';
import type { Place } from './place.js';

/** One clause as written: what may match, under which conditions, and what follows. */
export interface WrittenClause {
  /** More than one for `(where (or …))`. */
  readonly patterns: readonly Node[];
  readonly guards: readonly Node[];
  readonly inWhere: boolean;
  readonly body: Node;
  /** The whole pattern, for positions. */
  readonly source: Node;
}

export interface Clause extends WrittenClause {
  readonly matches: readonly PatternMatch[];
}

/** Takes `(where pattern …guards)`, `(where (or …) …guards)` and `(pattern ? …guards)` apart. */
export function readClause(
  source: Node,
  body: Node,
  allowsOldGuards: boolean,
  context: MacroContext,
): WrittenClause {
  if (source.kind !== 'list') return { patterns: [source], guards: [], inWhere: false, body, source };
  const [first, second] = source.items;
  if (isSym(first, 'where')) return readWhere(source, body, context);
  if (isSym(first, 'or')) {
    return context.fail(
      'pattern-syntax',
      '(or) must be used in (where) patterns',
      source,
      'write (where (or …))',
    );
  }
  if (first !== undefined && isSym(second, '?')) {
    if (!allowsOldGuards) {
      return context.fail(
        'pattern-syntax',
        'legacy guard clause not supported in case',
        source,
        'write (where pattern condition)',
      );
    }
    return { patterns: [first], guards: source.items.slice(2), inWhere: true, body, source };
  }
  return { patterns: [source], guards: [], inWhere: false, body, source };
}

/** How many values the clause looks at. */
export function valueCount(clause: WrittenClause): number {
  return Math.max(...clause.patterns.map((pattern) => (isValues(pattern) ? pattern.items.length : 1)), 1);
}

/** How many of the clauses look into value `index` as into a table. */
export function tablePatternCount(clauses: readonly WrittenClause[], index: number): number {
  const patterns = clauses.flatMap((clause) => clause.patterns);
  return patterns.filter((pattern) => {
    const own = isValues(pattern) ? pattern.items[index] : index === 0 ? pattern : undefined;
    return own?.kind === 'sequence' || own?.kind === 'table';
  }).length;
}

/** Matches each pattern of the clause against the values at `places`. */
export function matchClause(clause: WrittenClause, places: readonly Place[], rules: PatternRules): Clause {
  const matches = clause.patterns.map((pattern) => {
    const match: PatternMatch = { tests: [], bindings: [], found: new Map(), inWhere: clause.inWhere };
    const parts = isValues(pattern) ? pattern.items : [pattern];
    for (const [i, part] of parts.entries()) matchPattern(part, places[i] as Place, match, rules);
    return match;
  });
  return { ...clause, matches };
}

function readWhere(source: List, body: Node, context: MacroContext): WrittenClause {
  const [, pattern, ...guards] = source.items;
  if (pattern === undefined) {
    return context.fail(
      'pattern-syntax',
      'expected a pattern in (where)',
      source,
      'write (where pattern condition)',
    );
  }
  const alternatives =
    pattern.kind === 'list' && isSym(pattern.items[0], 'or') ? pattern.items.slice(1) : [pattern];
  if (alternatives.length === 0) {
    return context.fail(
      'pattern-syntax',
      'expected a pattern in (or)',
      pattern,
      'write (or pattern1 pattern2)',
    );
  }
  return { patterns: alternatives, guards, inWhere: true, body, source };
}

/** Whether the pattern is `(a b …)`: one pattern for each of several values. */
function isValues(pattern: Node): pattern is List {
  if (pattern.kind !== 'list') return false;
  const [head] = pattern.items;
  return !isSym(head, '=') && !isSym(head, 'or') && !isSym(head, 'where');
}
