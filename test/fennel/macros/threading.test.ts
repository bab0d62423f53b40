import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.js';

describe('-> and ->>', () => {
  it.each([
    ['(-> 5)', '5'],
    ['(-> 10 (- 4) (- 3))', '3'],
    ['(->> 10 (- 4) (- 3))', '9'],
    ['(-> "abc" string.upper string.reverse)', '"CBA"'],
    ['(-> [3 1 2] (doto table.sort) (table.concat "<"))', '"1<2<3"'],
    ['(->> "," (table.concat [1 2]))', '"1,2"'],
    ['(-> {:a {:b 7}} (. :a) (. :b))', '7'],
    ['(-> 7 (#(* $ 2)))', '14'],
    ['(let [f (fn [x y] (- x y))] (-> 9 (f 1) (f 2)))', '6'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it('lets several values through where the last argument stands', () => {
    expect(evaluate('(->> (values 1 2) (select 2))')).toEqual(['2']);
    expect(evaluate('(-> "a" (string.gsub "a" "b"))')).toEqual(['"b"', '1']);
  });
});

describe('-?> and -?>>', () => {
  it.each([
    ['(-?> {:a {:b 7}} (. :a) (. :b))', '7'],
    ['(-?> {:a {:b 7}} (. :x) (. :b))', 'nil'],
    ['(-?> nil (error))', 'nil'],
    ['(-?> false (tostring))', '"false"'],
    ['(-?> {:ok false} (. :ok) (not))', 'true'],
    ['(-?>> :k (. {:k :l}) (. {:l 9}))', '9'],
    ['(-?>> :k (. {:k :l}) (. {:m 9}) (. {}))', 'nil'],
    ['(-?> "x" string.upper (.. "!"))', '"X!"'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it('evaluates each step once and none after the first nil', () => {
    const source = `
      (var calls "")
      (fn step [x name ?result] (set calls (.. calls name)) (when (not= ?result :nil) x))
      (local result (-?> (step 1 "a") (step "b") (step "c" :nil) (step "d")))
      (values result calls)`;
    expect(evaluate(source)).toEqual(['nil', '"abc"']);
  });

  it('gives all values of the last step', () => {
    expect(evaluate('(-?> "banana" (: :gsub "a" "o"))')).toEqual(['"bonono"', '3']);
  });
});

describe('doto', () => {
  it.each([
    ['(doto [2 1] (table.insert 3) table.sort)', '[1 2 3]'],
    ['(doto {} (tset :a 1) (tset :b 2))', '{:a 1 :b 2}'],
    ['(doto "literal" (string.len))', '"literal"'],
    ['(do (local t {:x {}}) (doto t.x (tset :y 1)) t)', '{:x {:y 1}}'],
    ['(doto 5)', '5'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it('evaluates its subject once', () => {
    const source = '(var n 0) (fn f [] (set n (+ n 1)) []) (doto (f) (tset 1 :a) (tset 2 :b)) n';
    expect(evaluate(source)).toEqual(['1']);
  });

  it('acts on a variable itself, so that a step may set it', () => {
    expect(evaluate('(var x 1) (local y (doto x (set 2))) [x y]')).toEqual(['[2 2]']);
  });
});

describe('when', () => {
  it.each([
    ['(when true 1 2)', '2'],
    ['(when 0 :zero)', '"zero"'],
    ['(when nil :no)', 'nil'],
    ['(when false :no)', 'nil'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it('gives all values of the last form', () => {
    expect(evaluate('(when true (values 1 2))')).toEqual(['1', '2']);
  });

  it('binds the locals of its body only there', () => {
    expect(evaluate('(local x 1) (when true (local x 2) x) x')).toEqual(['1']);
  });
});
