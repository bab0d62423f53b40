import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.js';

describe('partial', () => {
  it.each([
    ['((partial #(- $1 $2) 10) 3)', ['7']],
    ['((partial (fn [...] (select :# ...)) nil nil) 1 nil)', ['4']],
    ['((partial + 1 2) 3)', ['6']],
    ['((partial . {:a {:b 5}}) :a)', ['{:b 5}']],
    ['((partial string.format "%s-%s") 1 2)', ['"1-2"']],
    ['(let [o {:n 2 :add (fn [self x] (+ self.n x))}] ((partial o.add o) 5))', ['7']],
  ])('%s gives %j', (source, values) => {
    expect(evaluate(source)).toEqual(values);
  });

  it('evaluates its function and arguments once, when it is made', () => {
    const source = `
      (var log "")
      (fn note [name value] (set log (.. log name)) value)
      (local p (partial (note "f" (fn [a b c] (+ a b c))) (note "a" 1) (note "b" 2)))
      (local made log)
      (values made (p 3) (p 4) log)`;
    expect(evaluate(source)).toEqual(['"fab"', '6', '7', '"fab"']);
  });

  it('takes the varargs of the function around it as its own argument', () => {
    expect(
      evaluate('(fn outer [...] (partial (fn [...] (table.concat [...] ",")) ...)) ((outer 1) 2)'),
    ).toEqual(['"1,2"']);
  });
});

describe('pick-args', () => {
  it.each([
    ['((pick-args 2 (fn [...] (select :# ...))) 1 2 3)', ['2']],
    ['((pick-args 3 (fn [...] (select :# ...))) 1)', ['3']],
    ['((pick-args 0 (fn [...] (select :# ...))) 1)', ['0']],
    ['((pick-args 2 string.format) "%s!" "a" "b")', ['"a!"']],
  ])('%s gives %j', (source, values) => {
    expect(evaluate(source)).toEqual(values);
  });
});

describe('with-open', () => {
  const opener = `
    (local log [])
    (fn open [name] (table.insert log name) {:close #(table.insert log (.. "/" name))})`;

  it('closes in reverse order and gives all values of the body', () => {
    const source = `${opener}
      (local results [(with-open [a (open "a") b (open "b")] (table.insert log "body") (values 1 nil 3))])
      (values results log)`;
    expect(evaluate(source)).toEqual(['{1 1 3 3}', '["a" "b" "body" "/b" "/a"]']);
  });

  it('closes after an error and raises the very same value again', () => {
    const source = `${opener}
      (local problem {:code 1})
      (local (ok raised) (pcall #(with-open [a (open "a")] (error problem))))
      (values ok (= raised problem) log)`;
    expect(evaluate(source)).toEqual(['false', 'true', '["a" "/a"]']);
  });

  it('hands the varargs of the function around it to the body', () => {
    const source = `${opener}
      (fn f [...] (with-open [a (open "a")] (select :# ...)))
      (f nil nil)`;
    expect(evaluate(source)).toEqual(['2']);
  });

  it('lets a body wait inside a coroutine', () => {
    const source = `${opener}
      (local run (coroutine.wrap (fn [] (with-open [a (open "a")] (coroutine.yield :waiting) :done))))
      (local results [(run) (length log) (run) (length log)])
      results`;
    expect(evaluate(source)).toEqual(['["waiting" 1 "done" 2]']);
  });
});

describe('macrodebug', () => {
  it('shows an expansion as source when it is asked for a value', () => {
    expect(evaluate('(macrodebug (when (= 1 1) {:a 1}) true)')).toEqual(['"(if (= 1 1) (do {:a 1}))"']);
  });
});
