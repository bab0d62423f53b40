import type { MacroContext, Node, Position, Sym } from '../../node.js';
import { call, list, nil, sequence } from '../construct.js';
import type { Clause } from './clause.js';
import type { Binding, PatternMatch } from './pattern.js';

/**
 * The clauses as an `if` that takes the first whose tests and guards hold, and `otherwise` (or nil)
 * when none does. Each body occurs once, whatever the number of its alternatives.
 */
export function decide(
  pos: Position,
  clauses: readonly Clause[],
  otherwise: Node | undefined,
  context: MacroContext,
): Node {
  // Built from the last clause upwards; plain clauses next to each other share one `if`.
  let rest = otherwise;
  let branches: [test: Node, consequence: Node][] = [];
  const close = (): Node => {
    const open = branches.reverse();
    branches = [];
    return chain(pos, open, rest);
  };
  for (const clause of [...clauses].reverse()) {
    const shared = sharedNames(clause.matches);
    if (clause.matches.length > 1 && shared.length > 0) {
      if (branches.length > 0) rest = close();
      rest = chooseAlternative(clause, shared, rest, context);
      continue;
    }
    const [only] = clause.matches as [PatternMatch];
    const isPlain = clause.matches.length === 1;
    const bindings = isPlain ? only.bindings : [];
    const test = isPlain ? guarded(only.tests, bindings, clause) : anyOf(clause);
    branches.push([test, bound(bindings, clause.body)]);
  }
  return branches.length > 0 || rest === undefined ? close() : rest;
}

/** `(if test consequence … rest)`; a last test that always holds becomes the else branch. */
function chain(pos: Position, branches: readonly [Node, Node][], rest: Node | undefined): Node {
  const last = branches.at(-1);
  if (last !== undefined && rest === undefined && isTrue(last[0])) {
    return chain(pos, branches.slice(0, -1), last[1]);
  }
  if (branches.length === 0) return rest ?? nil(pos);
  return call(pos, 'if', ...branches.flat(), ...(rest === undefined ? [] : [rest]));
}

/** The tests of one pattern, and the guards with names bound. */
function guarded(tests: readonly Node[], bindings: readonly Binding[], { guards, source }: Clause): Node {
  if (guards.length === 0) return allOf(tests, source.pos);
  const guard = bound(bindings, allOf(guards, source.pos));
  return allOf([...tests, guard], source.pos);
}

/** Alternatives that bind no common name: a plain disjunction. */
function anyOf(clause: Clause): Node {
  const { matches, guards, source } = clause;
  const tests = matches.map((match) => allOf(match.tests, source.pos));
  return allOf([call(source.pos, 'or', ...tests), ...guards], source.pos);
}

/**
 * Alternatives that bind names: the first that matches hands its values over to temporaries, so the
 * body occurs once. The names themselves are bound around the body only: the clauses after this one
 * must not see them.
 */
function chooseAlternative(
  clause: Clause,
  shared: readonly Sym[],
  rest: Node | undefined,
  context: MacroContext,
): Node {
  const { pos } = clause.source;
  const matched = context.gensym('matched', pos);
  const carried = shared.map((name) => context.gensym(name.name, name.pos));
  const yes: Node = { kind: 'boolean', value: true, pos };
  const choices = clause.matches.flatMap((match) => {
    const own = shared.map(({ name }) => bindingOf(match, name));
    const values = own.map(({ value }) => value);
    return [guarded(match.tests, own, clause), call(pos, 'values', yes, ...values)];
  });
  const bindings = shared.map((name, i): Binding => ({ name, value: carried[i] as Sym }));
  return call(
    pos,
    'let',
    sequence(pos, list(pos, matched, ...carried), call(pos, 'if', ...choices)),
    call(pos, 'if', matched, bound(bindings, clause.body), ...(rest === undefined ? [] : [rest])),
  );
}

/** The names that every alternative binds: only these are there for guards and body. */
export function sharedNames(matches: readonly PatternMatch[]): readonly Sym[] {
  const [first, ...others] = matches;
  const names = first?.bindings.map((binding) => binding.name) ?? [];
  return names.filter(({ name }) =>
    others.every((match) => match.bindings.some((binding) => binding.name.name === name)),
  );
}

/** Where a name is bound more than once, as by `&as`, the last counts, as in `let`. */
function bindingOf(match: PatternMatch, name: string): Binding {
  return match.bindings.findLast((binding) => binding.name.name === name) as Binding;
}

function bound(bindings: readonly Binding[], body: Node): Node {
  if (bindings.length === 0) return body;
  const [first] = bindings as [Binding];
  const pairs = bindings.flatMap(({ name, value, pair }) => pair ?? [name, value]);
  return call(first.name.pos, 'let', sequence(first.name.pos, ...pairs), body);
}

function allOf(tests: readonly Node[], pos: Position): Node {
  const needed = tests.filter((test) => !isTrue(test));
  const [only] = needed;
  if (only === undefined) return { kind: 'boolean', value: true, pos };
  return needed.length === 1 ? only : call(pos, 'and', ...needed);
}

function isTrue(node: Node): boolean {
  return node.kind === 'boolean' && node.value;
}
