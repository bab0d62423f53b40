import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, FennelError, formatError } from '../../src/fennel/index.js';
import { createVm } from '../../src/lua/index.js';

const vm = createVm();
const folder = join(import.meta.dirname, 'programs');
const programs = readdirSync(folder)
  .filter((name) => name.endsWith('.fnl'))
  .map((name) => readFileSync(join(folder, name), 'latin1'));

/** Compiles anything: what comes out is a program that Lua loads, or a FennelError that can be shown. */
function survives(source: string | Uint8Array): void {
  const startedAt = performance.now();
  try {
    const { lua, lineMap } = compile(source, { filename: 'fuzz.fnl', limits: { macroCpuMs: 500 } });
    vm.load({ lua, chunkName: 'fuzz.fnl', lineMap });
  } catch (error) {
    if (!(error instanceof FennelError)) throw error;
    formatError(error);
  }
  expect(performance.now() - startedAt).toBeLessThan(5000);
}

const heads = [
  ...'fn lambda hashfn let local var set tset global if when do values each for while and or not'.split(' '),
  ...'+ - * / .. = < not= . ?. : length band lshift pick-values quote unquote macro macros'.split(' '),
  ...'-> ->> -?> doto partial collect icollect accumulate fcollect case match case-try where catch'.split(
    ' ',
  ),
  ...'with-open set-forcibly! tail! comment eval-compiler import-macros macrodebug'.split(' '),
];
const atoms = [
  ...'x y z x.y x:y $ $1 $... ... & &as &until &into nil true false _ ?x 1 -2 0.5 .inf :k "s" string.rep'.split(
    ' ',
  ),
];
const token = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...heads) },
  { weight: 4, arbitrary: fc.constantFrom(...atoms) },
);
const form: fc.Arbitrary<string> = fc.letrec<{ form: string }>((tie) => ({
  form: fc.oneof(
    { depthSize: 'medium' },
    token,
    fc
      .tuple(fc.constantFrom(...heads, 'x', 'print'), fc.array(tie('form'), { maxLength: 5 }))
      .map(([head, args]) => `(${[head, ...args].join(' ')})`),
    fc.array(tie('form'), { maxLength: 4 }).map((items) => `[${items.join(' ')}]`),
    fc
      .array(fc.tuple(tie('form'), tie('form')), { maxLength: 3 })
      .map((entries) => `{${entries.flat().join(' ')}}`),
    fc.tuple(fc.constantFrom('#', '`', ','), tie('form')).map(([prefix, inner]) => prefix + inner),
  ),
})).form;

const mutated = fc
  .tuple(
    fc.constantFrom(...programs),
    fc.array(
      fc.tuple(fc.nat(), fc.nat(12), fc.oneof(token, fc.constantFrom('(', ')', '[', ']', '{', '}', '', ' '))),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  )
  .map(([source, edits]) =>
    edits.reduce((text, [at, length, insert]) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + insert + text.slice(from + length);
    }, source),
  );

describe('any input gives a program or a FennelError, in bounded time', () => {
  test('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), survives), { numRuns: 500 });
  });

  test('random tokens', () => {
    const soup = fc
      .array(fc.oneof(token, fc.constantFrom('(', '(', ')', ')', '[', ']', '{', '}', '#', '`', ',', '\n')), {
        maxLength: 60,
      })
      .map((tokens) => tokens.join(' '));
    fc.assert(fc.property(soup, survives), { numRuns: 1500 });
  });

  test('random forms', () => {
    fc.assert(
      fc.property(fc.array(form, { minLength: 1, maxLength: 4 }), (forms) =>
        survives(`(local (x y z) ...) ${forms.join('\n')}`),
      ),
      { numRuns: 4000 },
    );
  });

  test('real programs with mistakes', () => {
    fc.assert(fc.property(mutated, survives), { numRuns: 1500 });
  });

  test.each([
    ['a deep list', '('.repeat(100_000)],
    ['deep functions', `${'(fn [] '.repeat(190)}1${')'.repeat(190)}`],
    ['deep conditions', `${'(if 1 '.repeat(190)}1${')'.repeat(190)}`],
    ['deep operators', `${'(+ 1 '.repeat(190)}1${')'.repeat(190)}`],
    ['deep calls', `${'(print '.repeat(190)}1${')'.repeat(190)}`],
    ['deep tables', `${'['.repeat(190)}1${']'.repeat(190)}`],
    ['deep lets', `${'(let [x 1] '.repeat(190)}1${')'.repeat(190)}`],
    ['deep loops', `${'(each [_ x (pairs [])] '.repeat(190)}1${')'.repeat(190)}`],
    ['deep logic', `${'(and 1 (let [x 1] '.repeat(90)}1${'))'.repeat(90)}`],
    ['a long thread', `(-> 1 ${'(+ 1) '.repeat(190)})`],
    ['a very long thread', `(-> 1 ${'(+ 1) '.repeat(5000)})`],
    ['a thread into a macro', `(macro m [x] x) (-> 1 ${'(+ 1) '.repeat(50_000)} (m))`],
    ['a thread into a hashfn', `(-> $... ${'(print) '.repeat(50_000)} (hashfn))`],
    ['a thread into a quote', `(-> 1 ${'(+ 1) '.repeat(50_000)} (quote))`],
    ['a thread into macrodebug', `(macrodebug (-> 1 ${'(+ 1) '.repeat(50_000)}) true)`],
    ['a thread into macroexpand', `(macro m [x] (macroexpand x)) (m (-> 1 ${'(+ 1) '.repeat(50_000)}))`],
    ['a thread into a pattern', `(-> x ${'(list) '.repeat(50_000)} (local 1))`],
    ['a thread into case', `(-> x ${'(+ 1) '.repeat(50_000)} (case y y))`],
    ['a thread into a pattern of case', `(->> x ${'(where) '.repeat(5000)} (case 1 2))`],
    [
      'a thread into every macro',
      heads.map((head) => `(-> 1 ${'(+ 1) '.repeat(3000)} (${head} x))`).join('\n'),
    ],
    ['a thread of patterns', heads.map((head) => `(->> 1 ${'(or x) '.repeat(3000)} (${head} x))`).join('\n')],
    ['many operands', `(+ ${'1 '.repeat(20_000)})`],
    ['many strings', `(.. ${':a '.repeat(20_000)})`],
    ['many items', `[${'1 '.repeat(50_000)}]`],
    ['many locals', Array.from({ length: 1000 }, (_, i) => `(local x${i} ${i})`).join('\n')],
    ['many clauses', `(if ${'... 1 '.repeat(5000)} 2)`],
    ['many keys', `(. {} ${':a '.repeat(3000)})`],
  ])('%s', (_, source) => {
    survives(source);
  });
});
