import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../../src/fennel/index.js';
import { evaluate } from './evaluate.js';
import {
  boundNames,
  type Clause,
  type Environment,
  firstMatch,
  type Pattern,
  type Value,
} from './reference-match.js';

const atom = fc.constantFrom<undefined | boolean | number | string>(
  undefined,
  true,
  false,
  0,
  1,
  2,
  'a',
  'b',
);
const key = fc.constantFrom('a', 'b', 'c');
/** The locals around the form are called p and q; patterns may name them too. */
const locals = fc.record({ p: atom, q: atom });
const name = fc.constantFrom('x', 'y', 'z', '?v', '_', '_w', 'p');

const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    atom,
    // A nil inside a sequence would leave its length to chance.
    fc.array(
      tie('value').map((item) => item ?? 'none'),
      { maxLength: 4 },
    ),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** `whole` has a name of its own, since binding one twice there is the author's affair. */
const pattern = fc.letrec<{ pattern: Pattern }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small' },
    name.map((name): Pattern => ({ is: 'name', name })),
    atom.map((value): Pattern => ({ is: 'literal', value })),
    fc.constantFrom('p', 'q').map((name): Pattern => ({ is: 'pin', name })),
    fc
      .record({
        items: fc.array(tie('pattern'), { maxLength: 3 }),
        end: fc.oneof(fc.constant(undefined), fc.constant('whole' as const), tie('pattern')),
      })
      .map(({ items, end }): Pattern => {
        if (end === 'whole') return { is: 'sequence', items, whole: 'w' };
        return { is: 'sequence', items, ...(end && { rest: end }) };
      }),
    fc
      .record({
        fields: fc.dictionary(key, tie('pattern'), { maxKeys: 3, noNullPrototype: true }),
        rest: fc.option(tie('pattern'), { nil: undefined }),
        whole: fc.option(fc.constant('w'), { nil: undefined }),
      })
      .map((parts): Pattern => ({ is: 'table', ...parts })),
  ),
})).pattern;

const clause = fc.record({
  alternatives: fc.array(fc.array(pattern, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  guard: fc.option(fc.record({ name: fc.constantFrom('p', 'q', 'x'), value: atom }), { nil: undefined }),
});

describe('compiled matching', () => {
  it.each(['case', 'match'])('agrees with the manual: %s', (form) => {
    fc.assert(
      fc.property(
        fc.array(clause, { minLength: 1, maxLength: 4 }),
        fc.tuple(value, value),
        locals,
        (written, values, locals) => {
          const environment: Environment = { locals, pins: form === 'match' };
          const clauses = written.map((clause) => withLegalGuard(clause, environment));
          const found = firstMatch(clauses, values, environment);
          const expected = found && { clause: found.index, ...Object.fromEntries(found.bindings) };
          expect(evaluate(program(form, clauses, values, environment))).toEqual([show(expected)]);
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** A guard may ask for x only where every alternative binds it. */
function withLegalGuard({ alternatives, guard }: Clause, environment: Environment): Clause {
  if (guard === undefined) return { alternatives };
  const isBound = alternatives.every((patterns) =>
    patterns.some((p) => boundNames(p, environment).includes(guard.name)),
  );
  return isBound || guard.name in environment.locals ? { alternatives, guard } : { alternatives };
}

function program(
  form: string,
  clauses: readonly Clause[],
  values: readonly Value[],
  environment: Environment,
): string {
  const pairs = clauses.map(
    (clause, i) =>
      `(where ${writeAlternatives(clause)}${writeGuard(clause)}) ${writeBody(clause, i, environment)}`,
  );
  const bindings = Object.entries(environment.locals).map(([name, value]) => `${name} ${write(value)}`);
  return `(let [${bindings.join(' ')}] (${form} (values ${values.map(write).join(' ')}) ${pairs.join(' ')}))`;
}

function writeAlternatives({ alternatives }: Clause): string {
  const written = alternatives.map((patterns) =>
    patterns.length === 1
      ? writePattern(patterns[0] as Pattern)
      : `(${patterns.map(writePattern).join(' ')})`,
  );
  return written.length === 1 ? (written[0] as string) : `(or ${written.join(' ')})`;
}

function writeGuard({ guard }: Clause): string {
  return guard === undefined ? '' : ` (= ${guard.name} ${write(guard.value)})`;
}

/** The body shows every name that all alternatives bind. */
function writeBody({ alternatives }: Clause, index: number, environment: Environment): string {
  const [first = [], ...others] = alternatives.map((patterns) =>
    patterns.flatMap((p) => boundNames(p, environment)),
  );
  const names = new Set(first.filter((name) => others.every((other) => other.includes(name))));
  return `{:clause ${index} ${[...names].map((name) => `:${name} ${name}`).join(' ')}}`;
}

function writePattern(pattern: Pattern): string {
  switch (pattern.is) {
    case 'literal':
      return write(pattern.value);
    case 'name':
      return pattern.name;
    case 'pin':
      return `(= ${pattern.name})`;
    case 'sequence':
      return `[${[...pattern.items.map(writePattern), ...writeEnd(pattern)].join(' ')}]`;
    case 'table': {
      const fields = Object.entries(pattern.fields).map(([key, part]) => `:${key} ${writePattern(part)}`);
      return `{${[...fields, ...writeEnd(pattern)].join(' ')}}`;
    }
  }
}

function writeEnd({ rest, whole }: { rest?: Pattern; whole?: string }): string[] {
  return [
    ...(rest === undefined ? [] : [`& ${writePattern(rest)}`]),
    ...(whole === undefined ? [] : [`&as ${whole}`]),
  ];
}

function write(value: Value): string {
  return view(value, { oneLine: true });
}

/** As the VM's tables are shown: an empty array is no different from an empty table. */
function show(value: Value): string {
  return view(asMaps(value), { oneLine: true });
}

function asMaps(value: Value): unknown {
  if (typeof value !== 'object') return value;
  const entries = Array.isArray(value)
    ? value.map((item, i) => [i + 1, item] as const)
    : Object.entries(value);
  return new Map<unknown, unknown>(
    entries.filter(([, item]) => item !== undefined).map(([key, item]) => [key, asMaps(item)]),
  );
}
