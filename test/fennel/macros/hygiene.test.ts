import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.js';

describe('names of the author and of the expansion do not meet', () => {
  it.each([
    ['(let [value 1 is-table 2 matched 3] (case [4] [a] [a value is-table matched]))', '[4 1 2 3]'],
    ['(let [value 1] (case [2 3] (where (or [value x] x)) [value x]))', '[1 3]'],
    ['(let [collected 1 count 2] (icollect [_ value (ipairs [3])] [collected count value]))', '[[1 2 3]]'],
    ['(let [key 1 value 2] (collect [_ k (ipairs [:a])] k [key value]))', '{:a [1 2]}'],
    ['(let [step 1] (-?> 5 (+ step) (+ step)))', '7'],
    ['(let [partial-it 7 f #[$...]] ((partial f (f partial-it)) 8))', '[[7] 8]'],
    ['(let [values-it 1 rest 2] (case-try 3 x [x values-it rest]))', '[3 1 2]'],
    ['(let [arg 9] ((pick-args 1 #[$ arg]) 4))', '[4 9]'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it('uses no Lua function by a name that a local could have', () => {
    const source = `
      (fn f [type pcall error table select unpack pack]
        (local opened (with-open [h {:close #nil}] 1))
        (local tried (case-try [1] [x] (values x 2) (_ y) y))
        (local collected (icollect [i x (_G.ipairs [1 2])] (when (= i 2) x)))
        [opened tried (. collected 1) (case type [a] a) (?. table :x) (accumulate [n 0 _ m (_G.ipairs [pack])] (+ n m))])
      (f [:type] 0 0 {:x :table} 0 0 3)`;
    expect(evaluate(source)).toEqual(['[1 2 2 "type" "table" 3]']);
  });
});

describe('macros of the language inside macros of the author', () => {
  it.each([
    [
      '(macro m [x] (case x 1 :one [a & rest] (length rest) _ :other)) [(m 1) (m [2 3 4]) (m :x)]',
      '["one" 2 "other"]',
    ],
    ['(macro m [...] (icollect [_ x (ipairs [...])] (if (sym? x) (tostring x) x))) (m a 2 b)', '["a" 2 "b"]'],
    ['(macro m [n] (faccumulate [form 0 i 1 n] `(+ ,form ,i))) (m 4)', '10'],
    ['(macro m [x] (case-try x 1 (values nil 2) y y (catch (nil n) n))) (m 1)', '2'],
    ['(macro m [x] (-> x (doto (table.insert 5)))) (m [4])', '[4 5]'],
  ])('work while compiling: %s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it.each([
    [
      '(macro m [t] `(case ,t [x# & rest#] [x# rest#] {:k v#} v# _# :none)) [(m [1 2]) (m {:k 3}) (m 4)]',
      '[[1 [2]] 3 "none"]',
    ],
    [
      '(macro m [t] `(icollect [_# v# (ipairs ,t) &until (= v# 3) &into [0]] (* v# 2))) (m [1 2 3])',
      '[0 2 4]',
    ],
    ['(macro m [t] `(accumulate [n# 0 _# v# (ipairs ,t)] (+ n# v#))) (m [1 2])', '3'],
    [
      '(macro m [x] `(let [y# 1] (case ,x (where (= y#)) :one (where (or 2 3)) :more))) [(m 1) (m 3)]',
      '["one" "more"]',
    ],
    ['(macro m [x ...] `(-?> ,x ,...)) (m {:a 1} (. :a))', '1'],
    ['(macro m [x] `(match-try ,x {:a a#} a# (catch _# :none))) [(m {:a 1}) (m 5)]', '[1 "none"]'],
    [
      '(macro if-let [[pattern value] yes no] `(case ,value ,pattern ,yes _# ,no)) (if-let [[a b] [1 2]] (+ a b) 0)',
      '3',
    ],
  ])('stand in what they give: %s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it('refuses to bind a name written bare in a quoted pattern', () => {
    expect(() => evaluate('(macro m [x] `(case ,x [y] y)) (m [1])')).toThrow(/bind y without gensym/);
    expect(() => evaluate('(macro m [x] `(icollect [_# y (ipairs ,x)] y)) (m [1])')).toThrow(
      /bind y without gensym/,
    );
  });

  it('lets the author define macros of the same names', () => {
    expect(evaluate('(macro unless [c x] `(if ,c :mine ,x)) (unless true 1)')).toEqual(['"mine"']);
    expect(evaluate('(do (macro when [x] x) (when 5))')).toEqual(['5']);
  });
});
