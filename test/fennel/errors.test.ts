import { describe, expect, test } from 'vitest';
import { formatError } from '../../src/fennel/index.js';
import { failure as failureOf } from './failure.js';

const globals = ['pairs', 'next', 'ipairs', '_G', 'print', 'string'];
const failure = (source: string) => failureOf(source, { globals });

/** Source, code, message, line and column of what the compiler must say. */
const cases: Record<string, [source: string, code: string, message: string, line: number, column: number][]> =
  {
    names: [
      ['(local + 6)', 'name-overshadowed', 'local + was overshadowed by a special form or macro', 1, 1],
      [
        '(fn global [] 1)',
        'name-overshadowed',
        'local global was overshadowed by a special form or macro',
        1,
        1,
      ],
      [
        '(let [when 1] 1)',
        'name-overshadowed',
        'local when was overshadowed by a special form or macro',
        1,
        1,
      ],
      [
        '(fn [match] 1)',
        'name-overshadowed',
        'local match was overshadowed by a special form or macro',
        1,
        1,
      ],
      ['(do each)', 'special-as-value', 'tried to reference a special form without calling it: each', 1, 5],
      ['(print +)', 'special-as-value', 'tried to reference a special form without calling it: +', 1, 8],
      ['(print ->)', 'macro-as-value', 'tried to reference a macro without calling it: ->', 1, 8],
      ['(hey)', 'unknown-identifier', 'unknown identifier: hey', 1, 2],
      ['(fn f []\n  (hey))', 'unknown-identifier', 'unknown identifier: hey', 2, 4],
      ['(let [bl 8 a bcd] nil)', 'unknown-identifier', 'unknown identifier: bcd', 1, 14],
      ['(let [t {:a 1}] (+ t.a BAD.x))', 'unknown-identifier', 'unknown identifier: BAD', 1, 24],
      ['(print $)', 'unknown-identifier', 'unknown identifier: $', 1, 8],
      ['(do (local x 1)) (print x)', 'unknown-identifier', 'unknown identifier: x', 1, 25],
      ['(local abc&d 19)', 'invalid-name', 'invalid character: &: abc&d', 1, 8],
      ['(local .x 19)', 'invalid-name', 'invalid character: .: .x', 1, 8],
      [
        '(let [x {:foo 1}] x:foo)',
        'method-outside-call',
        'multisym method calls may only be in call position: x:foo',
        1,
        19,
      ],
      ['(let [pairs #(pairs $)] pairs)', 'global-aliased', 'use of global pairs is aliased by a local', 1, 1],
      ['(local ipairs #(ipairs $))', 'global-aliased', 'use of global ipairs is aliased by a local', 1, 1],
      ['(local a-b 1) (global a_b 2)', 'global-conflict', 'global a_b conflicts with local', 1, 23],
      ['(local a-b 1) (global [a_b] [2])', 'global-conflict', 'global a_b conflicts with local', 1, 24],
      ['(global + 1)', 'special-as-value', 'tried to reference a special form without calling it: +', 1, 9],
      ['(global when 1)', 'macro-as-value', 'tried to reference a macro without calling it: when', 1, 9],
      ['(local x 1) (global x 2)', 'global-conflict', 'global x conflicts with local', 1, 21],
    ],
    calls: [
      ['()', 'empty-call', 'expected a function, macro, or special to call', 1, 1],
      ['(789)', 'call-of-literal', 'cannot call literal value 789', 1, 1],
      ['(nil)', 'call-of-literal', 'cannot call literal value nil', 1, 1],
      ['(true 1)', 'call-of-literal', 'cannot call literal value true', 1, 1],
      ['([])', 'call-of-literal', 'cannot call literal value table', 1, 1],
      ['({:a 1} :a)', 'call-of-literal', 'cannot call literal value table', 1, 1],
      ['((values))', 'call-of-literal', 'cannot call literal value nil', 1, 1],
      ['(not true false)', 'one-argument-expected', 'expected one argument', 1, 1],
      ['(#)', 'one-argument-expected', 'expected one argument', 1, 1],
      ['(hashfn 1 2)', 'one-argument-expected', 'expected one argument', 1, 1],
      ['(< 1)', 'operands-expected', 'expected at least two arguments', 1, 1],
      ['(-)', 'operands-expected', 'expected more than 0 arguments', 1, 1],
      ['(lshift)', 'operands-expected', 'expected more than 0 arguments', 1, 1],
      ['(fn [...] (+ ...))', 'vararg-operand', 'tried to use vararg with operator', 1, 11],
      ['(: 1)', 'expected-method', 'expected at least 2 arguments', 1, 1],
      ['(.)', 'expected-table', 'expected table argument', 1, 1],
      ['(tset 1)', 'expected-field', 'expected table, key, and value arguments', 1, 1],
      ['(tset 1 2 3)', 'set-of-literal', 'cannot set field of literal value', 1, 1],
      ['(lua)', 'lua-arguments', 'expected 1 or 2 arguments', 1, 1],
      ['(lua [])', 'lua-arguments', 'expected Lua code as a string', 1, 1],
      ['(pick-values :a 1)', 'bad-count', 'expected the number of values to be an integer >= 0', 1, 1],
      ['(pick-values -1 1)', 'bad-count', 'expected the number of values to be an integer >= 0', 1, 1],
      ['(tail! (if false 1 2))', 'tail-of-no-call', 'expected a function call as argument', 1, 1],
      ['(tail! [])', 'tail-of-no-call', 'expected a function call as argument', 1, 1],
      ['(do (tail! (print :x)) (print :y))', 'not-in-tail-position', 'must be in tail position', 1, 5],
      ['(include :x)', 'include-unsupported', 'include is not available', 1, 1],
      ['(assert-repl true)', 'repl-unsupported', 'assert-repl is not available', 1, 1],
      [
        `(print ${'1 '.repeat(300)})`,
        'too-many-arguments',
        'expected a call with fewer than 300 arguments: Lua cannot make it',
        1,
        1,
      ],
    ],
    functions: [
      ['(fn)', 'expected-parameters', 'expected parameters table', 1, 1],
      ['(fn f)', 'expected-parameters', 'expected parameters table', 1, 1],
      ['(lambda x)', 'expected-parameters', 'expected arg list', 1, 1],
      ['(fn [12])', 'bad-parameter', 'expected symbol for function parameter: 12', 1, 5],
      ['(fn [:huh] 4)', 'bad-parameter', 'expected symbol for function parameter: huh', 1, 5],
      ['(fn [false] 4)', 'bad-parameter', 'expected symbol for function parameter: false', 1, 5],
      ['(fn [nil] 4)', 'bad-parameter', 'expected symbol for function parameter: nil', 1, 5],
      ['(fn [a.b] 4)', 'bad-parameter', 'expected symbol for function parameter: a.b', 1, 5],
      ['(fn [... a] 4)', 'vararg-not-last', 'expected vararg as last parameter', 1, 1],
      ['(fn [a & b c] nil)', 'rest-not-last', 'expected rest argument before last parameter', 1, 10],
      ['(fn [a & {3 3}] nil)', 'unable-to-bind', 'unable to bind number 3', 1, 10],
      ['(fn [] [...])', 'unexpected-vararg', 'unexpected vararg', 1, 9],
      ['#(values ...)', 'unexpected-vararg', 'use $... in hashfn', 1, 10],
      ['#[$ $...]', 'hashfn-arguments-mixed', '$ and $... in hashfn are mutually exclusive', 1, 1],
      ['(fn abc:def [x] (+ x 2))', 'unexpected-multisym', 'unexpected multi symbol abc:def', 1, 5],
      ['(fn eugh.lol [])', 'function-of-unknown', 'expected local table eugh', 1, 5],
      [
        `(fn [${Array.from({ length: 200 }, (_, i) => `a${i}`).join(' ')}] 1)`,
        'too-many-parameters',
        'expected at most 150 parameters, found 200',
        1,
        1,
      ],
    ],
    binding: [
      ['(local () 1)', 'empty-values', 'must provide at least one value', 1, 8],
      ['(local 47 :forty-seven)', 'unable-to-bind', 'unable to bind number 47', 1, 1],
      ['(let [nil 1] 9)', 'unable-to-bind', 'unable to bind symbol nil', 1, 1],
      ['(let [:x 1] 1)', 'unable-to-bind', 'unable to bind string x', 1, 1],
      ['(let [false 1] 9)', 'unable-to-bind', 'unable to bind boolean false', 1, 1],
      ['(let [(a 1) 1] 9)', 'unable-to-bind', 'unable to bind number 1', 1, 1],
      ['(global 48 :forty-eight)', 'unable-to-bind', 'unable to bind number 48', 1, 1],
      ['(let [[first "&as" list] []] true)', 'unable-to-bind', 'unable to bind string &as', 1, 7],
      ['(let [((x)) 1] (do))', 'nested-values', "can't nest multi-value destructuring", 1, 8],
      ['(let [[(x)] (print)] (do))', 'nested-values', "can't nest multi-value destructuring", 1, 8],
      ['(let [x.y 9] nil)', 'unexpected-multisym', 'unexpected multi symbol x.y', 1, 7],
      ['(local (. _G :x) 9)', 'dynamic-declaration', 'cannot declare dynamic binding', 1, 8],
      ['(local x)', 'name-and-value-expected', 'expected name and value', 1, 1],
      ['(set)', 'name-and-value-expected', 'expected name and value', 1, 1],
      ['(let [x 1])', 'expected-body', 'expected body expression', 1, 2],
      ['(let {:a 1} 1)', 'expected-bindings', 'expected binding sequence', 1, 6],
      ['(let [x 1 y] 8)', 'odd-bindings', 'expected even number of name/value bindings', 1, 6],
      ['(let [[a & c d] [1 2]] c)', 'rest-not-last', 'expected rest argument before last parameter', 1, 7],
      ['(let [[a &as l & r] []] 1)', 'as-not-last', 'expected &as argument before last parameter', 1, 7],
      ['(let [{: x &as foo} 8] 42)', 'destructuring-literal', 'could not destructure literal', 1, 7],
      ['(let [[x] nil] 42)', 'destructuring-literal', 'could not destructure literal', 1, 7],
      ['(let [{(+ 1 1) v} {}] true)', 'key-not-literal', 'expected key to be a literal', 1, 8],
      ['(set a 19)', 'set-of-unknown', 'expected local a', 1, 6],
      ['(set a.b 2)', 'set-of-unknown', 'expected local a', 1, 6],
      ['(set [a b] [1 2])', 'set-of-unknown', 'expected local a', 1, 7],
      ['(let [x 1] (set-forcibly! y 1) (set x 3) x)', 'set-of-constant', 'expected var x', 1, 37],
      ['(fn f [] 1) (set f 2)', 'set-of-constant', 'expected var f', 1, 18],
      ['(set abc:def 2)', 'set-of-method', 'cannot set method sym abc:def', 1, 6],
      ['(set (. 98 1) true)', 'set-of-literal', 'dynamic set needs symbol target', 1, 6],
      ['(do (var t {}) (set (. t) true))', 'set-without-key', 'dynamic set needs at least one key', 1, 21],
      ['(set (. FAKE :x) true)', 'unknown-identifier', 'unknown identifier: FAKE', 1, 9],
      ['(print (local x 10) x)', 'declaration-in-expression', "can't introduce local here", 1, 8],
      ['(if (var x 10) (print x) 1)', 'declaration-in-expression', "can't introduce var here", 1, 5],
      ['(or (local x 10) 1)', 'declaration-in-expression', "can't introduce local here", 1, 5],
    ],
    control: [
      ['(if)', 'expected-condition', 'expected condition and body', 1, 1],
      ['(if 1)', 'expected-condition', 'expected condition and body', 1, 1],
      ['(while)', 'expected-condition', 'expected condition', 1, 1],
      ['(each [x (pairs {})])', 'expected-body', 'expected body expression', 1, 2],
      ['(each x 1)', 'expected-bindings', 'expected binding table', 1, 1],
      ['(each [x] 1)', 'expected-iterator', 'expected binding and iterator', 1, 1],
      ['(do\n\n(each \n[x 34 (pairs {})] 21))', 'unable-to-bind', 'unable to bind number 34', 3, 1],
      ['(each [k (print) :igloo 33] nil)', 'unexpected-clause', 'unexpected iterator clause: igloo', 1, 1],
      [
        '(each [k (pairs []) &until 1 &until 2] nil)',
        'unexpected-clause',
        'unexpected iterator clause: until',
        1,
        1,
      ],
      ['(for [32 34 32] 21)', 'unable-to-bind', 'unable to bind number 32', 1, 6],
      ['(for [i 1 3 2 4] nil)', 'range-too-long', 'unexpected arguments', 1, 6],
      ['(for [i 1] nil)', 'range-too-short', 'expected range to include start and stop', 1, 6],
      ['(for [i 1 2])', 'expected-body', 'expected body expression', 1, 2],
    ],
    quoting: [
      ['`(hey)', 'compile-time-only', 'lists may only be used at compile time', 1, 2],
      ['`[hey]', 'compile-time-only', 'symbols may only be used at compile time', 1, 3],
      [',x', 'unquote-outside-quote', 'tried to use unquote outside quote', 1, 1],
      ['(macro xyz [t] ,t)', 'unquote-outside-quote', 'tried to use unquote outside quote', 1, 16],
    ],
  };

