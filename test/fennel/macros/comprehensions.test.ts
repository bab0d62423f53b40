import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.js';

describe('icollect', () => {
  it.each([
    ['(icollect [_ n (ipairs [1 2 3])] (* n n))', '[1 4 9]'],
    ['(icollect [_ n (ipairs [1 2 3 4])] (when (= 0 (% n 2)) n))', '[2 4]'],
    ['(icollect [_ n (ipairs [1 2])] false)', '[false false]'],
    ['(icollect [_ n (ipairs [1 2])] (values n :dropped))', '[1 2]'],
    ['(icollect [c (string.gmatch "abc" ".")] c)', '["a" "b" "c"]'],
    ['(icollect [_ n (ipairs [1 2 3]) &until (= n 3)] n)', '[1 2]'],
    ['(icollect [_ n (ipairs [1 2]) &into [9]] n)', '[9 1 2]'],
    ['(icollect [_ n (ipairs [1 2 3]) &until (= n 3) &into [9]] n)', '[9 1 2]'],
    ['(icollect [_ n (ipairs [1 2]) :into [9]] n)', '[9 1 2]'],
    ['(icollect [_ n (ipairs [1 2]) &into (table.pack 7 8)] n)', '{1 7 2 8 3 1 4 2 :n 2}'],
    ['(icollect [_ {: id} (ipairs [{:id 1} {}])] id)', '[1]'],
    ['(icollect [_ n (ipairs [])] n)', '{}'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it('collects into the table itself', () => {
    expect(
      evaluate('(local t [1]) (local u (icollect [_ n (ipairs [2]) &into t] n)) (values (= t u) t)'),
    ).toEqual(['true', '[1 2]']);
  });
});

describe('collect', () => {
  it.each([
    ['(collect [k v (pairs {:a 1 :b 2})] (.. k k) (* v 10))', '{:aa 10 :bb 20}'],
    ['(collect [k v (pairs {:a 1 :b 2})] (values v k))', '["a" "b"]'],
    ['(collect [k v (pairs {:a 1 :b 2})] (when (= v 1) (values k v)))', '{:a 1}'],
    ['(collect [k v (pairs {:a 1})] k nil)', '{}'],
    ['(collect [k v (pairs {:a 1})] k false)', '{:a false}'],
    ['(collect [k v (pairs {:a 1}) &into {:z 26}] k v)', '{:a 1 :z 26}'],
    ['(collect [i v (ipairs [:x :y :z]) &until (= i 3)] v i)', '{:x 1 :y 2}'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });
});

describe('fcollect', () => {
  it.each([
    ['(fcollect [i 1 4] (* i i))', '[1 4 9 16]'],
    ['(fcollect [i 10 1 -3] i)', '[10 7 4 1]'],
    ['(fcollect [i 1 6] (when (= 1 (% i 2)) i))', '[1 3 5]'],
    ['(fcollect [i 1 100 &until (= i 3)] i)', '[1 2]'],
    ['(fcollect [i 1 2 &into [0]] i)', '[0 1 2]'],
    ['(fcollect [i 1 10 4 &into [0] &until (< 6 i)] i)', '[0 1 5]'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });
});

describe('accumulate and faccumulate', () => {
  it.each([
    ['(accumulate [sum 0 _ n (ipairs [1 2 3])] (+ sum n))', ['6']],
    ['(accumulate [last nil _ n (ipairs [])] n)', ['nil']],
    ['(accumulate [best nil _ n (ipairs [3 9 4]) &until (= best 9)] n)', ['9']],
    [
      '(accumulate [(min max) (values 9 0) _ n (ipairs [3 7])] (values (math.min min n) (math.max max n)))',
      ['3', '7'],
    ],
    ['(accumulate [[a b] [0 1] _ _ (ipairs [1 1 1])] [b (+ a b)])', ['[2 3]']],
    ['(accumulate [t {} k v (pairs {:a 1})] (doto t (tset v k)))', ['["a"]']],
    ['(faccumulate [n 1 i 1 5] (* n i))', ['120']],
    ['(faccumulate [s "" i 3 1 -1] (.. s i))', ['"321"']],
    ['(faccumulate [n 0 i 1 math.huge &until (< 20 n)] (+ n i))', ['21']],
    ['(faccumulate [(a b) (values 0 1) _ 1 6] (values b (+ a b)))', ['8', '13']],
  ])('%s is %j', (source, values) => {
    expect(evaluate(source)).toEqual(values);
  });

  it('leaves an outer variable of the same name alone', () => {
    expect(
      evaluate('(local sum 5) (local r (accumulate [sum sum _ n (ipairs [1])] (+ sum n))) [sum r]'),
    ).toEqual(['[5 6]']);
  });

  it('keeps the value of each round for closures', () => {
    const source = `(local fs [])
      (faccumulate [n 0 i 1 3] (do (table.insert fs #i) (+ n i)))
      (icollect [_ f (ipairs fs)] (f))`;
    expect(evaluate(source)).toEqual(['[1 2 3]']);
  });
});
