import { describe, expect, test } from 'vitest';
import { compile } from '../../src/fennel/index.js';
import { evaluate } from './evaluate.js';
import { failure } from './failure.js';

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');
const sumTo = (n: number): number => (n * (n + 1)) / 2;

describe("beyond Lua's 200 locals a function", () => {
  test('a thousand locals can be declared and used', () => {
    const names = lines(1000, (i) => `x${i}`);
    expect(evaluate(`${lines(1000, (i) => `(local x${i} ${i})`)} (+ ${names})`)).toEqual([sumTo(999)]);
  });

  test('a thousand variables can be set, from closures too', () => {
    const source = `${lines(1000, (i) => `(var x${i} 0)`)}
${lines(1000, (i) => `(fn set-${i} [] (set x${i} ${i}))`)}
${lines(1000, (i) => `(set-${i})`)}
(+ ${lines(1000, (i) => `x${i}`)})`;
    expect(evaluate(source)).toEqual([sumTo(999)]);
  });

  test('patterns, several values and functions among them work as ever', () => {
    const source = `${lines(200, (i) => `(local x${i} ${i})`)}
(local [a {: b} & c] [1 {:b 2} 3 4])
(local (d e) (values 5 6))
(fn f [n] (if (= n 0) :end (f (- n 1))))
(local g (fn [] (+ x199 a b (. c 2) d e)))
[(f 3) (g)]`;
    expect(evaluate(source)).toEqual([['end', 199 + 1 + 2 + 4 + 5 + 6]]);
  });

  test('closures in a loop each keep the locals of their own round', () => {
    const source = `${lines(300, (i) => `(local x${i} ${i})`)}
(local fs [])
(for [i 1 3]
  (local y (* i 10))
  (var z i)
  (table.insert fs #(do (set z (+ z 1)) (+ y z x299))))
((. fs 1))
[((. fs 1)) ((. fs 2)) ((. fs 3))]`;
    expect(evaluate(source)).toEqual([[10 + 3 + 299, 20 + 3 + 299, 30 + 4 + 299]]);
  });

  test('temporaries end with their statement', () => {
    const source = `(var n 0) ${lines(2000, (i) => `(set n (+ n (let [a ${i} b 1] (if (> a 5) b 0))))`)} n`;
    expect(evaluate(source)).toEqual([1994]);
  });

  test('a table of hundreds of items may need statements in the last', () => {
    const source = `(fn f [x] x) (local t [${lines(400, (i) => `(f ${i})`)} (let [x 1] x)]) [(. t 400) (length t)]`;
    expect(evaluate(source)).toEqual([[399, 401]]);
  });

  test('a deep recursion of conditions keeps its temporaries apart', () => {
    const depth = 45;
    const source = `${'(+ 1 (let [x (if true '.repeat(depth)}0${' 5)] x))'.repeat(depth)}`;
    expect(evaluate(source)).toEqual([depth]);
  });
});

