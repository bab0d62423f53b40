import type { BuiltinMacro, List, MacroContext, Node, Sym } from '../../node.js';
import { call, integer, list, sequence, str } from '../construct.js';
import { isSym } from '../shape.js';
import { readClauses } from './case.js';
import type { Clause, WrittenClause } from './clause.js';
import { sharedNames } from './decide.js';
import { freshValues, matchValues, type ScopeRules, widest, holdValues } from './match-values.js';

/** `(case-try value pattern body … (catch …))`: each body's value goes on to the next pattern. */
export const caseTry: BuiltinMacro = (form, context) => expand(form, false, context);

/** As `case-try`, with the pinning of `match`: also of what earlier steps bound. */
export const matchTry: BuiltinMacro = (form, context) => expand(form, true, context);

/** A whole form, taken apart. */
interface Steps {
  readonly form: List;
  readonly clauses: readonly WrittenClause[];
  readonly catches: readonly WrittenClause[];
  readonly pinsLocals: boolean;
  readonly context: MacroContext;
  /** The function that holds the catch clauses, when they are needed more than once. */
  readonly catcher: Sym | undefined;
  /** Whether the catch clauses mention `...`, which a function of its own must be handed. */
  readonly handsVarargs: boolean;
}

function expand(form: List, pinsLocals: boolean, context: MacroContext): Node {
  const [, subject, ...rest] = form.items;
  if (subject === undefined) {
    return context.fail('macro-usage', 'missing subject', form, 'add the value to match');
  }
  const last = rest.at(-1);
  const caught = last?.kind === 'list' && isSym(last.items[0], 'catch') ? last : undefined;
  const pairs = caught === undefined ? rest : rest.slice(0, -1);
  failIfUneven(pairs, 'expected every pattern to have a body', form, context);
  const catchPairs = caught?.items.slice(1) ?? [];
  if (caught !== undefined) {
    failIfUneven(catchPairs, 'expected every catch pattern to have a body', caught, context);
  }
  const clauses = readClauses(pairs, pinsLocals, context);
  const catches = readClauses(catchPairs, pinsLocals, context);
  const isShared = catches.length > 0 && clauses.length > 1 && !(pinsLocals && mayPin(clauses, catches));
  const steps: Steps = {
    form,
    clauses,
    catches,
    pinsLocals,
    context,
    catcher: isShared ? context.gensym('catch', form.pos) : undefined,
    handsVarargs: context.hasVarargs && catchPairs.some(mentionsVarargs),
  };
  const chain = step(subject, 0, new Set(), steps);
  return steps.catcher === undefined ? chain : withCatcher(steps.catcher, chain, steps);
}

/** Matches `subject` against the clause at `index`, whose body is the subject of the next. */
function step(subject: Node, index: number, earlier: ReadonlySet<string>, steps: Steps): Node {
  const clause = steps.clauses[index];
  if (clause === undefined) return subject;
  return steps.catches.length > 0
    ? stepOrCatch(subject, clause, index, earlier, steps)
    : stepOrValues(subject, clause, index, earlier, steps);
}

function stepOrCatch(
  subject: Node,
  clause: WrittenClause,
  index: number,
  earlier: ReadonlySet<string>,
  steps: Steps,
): Node {
  const { context, catches, catcher, form } = steps;
  const names = freshValues(widest([clause, ...catches]), subject.pos, context);
  const { pos } = clause.source;
  const mismatch =
    catcher === undefined
      ? matchValues([], names, catches, undefined, scopeAfter(earlier, steps), form.pos)
      : list(pos, catcher, ...names.slice(0, widest(catches)), ...handed(steps));
  return tryClause(holdValues(names, subject), names, clause, index, earlier, mismatch, steps);
}

/** Without catch, a mismatch gives back all the values, however many there are. */
function stepOrValues(
  subject: Node,
  clause: WrittenClause,
  index: number,
  earlier: ReadonlySet<string>,
  steps: Steps,
): Node {
  const { context } = steps;
  const { pos } = clause.source;
  const packed = context.gensym('values', subject.pos);
  const names = freshValues(widest([clause]), subject.pos, context);
  const picked = names.flatMap((name, i) => [name, call(pos, '.', packed, integer(pos, i + 1))]);
  const count = call(pos, '.', packed, str(pos, 'n'));
  const mismatch = call(pos, '_G.table.unpack', packed, integer(pos, 1), count);
  const bindings = [packed, call(subject.pos, '_G.table.pack', subject), ...picked];
  return tryClause(bindings, names, clause, index, earlier, mismatch, steps);
}

/** The clause as the only one: its body leads on to the next step, anything else to `mismatch`. */
function tryClause(
  bindings: readonly Node[],
  names: readonly Sym[],
  clause: WrittenClause,
  index: number,
  earlier: ReadonlySet<string>,
  mismatch: Node,
  steps: Steps,
): Node {
  const next = (matched: Clause): Node => {
    const bound = new Set([...earlier, ...sharedNames(matched.matches).map(({ name }) => name)]);
    return step(clause.body, index + 1, bound, steps);
  };
  const scope = scopeAfter(earlier, steps);
  return matchValues(bindings, names, [clause], mismatch, scope, clause.source.pos, next);
}

/** Around the steps, a function of the catch clauses, so that each of their bodies occurs once. */
function withCatcher(catcher: Sym, chain: Node, steps: Steps): Node {
  const { context, catches, form } = steps;
  const names = freshValues(widest(catches), form.pos, context);
  const decision = matchValues([], names, catches, undefined, scopeAfter(new Set(), steps), form.pos);
  const parameters = sequence(form.pos, ...names, ...handed(steps));
  return call(
    form.pos,
    'let',
    sequence(form.pos, catcher, call(form.pos, 'fn', parameters, decision)),
    chain,
  );
}

function handed({ handsVarargs, form }: Steps): readonly Node[] {
  return handsVarargs ? [{ kind: 'varg', pos: form.pos }] : [];
}

/** The steps are expanded at once, so what earlier ones bind is not in the compiler's scope yet. */
function scopeAfter(earlier: ReadonlySet<string>, { context, pinsLocals }: Steps): ScopeRules {
  const inScope = (name: string): boolean => earlier.has(firstPart(name)) || context.inScope(name);
  return { context, pinsLocals, inScope };
}

/** Whether a catch pattern could pin a name that a step binds: then it depends on the step. */
function mayPin(clauses: readonly WrittenClause[], catches: readonly WrittenClause[]): boolean {
  const bound = new Set(clauses.flatMap(({ source }) => symbolsIn(source)));
  return catches.some(({ source }) => symbolsIn(source).some((name) => bound.has(firstPart(name))));
}

function symbolsIn(node: Node): readonly string[] {
  switch (node.kind) {
    case 'sym':
      return node.name === '_' || node.name === 'nil' ? [] : [node.name];
    case 'list':
    case 'sequence':
      return node.items.flatMap(symbolsIn);
    case 'table':
      return node.entries.flat().flatMap(symbolsIn);
    default:
      return [];
  }
}

function mentionsVarargs(node: Node): boolean {
  if (node.kind === 'varg') return true;
  if (node.kind === 'list' || node.kind === 'sequence') return node.items.some(mentionsVarargs);
  return node.kind === 'table' && node.entries.flat().some(mentionsVarargs);
}

function firstPart(name: string): string {
  return name.split(/[.:]/, 1)[0] ?? name;
}

function failIfUneven(pairs: readonly Node[], message: string, at: Node, context: MacroContext): void {
  if (pairs.length % 2 === 0) return;
  context.fail('macro-usage', message, at, 'add the missing body, or remove the last pattern');
}
