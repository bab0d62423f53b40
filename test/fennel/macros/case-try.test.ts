import { describe, expect, it } from 'vitest';
import { evaluate, luaOf } from './evaluate.js';

describe('case-try', () => {
  it.each([
    ['(case-try 5)', ['5']],
    ['(case-try 1 x (+ x 1) y (* y 10))', ['20']],
    ['(case-try [1 2] [a b] [b a] [c & rest] rest)', ['[1]']],
    ['(case-try nil x :no)', ['nil']],
    ['(case-try (values nil "problem" 3) x :no)', ['nil', '"problem"', '3']],
    ['(case-try 1 x (values nil "later") y :no)', ['nil', '"later"']],
    ['(select "#" (case-try 1 x (values nil nil nil) y :no))', ['3']],
    ['(case-try 1 1 (values 1 2 3))', ['1', '2', '3']],
    ['(case-try (values 1 2) (a b) (values b a) (2 c) c)', ['1']],
    ['(case-try 4 (where x (< x 3)) :small)', ['4']],
    ['(case-try 2 (where (or [x] x)) (+ x 1))', ['3']],
  ])('%s gives %j', (source, values) => {
    expect(evaluate(source)).toEqual(values);
  });

  it.each([
    ['(case-try nil x :no (catch nil :caught))', ['"caught"']],
    ['(case-try 1 x (values nil "late") y :no (catch (nil message) message))', ['"late"']],
    ['(case-try 1 x x (catch _ :no))', ['1']],
    ['(case-try 1 2 :no (catch 3 :no))', ['nil']],
    ['(case-try {:a 1} {: b} :no (catch [x] x {: a} (+ a 1)))', ['2']],
    ['(case-try 1 x (+ x 1) 3 :no (catch (where n (> n 1)) [:guarded n]))', ['["guarded" 2]']],
    ['(case-try 1 2 :no (catch (where (or 1 5)) (values :a :b)))', ['"a"', '"b"']],
    ['(case-try (values nil 1 2 3) x :no (catch (nil a b c) [a b c]))', ['[1 2 3]']],
    ['(case-try nil x :no (catch))', ['nil']],
  ])('%s gives %j', (source, values) => {
    expect(evaluate(source)).toEqual(values);
  });

  it('binds anew in every step and in catch', () => {
    expect(evaluate('(case-try 1 x 2 x x)')).toEqual(['2']);
    expect(evaluate('(case-try 1 x 2 3 :no (catch x [:bound x]))')).toEqual(['["bound" 2]']);
  });

  it('lets a step use what earlier steps bound, and catch not', () => {
    expect(evaluate('(case-try 1 a 2 b [a b])')).toEqual(['[1 2]']);
    expect(evaluate('(local a :outer) (case-try 1 a 2 3 :no (catch _ a))')).toEqual(['"outer"']);
  });

  it('pins on request', () => {
    expect(evaluate('(let [x 2] (case-try 1 1 2 (where (= x)) :pinned))')).toEqual(['"pinned"']);
  });

  it('keeps the varargs of the function around it in every body', () => {
    const source = `
      (fn f [...]
        (case-try (values 1 2)
          (a b) [a b ...]
          [_ _ c] (values c ...)))
      (fn g [...]
        (case-try 1
          1 2
          3 :no
          (catch 2 [...])))
      (values (g 7 8) (f 5 6))`;
    expect(evaluate(source)).toEqual(['[7 8]', '5', '5', '6']);
  });

  it('evaluates each step once', () => {
    const source = `
      (var log "")
      (fn note [name value] (set log (.. log name)) value)
      (local result (case-try (note "a" 1) 1 (note "b" 2) 2 (note "c" 3) 4 :no (catch 3 (note "d" :caught))))
      (values result log)`;
    expect(evaluate(source)).toEqual(['"caught"', '"abcd"']);
  });

  it('is in tail position', () => {
    const source = `
      (fn loop [n]
        (case-try n
          0 :done
          (catch m (loop (- m 1)))))
      (fn deep [n]
        (case-try (< 0 n)
          true (- n 1)
          m (deep m)
          (catch _ :bottom)))
      (values (loop 20000) (deep 20000))`;
    expect(evaluate(source)).toEqual(['"done"', '"bottom"']);
  });

  it('lets a step wait inside a coroutine', () => {
    const source = `
      (local run (coroutine.wrap (fn [] (case-try (coroutine.yield 1) x (coroutine.yield x) y [y]))))
      [(run) (run :a) (run :b)]`;
    expect(evaluate(source)).toEqual(['[1 "a" ["b"]]']);
  });

  it('writes the catch clauses once, however many steps there are', () => {
    const steps = Array.from({ length: 8 }, (_, i) => `x${i} ${i}`).join(' ');
    expect(luaOf(`(case-try ... ${steps} (catch n (.. "caught" n)))`).match(/"caught"/g)).toHaveLength(1);
  });
});

describe('match-try', () => {
  it.each([
    ['(match-try [1 2 1] [1 a b] [b a] [1 & rest] rest)', ['[2]']],
    ['(match-try [1 2 3] [1 a b] [b a] [1 & rest] rest)', ['[3 2]']],
    ['(let [x 1] (match-try 1 x 2 y [x y]))', ['[1 2]']],
    ['(let [x 1] (match-try 2 x :no (catch y [:caught y])))', ['["caught" 2]']],
    ['(match-try 1 a 1 a :same (catch _ :different))', ['"same"']],
    ['(match-try 1 a 2 a :same (catch _ :different))', ['"different"']],
    ['(match-try {:x 1} t 1 t.x :field)', ['"field"']],
    ['(match-try nil x :no (catch (nil _) :caught))', ['"caught"']],
  ])('%s gives %j', (source, values) => {
    expect(evaluate(source)).toEqual(values);
  });

  it('pins in catch what the steps before the mismatch bound', () => {
    const source = '(fn f [v] (match-try v a 2 3 :no (catch a :pinned b [:other b])))';
    expect(evaluate(`${source} (values (f 2) (f 1))`)).toEqual(['"pinned"', '["other" 2]']);
    // The first step bound nothing yet.
    expect(evaluate('(match-try nil a 2 3 :no (catch ?a [:bound ?a]))')).toEqual(['["bound"]']);
  });
});
