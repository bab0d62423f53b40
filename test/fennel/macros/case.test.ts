import { describe, expect, it } from 'vitest';
import { evaluate, luaOf } from './evaluate.js';

describe('case with literals and symbols', () => {
  it.each([
    ['(case 1 1 :one 2 :two)', '"one"'],
    ['(case 3 1 :one 2 :two)', 'nil'],
    ['(case nil nil :nil _ :other)', '"nil"'],
    ['(case false nil :nil false :false)', '"false"'],
    ['(case false x [:bound x])', '["bound" false]'],
    ['(case nil x :bound)', 'nil'],
    ['(case nil ?x [:bound ?x])', '["bound"]'],
    ['(case nil _ :any)', '"any"'],
    ['(case nil _ignored :any)', '"any"'],
    ['(case 1 _one _one)', '1'],
    ['(case 1.0 1 :same)', '"same"'],
    ['(case "1" 1 :same _ :different)', '"different"'],
    ['(let [_ 1] (case 2 _ :any))', '"any"'],
    ['(let [x 1] (case 2 x x))', '2'],
    ['(case :a "a" :same)', '"same"'],
    ['(case 1 1 nil _ :no)', 'nil'],
    ['(case 1 1 false _ :no)', 'false'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });
});

describe('case with tables', () => {
  it.each([
    ['(case [1 2] [a b] (+ a b))', '3'],
    ['(case [1] [a b] :two [a] :one)', '"one"'],
    ['(case [1 2 3] [a] a)', '1'],
    ['(case [] [] :table)', '"table"'],
    ['(case "no table" [] :table _ :other)', '"other"'],
    ['(case {:a 1} {:a x} x)', '1'],
    ['(case {:a 1} {: a : b} :both {: a} a)', '1'],
    ['(case {:a {:b [{:c 5}]}} {:a {:b [{: c}]}} c)', '5'],
    ['(case {:a 1} {:a {: b}} :no _ :other)', '"other"'],
    ['(case {:a nil} {:a nil} :absent)', '"absent"'],
    ['(case [nil 2] [?a b] [?a b])', '{2 2}'],
    ['(case [nil 2] [a b] :no [_ b] b)', '2'],
    ['(case {1 :x :k :y} {1 a :k b} (.. a b))', '"xy"'],
    ['(let [key :b] (case {:b 7} {key v} v))', '7'],
    ['(case {true 1} {true v} v)', '1'],
    ['(case [1 nil] [1 nil] :end)', '"end"'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it.each([
    ['(case [1 2 3] [a & rest] [a rest])', '[1 [2 3]]'],
    ['(case [1] [a & rest] rest)', '{}'],
    ['(case [] [a & rest] :no _ :none)', '"none"'],
    ['(case [1 2 3] [a & [b c]] [a b c])', '[1 2 3]'],
    ['(case [1 2] [a & [b c]] :no _ :short)', '"short"'],
    ['(case [1 2 3] [a & {2 third}] third)', '3'],
    ['(case [1 2] [a &as all] [a (length all)])', '[1 2]'],
    ['(case {:a 1 :b 2} {: a &as all} [a all.b])', '[1 2]'],
    ['(case {:a 1 :b 2 :c 3} {: a & rest} rest)', '{:b 2 :c 3}'],
    ['(case {:in {:a 1 :b 2}} {:in {: a & rest &as all}} [rest all.a])', '[{:b 2} 1]'],
    ['(let [t [5]] (case t [&as all] (= all t)))', 'true'],
    ['(case [1 2] [a & _] a)', '1'],
    ['(case [[1 2] 3] [[& inner] x] [inner x])', '[[1 2] 3]'],
  ])('takes the rest and the whole: %s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it.each([
    ['(case [1 1] [x x] :same [x y] :different)', '"same"'],
    ['(case [1 2] [x x] :same [x y] :different)', '"different"'],
    ['(case [nil nil] [x x] :same _ :nil)', '"nil"'],
    ['(case [] [?x ?x] :both-nil)', '"both-nil"'],
    ['(case [1 nil] [?x ?x] :no _ :different)', '"different"'],
    ['(case [1 2] [_x _x] :ignored)', '"ignored"'],
    ['(case {:a 1 :b [1]} {:a x :b [x]} :same)', '"same"'],
    ['(case (values 1 [1 2]) (x [x x]) :no (x [x y]) y)', '2'],
  ])('asks for the same value where a name occurs twice: %s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });
});

describe('case with several values', () => {
  it.each([
    ['(case (values 1 2) (a b) (+ a b))', ['3']],
    ['(case (values nil "problem") (nil message) message)', ['"problem"']],
    ['(case (values 1 2) x x)', ['1']],
    ['(case 1 (a b) :two a :one)', ['"one"']],
    ['(case (values 1 nil 3) (a ?b c) [a ?b c])', ['{1 1 3 3}']],
    ['(case (values 1 nil 3) (1 nil 3) :all)', ['"all"']],
    ['(case (values [1] {:b 2}) ([a] {: b}) (+ a b))', ['3']],
    ['(case (values 1 2) (1) :first)', ['"first"']],
    ['(case (values) () :nothing)', ['"nothing"']],
    ['((fn [...] (case ... (a b) [a b] a [a])) 1 2)', ['[1 2]']],
    ['((fn [...] (case (values (select "#" ...) ...) (0) :none (1 a) [a] (n _ b) [n b])) 1 2)', ['[2 2]']],
    ['(case 1 1 (values 1 2 3))', ['1', '2', '3']],
    ['(select "#" (case 1 1 (values nil nil)))', ['2']],
    ['(select "#" (case 1 2 :no))', ['1']],
  ])('%s gives %j', (source, values) => {
    expect(evaluate(source)).toEqual(values);
  });
});

describe('guards', () => {
  it.each([
    ['(case 5 (where x (> x 3)) :large _ :small)', '"large"'],
    ['(case 2 (where x (> x 3)) :large _ :small)', '"small"'],
    ['(case 5 (where x (> x 3) (< x 5)) :between _ :outside)', '"outside"'],
    ['(case 5 (where x) :plain)', '"plain"'],
    ['(case [1 2] (where [a b] (< a b)) :rising)', '"rising"'],
    ['(case (values 1 2) (where (a b) (= 3 (+ a b))) :sum)', '"sum"'],
    ['(case 5 (where _ false) :no _ :yes)', '"yes"'],
    ['(let [limit 4] (case 5 (where n (< limit n)) :over))', '"over"'],
    ['(case {:f #(= $ 3)} (where {: f} (f 3)) :called)', '"called"'],
    ['(case 1 (where x (let [y (+ x 1)] (= y 2))) :two)', '"two"'],
    ['(case 1 (where x (or nil (= x 1))) x)', '1'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });
});

describe('alternatives', () => {
  it.each([
    ['(case 2 (where (or 1 2)) :small)', '"small"'],
    ['(case 3 (where (or 1 2)) :small _ :large)', '"large"'],
    ['(case false (where (or nil false)) :falsy)', '"falsy"'],
    ['(case {:x 4} (where (or [v] {:x v} v)) v)', '4'],
    ['(case [7] (where (or [v] {:x v} v)) v)', '7'],
    ['(case 9 (where (or [v] {:x v} v)) v)', '9'],
    ['(case nil (where (or [v] {:x v} v)) v)', 'nil'],
    ['(case [1 2] (where (or [x y] [y x]) (< y x)) [x y])', '[2 1]'],
    ['(case (values 2 1) (where (or (1 2) (2 1))) :pair)', '"pair"'],
    ['(case (values 1 2) (where (or (y y x) (x y) (y x))) [x y])', '[1 2]'],
    ['(case [:b 1] (where (or [:a & rest] [:b & rest])) rest)', '[1]'],
    ['(case [:b 1] (where (or [:a &as all] [:b &as all])) (length all))', '2'],
    ['(case {:t :b :z 1} (where (or {:t :a & rest} {:t :b & rest})) rest)', '{:z 1}'],
    ['(case [false 1] (where (or [v 1] [1 v])) v)', 'false'],
    ['(case [nil 1] (where (or [?v 1] [1 ?v])) [:nil ?v])', '["nil"]'],
    ['(case 5 (where (or 1 2) true) :a (where (or 5 6) false) :b (where (or 5 6) true) :c)', '"c"'],
    ['(case 1 (where (or 1)) :single)', '"single"'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });

  it('binds only what every alternative binds', () => {
    expect(() => evaluate('(case [1] (where (or [a] [a b])) b)')).toThrow(/unknown identifier: b/);
    expect(evaluate('(local b :outer) (case [1] (where (or [a] [a b])) [a b])')).toEqual(['[1 "outer"]']);
  });

  it('does not let their names reach the clauses after them', () => {
    expect(evaluate('(local v :outer) (case 5 (where (or [v] {:x v})) v _ v)')).toEqual(['"outer"']);
    expect(evaluate('(local v 5) (case 5 (where (or [v] {:x v})) v (where (= v)) :pinned)')).toEqual([
      '"pinned"',
    ]);
  });

  it('writes each body once', () => {
    const lua = luaOf('(case ... (where (or [a] {:x a} {:y a}) (< a 9)) (.. "body" a))');
    expect(lua.match(/"body"/g)).toHaveLength(1);
  });
});

describe('pins', () => {
  it.each([
    ['(let [x 1] (case 1 (where (= x)) :same))', '"same"'],
    ['(let [x 1] (case 2 (where (= x)) :same _ :different))', '"different"'],
    ['(let [x 1] (case [1 2] (where [(= x) y]) y))', '2'],
    ['(let [x 1] (case [1 2] (where [(= x) x]) x))', '2'],
    ['(let [x 9] (case [2 9] (where (or [(= x) x] [x (= x)])) x))', '2'],
    ['(let [t {:k 3}] (case 3 (where (= t.k)) :same))', '"same"'],
    ['(let [x nil] (case nil (where (= x)) :nil))', '"nil"'],
    ['(let [x 1] (case {:a {:b 1}} (where {:a {:b (= x)}}) :deep))', '"deep"'],
    ['(let [x 1] (case (values 0 1) (where (0 (= x))) :second))', '"second"'],
  ])('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual([value]);
  });
});

describe('evaluation', () => {
  it('evaluates the value once and nothing after the clause that matches', () => {
    const source = `
      (var log "")
      (fn note [name value] (set log (.. log name)) value)
      (local result (case (note "v" 2)
                      (where x (note "a" false)) :first
                      (where x (note "b" true)) (note "c" :second)
                      (where x (note "d" true)) :third))
      (values result log)`;
    expect(evaluate(source)).toEqual(['"second"', '"vabc"']);
  });

  it('makes tail calls of its bodies', () => {
    const source = `
      (fn count [n]
        (case n
          0 :done
          (where m (< 100000 m)) :never
          (where (or [m] m)) (count (- m 1))))
      (count 20000)`;
    expect(evaluate(source)).toEqual(['"done"']);
  });

  it('stands as a statement, an argument and a condition', () => {
    expect(evaluate('(var n 0) (case [1] [a] (set n a)) n')).toEqual(['1']);
    expect(evaluate('(+ 1 (case [2] [a] a) (case 5 (where x (> x 9)) 0 _ 3))')).toEqual(['6']);
    expect(evaluate('(if (case 1 2 true) :yes :no)')).toEqual(['"no"']);
    expect(evaluate('(var i 0) (while (case i 3 false _ true) (set i (+ i 1))) i')).toEqual(['3']);
  });

  it('keeps the varargs of the function around it', () => {
    expect(evaluate('((fn [...] (case 1 (where x (= 2 (select "#" ...))) [x ...])) 7 8)')).toEqual([
      '[1 7 8]',
    ]);
  });

  it('works although locals have the names of Lua functions', () => {
    const source = `
      (fn f [type table]
        (case type
          [x & rest] (length rest)
          {: y} (case table (where (or [z] {:k z})) (+ y z))
          _ table))
      [(f [1 2 3]) (f {:y 1} [5]) (f {:y 1} {:k 6}) (f 0 :t)]`;
    expect(evaluate(source)).toEqual(['[2 6 7 "t"]']);
  });
});

describe('size of the code', () => {
  /** Lua written for `clauses` clauses of the same kind. */
  function sizeOf(clauses: number, clause: (i: number) => string): number {
    const written = Array.from({ length: clauses }, (_, i) => clause(i));
    return luaOf(`(case ... ${written.join(' ')})`).length;
  }

  it.each<[string, (i: number) => string]>([
    ['literals', (i) => `${i} :v${i}`],
    ['tables', (i) => `[${i} a [b & c]] [a b c]`],
    ['guards', (i) => `(where [a b] (< a b ${i})) [a b]`],
    ['alternatives', (i) => `(where (or [${i} a] {:k${i} a}) (< a 3)) [a]`],
  ])('grows linearly with the number of clauses: %s', (_, clause) => {
    expect(sizeOf(60, clause)).toBeLessThan(2.5 * sizeOf(30, clause));
  });

  it('grows linearly with the depth of nested matching', () => {
    const nested = (depth: number): string =>
      depth === 0 ? ':end' : `(case ... (where (or [a] {:x a}) (= a 1)) ${nested(depth - 1)} b b)`;
    expect(luaOf(nested(16)).length).toBeLessThan(2.5 * luaOf(nested(8)).length);
  });
});
