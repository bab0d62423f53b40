import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.js';

describe('match', () => {
  it.each([
    ['(let [x 1] (match 1 x :same))', '"same"'],
    ['(let [x 1] (match 2 x :same _ :different))', '"different"'],
    ['(let [x 95] (match [52 85 95] [b a a] :no [x y z] :no [a b x] :yes))', '"yes"'],
    ['(let [t {:k 3}] (match 3 t.k :field _ :no))', '"field"'],
    ['(let [x nil] (match 1 x :no ?y [:bound ?y]))', '["bound" 1]'],
    ['(let [x nil] (match nil x :nil))', '"nil"'],
    ['(match 1 x x)', '1'],
    ['(match [1 2] [a b] (+ a b))', '3'],
    ['(let [_ 5] (match 1 _ :any))', '"any"'],
    ['(let [x 5] (match 5 (where (or x 1)) :pinned))', '"pinned"'],
    ['(let [x 10] (match [10 5] (where (or [y x] [x y])) y))', '5'],
    ['(let [x 5] (match [10 5] (where (or [y x] [x y])) y))', '10'],
    ['(do (var x 5) (match 5 (where (or x x)) (set x 6)) x)', '6'],
    ['(let [x 1] (match [1 2] (where [x y] (< x y)) y))', '2'],
    ['(let [x 1] (match {:x 1} {: x} :field))', '"field"'],
    ['(match (values 1 2) (a b) [b a])', '[2 1]'],
    ['(let [x 3] (match 3 (where (= x)) :same))', '"same"'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it.each([
    ['(match [1 2] ([a 2] ? (= a 1)) :guarded)', '"guarded"'],
    ['(match {:k :v} (t ? t.no) :no (t ? t.k (= t.k :v)) :yes)', '"yes"'],
  ])('takes the older notation for guards: %s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it('pins locals, parameters and loop variables, but no globals', () => {
    expect(evaluate('((fn [x] (match 2 x :pinned y [:bound y])) 2)')).toEqual(['"pinned"']);
    expect(evaluate('(icollect [_ x (ipairs [1 2])] (match 2 x :pinned _ :other))')).toEqual([
      '["other" "pinned"]',
    ]);
    expect(evaluate('(match 2 string [:bound string])')).toEqual(['["bound" 2]']);
  });

  it('does not pin what a clause before it bound', () => {
    expect(evaluate('(match [1] [a b] :two [a] [:one a])')).toEqual(['["one" 1]']);
  });

  it('pins what an outer match bound', () => {
    expect(evaluate('(match [1 [1 2]] [a b] (match b [a c] [:same c] _ :different))')).toEqual([
      '["same" 2]',
    ]);
  });
});