for (const [group, list] of Object.entries(cases)) {
  describe(group, () => {
    test.each(list)('%s', (source, code, message, line, column) => {
      const error = failure(source);
      expect({ ...error.errors[0], message: error.message }).toMatchObject({ code, message, line, column });
      expect(error.errors).toHaveLength(1);
      expect(error.hint).toBeTruthy();
      expect(error.sourceLine).toBe(source.split('\n')[line - 1]);
    });
  });
}

describe('suggestions', () => {
  test.each([
    ['(local value 1) (print valeu)', 'did you mean value?'],
    ['(local counter 1) (print conuter)', 'did you mean counter?'],
    ['(prnit 1)', 'did you mean print?'],
    ['(wehn true 1)', 'did you mean when?'],
    ['(unless true 1)', 'declare it with local, let or fn before using it'],
    ['(fn long-function-name [] 1) (long-funtion-name)', 'did you mean long-function-name?'],
    ['(print xyzzy)', 'declare it with local, let or fn before using it'],
    ['(local value 1) (set vlaue 2)', 'did you mean value?'],
  ])('%s', (source, advice) => {
    expect(failure(source).hint).toContain(advice);
  });
});

test('an error can be written as JSON', () => {
  expect(JSON.parse(JSON.stringify(failure('(nope)\n(nope2)')))).toMatchObject({
    code: 'unknown-identifier',
    file: 'test.fnl',
    line: 1,
    column: 2,
    sourceLine: '(nope)',
  });
});

