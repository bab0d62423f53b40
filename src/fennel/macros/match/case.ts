import type { BuiltinMacro, List, MacroContext, Node } from '../../node.js';
import { readClause, type WrittenClause } from './clause.js';
import { freshValues, matchValues, widest, holdValues } from './match-values.js';

/** `(case value pattern body …)`: symbols in patterns bind anew. */
export const caseMacro: BuiltinMacro = (form, context) => expand(form, false, context);

/** `(match value pattern body …)`: symbols in patterns that name locals stand for their values. */
export const matchMacro: BuiltinMacro = (form, context) => expand(form, true, context);

function expand(form: List, pinsLocals: boolean, context: MacroContext): Node {
  const [, subject, ...pairs] = form.items;
  if (subject === undefined) {
    return context.fail('macro-usage', 'missing subject', form, 'add the value to match');
  }
  if (pairs.length === 0) {
    return context.fail(
      'macro-usage',
      'expected at least one pattern/body pair',
      form,
      'add a pattern and a body to execute when the pattern matches',
    );
  }
  if (pairs.length % 2 !== 0) {
    return context.fail(
      'macro-usage',
      'expected even number of pattern/body pairs',
      form,
      'check that every pattern has a body to go with it, or add _ before the final body',
    );
  }
  const clauses = readClauses(pairs, pinsLocals, context);
  const names = freshValues(widest(clauses), subject.pos, context);
  const scope = { context, pinsLocals, inScope: (name: string) => context.inScope(name) };
  return matchValues(holdValues(names, subject), names, clauses, undefined, scope, form.pos);
}

/** The clauses of alternating patterns and bodies. */
export function readClauses(
  pairs: readonly Node[],
  allowsOldGuards: boolean,
  context: MacroContext,
): readonly WrittenClause[] {
  const clauses: WrittenClause[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    clauses.push(readClause(pairs[i] as Node, pairs[i + 1] as Node, allowsOldGuards, context));
  }
  return clauses;
}