describe("beyond Lua's other limits", () => {
  test('a function that uses hundreds of locals of two functions around it is an error', () => {
    const source = `${lines(160, (i) => `(local x${i} ${i})`)}
(fn outer []
  ${lines(160, (i) => `(local y${i} ${i})`)}
  (fn [] (+ ${lines(160, (i) => `x${i} y${i}`)})))`;
    expect(failure(source)).toMatchObject({
      code: 'too-many-upvalues',
      message: 'one function uses more than 250 locals of the functions around it',
    });
  });

  const names = lines(300, (i) => `a${i}`);
  const calls = lines(300, (i) => `(f ${i})`);
  test.each<[string, string]>([
    ['values bound to 300 names', `(let [(${names}) (table.unpack [])] 1)`],
    ['the calls bound to 300 names', `(fn f [x] x)\n(let [[${names}] [${calls}]] 1)`],
    ['300 variables set at once', `${lines(300, (i) => `(var a${i} 0)`)}\n(set (${names}) (values 1 2))`],
    ['a pattern for 300 values', `(case (values 1 2)\n (${names}) 1)`],
    ['300 accumulators', `(accumulate [(${names}) (values 1 2) _ x (ipairs [])] (values 1 2))`],
    ['300 values returned', `(fn f [x] x)\n(values ${calls})`],
    ['300 values picked', '(fn f [x] x)\n\n(f (pick-values 300 (f 1)))'],
    ['150 arguments that need statements', `(print ${lines(150, () => '(let [x 1 y x] (if x y x))')})`],
  ])('%s are an error with a position and a hint', (_, source) => {
    const error = failure(source);
    expect(error).toMatchObject({ code: 'too-many-values', column: expect.any(Number) });
    expect(error.message).toMatch(/^expected fewer values at once: Lua says /);
    expect(source.split('\n')[error.line - 1]).toBe(error.sourceLine);
    expect(error.hint).toContain('into a table');
  });

  test.each<[string, unknown, string]>([
    ['names of a sequence', sumTo(300), `(let [[${names}] (fcollect [i 1 300] i)] (+ ${names}))`],
    [
      'names of a table',
      sumTo(299),
      `(let [{${lines(300, (i) => `: a${i}`)}} {${lines(300, (i) => `:a${i} ${i}`)}}] (+ ${names}))`,
    ],
    ['names of a pattern', sumTo(300), `(match (fcollect [i 1 300] i) [${names}] (+ ${names}))`],
    ['names of a parameter', sumTo(300), `((fn [[${names}]] (+ ${names})) (fcollect [i 1 300] i))`],
    [
      'clauses',
      ':c299',
      `((fn [x] (case x ${lines(300, (i) => `${i} "::c${i}"`)})) 299)`.replaceAll('::', ':'),
    ],
    [
      'locals a function uses',
      sumTo(299),
      `${lines(300, (i) => `(local a${i} ${i})`)} ((fn [] (+ ${names})))`,
    ],
    [
      'variables a function sets',
      300,
      `${lines(300, (i) => `(var a${i} 0)`)} (fn f [] ${lines(300, (i) => `(set a${i} 1)`)} (+ ${names})) (f)`,
    ],
    [
      'functions',
      sumTo(299),
      `${lines(300, (i) => `(fn a${i} [] ${i})`)} (+ ${lines(300, (i) => `(a${i})`)})`,
    ],
    ['items, each in need of statements', 300, `(length [${lines(300, (i) => `(let [x ${i}] x)`)}])`],
    ['operands that are calls', sumTo(299), `(fn f [x] x) (+ ${calls})`],
    ['strings that are calls', 790, `(fn f [x] x) (length (.. ${calls}))`],
  ])('300 %s work', (_, expected, source) => {
    expect(evaluate(source)).toEqual([expected]);
  });

  test('a sequence and a table of ten thousand items work', () => {
    expect(evaluate(`(length [${lines(10_000, String)}])`)).toEqual([10_000]);
    expect(evaluate(`(. {${lines(10_000, (i) => `:k${i} [${i}]`)}} :k9999 1)`)).toEqual([9999]);
  });

  test('a call of 300 arguments is an error that says so', () => {
    expect(failure(`(select :# ${lines(300, String)})`)).toMatchObject({
      code: 'too-many-arguments',
      line: 1,
    });
  });

  test('a thousand steps of a macro that nests them are an error', () => {
    const steps = lines(3000, (i) => `x${i} (+ x${i} 1)`);
    for (const source of [
      `(case-try 1 ${steps})`,
      `(match-try 1 ${steps} (catch _ 2))`,
      `(-?> 1 ${'(+ 1) '.repeat(5000)})`,
    ]) {
      expect(failure(source).code).toBe('nesting-too-deep');
    }
  });

  test('a mistake in raw Lua is left to whoever loads the chunk, also among many values', () => {
    const { lua } = compile(`(lua "local = 1")\n(values ${lines(240, String)})`, { filename: 'test.fnl' });
    expect(lua).toContain('local = 1');
  });

  test('loops nested without end in one function are an error', () => {
    const source = `${'(each [_ x (ipairs [1])] '.repeat(60)}nil${')'.repeat(60)}`;
    expect(failure(source)).toMatchObject({
      code: 'too-many-locals',
      message: 'expected fewer loops in one function: Lua allows 200 locals',
    });
  });

  test('calls around conditions around calls do not multiply the code', () => {
    const source = `(fn f [...] (select -1 ...)) ${'(f 1 2 3 (if ... '.repeat(60)}7${' 8))'.repeat(60)}`;
    expect(compile(source, { filename: 'test.fnl' }).lua.length).toBeLessThan(30_000);
    expect(evaluate(source)).toEqual([7]);
  });

  test('a chain of a thousand operators, comparisons, look-ups and strings is none', () => {
    expect(evaluate(`(+ ${'1 '.repeat(1000)})`)).toEqual([1000]);
    expect(evaluate(`(< ${lines(1000, String)})`)).toEqual([true]);
    expect(evaluate(`(and ${'true '.repeat(1000)} 5)`)).toEqual([5]);
    expect(evaluate(`(length (.. ${':ab '.repeat(1000)}))`)).toEqual([2000]);
    expect(evaluate(`(local t {}) (set t.t t) (= t (. t ${':t '.repeat(1000)}))`)).toEqual([true]);
    expect(evaluate(`(-> 0 ${'(+ 1) '.repeat(400)})`)).toEqual([400]);
  });
});