describe('several errors', () => {
  test('each statement is compiled, and the names of a broken one count as known', () => {
    const error = failure(`
(local a (unknown-one))
(print a)
(fn f [x]
  (unknown-two x)
  (unknown-three a))
(fn g [12] nil)
(g (f))
(local [b c] (-))
(print b c)`);
    expect(error.errors.map((each) => [each.line, each.message])).toEqual([
      [2, 'unknown identifier: unknown-one'],
      [5, 'unknown identifier: unknown-two'],
      [6, 'unknown identifier: unknown-three'],
      [7, 'expected symbol for function parameter: 12'],
      [9, 'expected more than 0 arguments'],
    ]);
  });

  test('one call may hold several', () => {
    expect(failure('(one two (+ three 1))').errors.map((each) => each.column)).toEqual([2, 6, 13]);
  });

  test('at most twenty are listed', () => {
    expect(failure('(nope)\n'.repeat(1000)).errors).toHaveLength(20);
  });

  test('what a macro repeats is reported once', () => {
    expect(failure('(macro twice [x] `(do ,x ,x)) (twice (nope))').errors).toHaveLength(1);
  });

  test('errors are formatted one after the other', () => {
    expect(formatError(failure('(local é 1)\n(prnt é)\n(é zzzzzz)'))).toBe(
      [
        'test.fnl:2:2: unknown identifier: prnt',
        '(prnt é)',
        ' ^^^^',
        'hint: did you mean print? (a global that exists only at run time is written _G.prnt)',
        '',
        'test.fnl:3:4: unknown identifier: zzzzzz',
        '(é zzzzzz)',
        '   ^^^^^^',
        'hint: declare it with local, let or fn before using it (a global that exists only at run time is written _G.zzzzzz)',
      ].join('\n'),
    );
  });
});
