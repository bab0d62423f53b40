import { describe, expect, test } from 'vitest';
import { evaluate } from '../evaluate.js';

const value = (source: string) => evaluate(source)[0];

describe('fn', () => {
  test.each<[string, unknown]>([
    ['((fn [a b c] (+ a b c)) 1 (values 8 2))', 11],
    ['((fn [x] (* x 2)) 26)', 52],
    ['(fn f [x] (if (= x 0) :done (f (- x 1)))) (f 5)', 'done'],
    ['(fn f []) (select :# (f))', 0],
    ['(fn f [] nil) (select :# (f))', 1],
    ['(fn f [] (local x 1)) (select :# (f))', 1],
    ['(fn f [] (each [_ x (ipairs [1])] x)) (select :# (f))', 1],
    ['(fn f [] (do)) (select :# (f))', 0],
    ['(fn f [...] (select :# ...)) (f nil nil)', 2],
    ['(fn f [a ...] [a ...]) (f 1 2 3)', [1, 2, 3]],
    ['(fn f [a & rest] [a rest]) (f 1 2 3)', [1, [2, 3]]],
    ['((fn [a & [b {: c}]] (string.format a (+ b c))) "haha %s" 4 {:c 3})', 'haha 7'],
    ['((fn [& {1 _ 2 _ 3 x}] x) :one :two :three)', 'three'],
    ['((fn [a [b c] [d]] (+ a b c d)) 5 [9 7] [2])', 23],
    ['((fn [{: a :b [x y]}] (+ a x y)) {:a 1 :b [2 3]})', 6],
    ['((fn [_ _ x] x) 1 2 3)', 3],
    ['((fn [x] "doc") 1)', 'doc'],
    ['((fn [x] "doc" x) 1)', 1],
    ['((fn [x] {:a x}) 1)', { a: 1 }],
    ['((fn [x] {:fnl/arglist [y] :fnl/docstring "d"} x) 1)', 1],
    ['((fn [x] "doc" {:fnl/arglist [y]} x) 1)', 1],
    ['((fn [x] [1] x) 2)', 2],
    ['(local t {}) (fn t.f [x] (+ x 1)) (t.f 2)', 3],
    ['(local t {:u {}}) (fn t.u.odd-name [x] (+ x 1)) (t.u.odd-name 2)', 3],
    ['(local t {}) (fn t.m [self x] (set self.v x) self) (. (t:m 4) :v)', 4],
    ['(fn _G.made-global [] 7) (_G.made-global)', 7],
    ['(fn f [sin] sin) (f 3)', 3],
    ['(local [f g] [(fn [] 1) (fn [] 2)]) (+ (f) (g))', 3],
    ['(var a 11) (let [f (fn [] (set a (+ a 2)))] (f) (f) a)', 15],
    ['(var a nil) (var b nil) (local ret (fn [] a)) (set (a b) (values 4 5)) (ret)', 4],
    ['(fn count [n] (if (= n 0) :end (count (- n 1)))) (count 100000)', 'end'],
    ['(local fs []) (for [i 1 3] (tset fs i #i)) (+ ((. fs 1)) ((. fs 2)) ((. fs 3)))', 6],
    [
      '(local fs []) (each [_ x (ipairs [1 2 3])] (local y (* x x)) (tset fs x (fn [] y))) (+ ((. fs 1)) ((. fs 3)))',
      10,
    ],
    ['((. {:f (fn [x] x)} :f) 4)', 4],
    ['(((fn [] (fn [x] x))) 5)', 5],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  test('the arguments of the chunk are its varargs', () => {
    expect(evaluate('(local (a b) ...) [b a (select :# ...)]')).toEqual([['second', 'first', 2]]);
  });

  test('a call in tail position returns all its values', () => {
    expect(evaluate('(fn f [] (values 1 2 3)) (let [x 1] (do (f)))')).toEqual([1, 2, 3]);
  });
});

describe('lambda', () => {
  test.each<[string, unknown]>([
    ['((lambda [x] (+ x 2)) 4)', 6],
    ['((lambda [x ...] (+ x 2)) 4)', 6],
    ['((lambda [x _ y] (+ x y)) 4 5 6)', 10],
    ['((λ [?x] (+ (or ?x 1) 8)))', 9],
    ['((lambda [[x &as t]] t) [10])', [10]],
    ['((lambda [[a & b]] (+ a (. b 2))) [90 99 4])', 94],
    ['((lambda [a & b] (length b)) 90 99 4)', 2],
    ['(select :# ((lambda [a]) 1))', 1],
    ['(lambda named [x] x) (named 3)', 3],
    ['(local t {}) (λ t.f [x] x) (t.f 3)', 3],
    ['((lambda [x] "doc" {:fnl/arglist [z]} x) 3)', 3],
    ['(pcall (lambda [string] nil) 1)', true],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  test.each(
    [
      ['((lambda [x]\n x))', 'Missing argument x on test.fnl:1'],
      ['(λ f [\n a-b]\n a-b) (f nil)', 'Missing argument a-b on test.fnl:2'],
      ['((lambda [{:a {:b [c]}}] c) {:a {:b []}})', 'Missing argument c on test.fnl:1'],
      ['((lambda [a b] b))', 'Missing argument b on test.fnl:1'],
    ].filter(([, message]) => message !== undefined) as [string, string][],
  )('%s', (source, message) => {
    expect(() => evaluate(source)).toThrow(message);
  });
});

describe('hashfn', () => {
  test.each<[string, unknown]>([
    ['(#$.foo {:foo :bar})', 'bar'],
    ['(#$2.foo.bar nil {:foo {:bar :quux}})', 'quux'],
    ['(#(+ $ 2) 3)', 5],
    ['(#(+ $1 $2) 3 4)', 7],
    ['(#(+ $3 $4) 1 1 3 4)', 7],
    ['(#$9 1 2 3 4 5 6 7 8 9)', 9],
    ['(#[(select :# $...) $...] :a :b :c)', [3, 'a', 'b', 'c']],
    ['[(#$... 85 96)]', [85, 96]],
    ['[(#(values $... 1) :x :y)]', ['x', 1]],
    ['(+ (#$ 1) (#$2 2 3))', 4],
    ['(let [f #(do #(values $...))] (table.concat [((f) 1 2 3)]))', '123'],
    ['(let [f #(do (local a 1) (local b (+ $1 $1 a)) (+ a b))] (f 1))', 4],
    ['(let [f #(fn [x] (+ $ x))] ((f 1) 2))', 3],
    ['(let [f #(let [g #(* $ 2)] (+ $ (g $)))] (f 3))', 9],
    ['(#($:upper) "x")', 'X'],
    ['(#($.f 3) {:f #(+ $ 1)})', 4],
    ['(select :# (#nil))', 1],
    ['(#:val)', 'val'],
    ['((hashfn (+ $ 1)) 2)', 3],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('calls', () => {
  test.each<[string, unknown]>([
    ['(: :hello :find :e)', 2],
    ['(: "a" "upper")', 'A'],
    ['(let [f {:+ #(+ $2 $3 $4)}] (f:+ 1 2 9))', 12],
    ['(let [f {:+ #18}] (f:+))', 18],
    [
      '(var a 0) (let [f (fn [] (set a (+ a 1)) {"odd name" #(. $ :v) :v 3})] [(: (f) "odd name") a])',
      [3, 1],
    ],
    ['(fn x [y] (y.obj:method) 77) (x {:obj {:method #$2}})', 77],
    ['((fn [...] (: ... :gsub :foo :bar)) :foofoo)', 'barbar'],
    ['(let [x {:foo (fn [self a] (.. self.bar a)) :bar :baz}] (x:foo :quux))', 'bazquux'],
    ['(let [x {:y {:foo (fn [self a] (.. self.bar a)) :bar :baz}}] (x.y:foo :quux))', 'bazquux'],
    ['(let [x [#(tset $1 $2 $3)] y x] (: x 1 2 :b) (. y 2))', 'b'],
    ['(let [m :upper] (: "x" m))', 'X'],
    ['(fn f [x y z] (+ x y z)) (f 1 (if 1 (values 2 5) 3) 4)', 7],
    ['(fn f [x y z] (+ x y z)) (f 1 4 (if 1 2 3))', 7],
    ['(fn f [...] (select :# ...)) (f 1 (if true (values 1 2 3) 9))', 4],
    ['(fn f [...] (select :# ...)) (f 1 (let [x 1] (if x (do (values 1 2 3)) 9)))', 4],
    ['(fn f [...] [...]) (f (f (f 1 (if true (values 2 3)))))', [[[1, 2, 3]]]],
    ['(length [(if true (values 1 2 3 4 5) (values 1 2 3))])', 5],
    ['(local x (math.max 1 (if true (values 5 9) 2))) x', 9],
    [`(length [${'1 '.repeat(40)} (if true (values 1 2) 3)])`, 42],
    [`((fn [...] (length [${'1 '.repeat(40)} (if true ... 3)])) 1 2 3)`, 43],
    ['(local t []) (table.insert t (if true :x :y)) t', ['x']],
    ['(. (let [t (let [t {} k :a] (tset t k 123) t) k :b] (tset t k 321) t) :a)', 123],
    [
      '(let [state {"a b" {} :c {}}] (tset (. state "a b") :x 1) (tset (. state "a b") :y 2) (. state "a b" :y))',
      2,
    ],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  test('a call is made in each branch of its last argument, and stays a tail call', () => {
    const source =
      '(fn f [n ...] (if (= n 0) (select :# ...) (f (- n 1) (if (= 0 (% n 2)) (values 1 2) ...)))) (f 50001)';
    expect(evaluate(source)).toEqual([2]);
  });
});

describe('tail!', () => {
  test.each<[string, unknown]>([
    ['(tail! (select 1 :hi))', 'hi'],
    ['(if (= 1 1) (tail! (select 1 :yes)) (tail! (select 1 :no)))', 'yes'],
    ['(fn f [n] (if (= n 0) :end (tail! (f (- n 1))))) (f 10)', 'end'],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});
