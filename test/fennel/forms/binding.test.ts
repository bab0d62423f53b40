import { describe, expect, test } from 'vitest';
import { evaluate } from '../evaluate.js';

const value = (source: string) => evaluate(source)[0];

describe('locals', () => {
  test.each<[string, unknown]>([
    ['(local x 3) x', 3],
    ['(local x 3) (local x (+ x 1)) x', 4],
    ['(let [x 1 y (+ x 1)] (* x y))', 2],
    ['(let [x 1] (let [x (+ x 1)] (let [x (+ x 1)] x)))', 3],
    ['(let [x 1] (let [x 2] nil) x)', 1],
    ['(let [b :original b (if false :not-this)] (or b nil))', null],
    ['(let [xx (let [xx 1] (* xx 2))] xx)', 2],
    ['(var x 1) (set x (+ x 91)) x', 92],
    ['(var x nil) (let [_ (set x 92)] x)', 92],
    ['(local a-b 1) (local a_b 2) [a-b a_b]', [1, 2]],
    ['(local end 1) (local and? 2) (local λ1 3) (local x#y 4) [end and? λ1 x#y]', [1, 2, 3, 4]],
    ['(local goto 1) (local function 2) (local -x 3) [goto function -x]', [1, 2, 3]],
    ['(local _1_ 5) (+ _1_ (let [x 1] x))', 6],
    ['(local x (values 1 2 3)) x', 1],
    ['(local x (values)) x', null],
    ['(do (local x 1)) (local x 2) x', 2],
    ['(local f (fn abc-def [] 99)) (abc-def)', 99],
    ['(let [f (fn abc-def [] 99)] (+ (abc-def) (f)))', 198],
    ['(fn unless [a] (+ a 1)) (unless 5)', 6],
    ['(let [x [(fn g [n] (if (= n 0) :done (g (- n 1))))]] (g 3))', 'done'],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('names and globals', () => {
  const globals = ['a_b', 'print', 'odd-name', '_G', 'type', 'x?'];
  const withGlobals = (source: string) => evaluate(source, { globals })[0];

  test.each<[string, unknown]>([
    ['(global a_b :global) (local a-b :local) a_b', 'global'],
    ['(global a_b :global) (local a-b :local) (fn f [] a_b) (f)', 'global'],
    ['(set _G.a_b 7) (let [a-b 1] (+ a-b a_b))', 8],
    ['(global odd-name 5) (+ odd-name _G.odd-name)', 10],
    ['(set _G.x? 3) x?', 3],
    ['(let [type :string] type)', 'string'],
    ['(fn f [x] (if (type x) (type x) nil)) (local type 5) [(f 1) type]', ['number', 5]],
    ['(if (fn abc [] 1) (abc))', 1],
    ['(let [t (type 1) type :shadow] (.. t type))', 'numbershadow'],
    ['(local s (let [print 1] print)) [s (type print)]', [1, 'function']],
    ['[(let [type 5] type) (type 1)]', [5, 'number']],
    ['(_G.type :x)', 'string'],
    ['(type _ENV)', 'table'],
    ['(global (x y) (values 4 29)) (+ x y)', 33],
    ['(global [x y] [4 29]) (+ x y)', 33],
    ['(global x 1) (global x 284) x', 284],
    ['(set-forcibly! brand-new 4) _G.brand-new', 4],
  ])('%s', (source, expected) => {
    expect(withGlobals(source)).toEqual(expected);
  });

  test('a star among the globals allows any name', () => {
    expect(evaluate('[(= nil whatever) (= nil odd-one)]', { globals: ['*'] })).toEqual([[true, true]]);
  });
});

describe('several values', () => {
  test.each<[string, unknown]>([
    ['(local (a b) (values 1 2)) [a b]', [1, 2]],
    ['(local (a b c) ((fn [] (values 1 2 3)))) [a b c]', [1, 2, 3]],
    ['(let [(_ _ z) (values :a :b :c)] z)', 'c'],
    ['(let [(a b) (if true (values 1 2) 3)] [a b])', [1, 2]],
    ['(let [(a b) (do (values 1 2))] [a b])', [1, 2]],
    ['(let [(a [b [c] d]) (values 4 [2 [1] 9])] (+ a b c d))', 16],
    ['(let [({: x} y) (values {:x 10} 20)] (+ x y))', 30],
    ['(var (a b) (values 1 2)) (set (a b) (values b a)) [a b]', [2, 1]],
    ['(var [x y] [3 2]) (set (x y) (do (local [x y] [(* x 3) 0]) (values x y))) (+ x y)', 9],
    ['(let [(a b c d) (if (= 2 3) nil (table.unpack [1 2 3 4]))] (+ a b c d))', 10],
    ['(let [(a) (values 1 2)] a)', 1],
    ['(local (-a -b) (values 4 29)) (+ -a -b)', 33],
    ['(let [(a b c) (values 1 (table.unpack [2 3]))] [a b c])', [1, 2, 3]],
    ['[(values 1 2 (values 3 4) 5)]', [1, 2, 3, 5]],
    ['[(values 1 2 (values 3 4))]', [1, 2, 3, 4]],
    ['(select :# (values))', 0],
    ['(select :# nil)', 1],
    ['(select :# (values nil nil))', 2],
    ['(var n 0) (fn f [] (set n (+ n 1)) n) [(values (f) (do (f)) (f)) :end]', [1, 'end']],
    ['(var n 0) (fn f [] (set n (+ n 1)) n) (local x (values (f) (f))) [x n]', [1, 2]],
    ['(if (values 1 2) 3 4)', 3],
    [
      '(not (let [a (values) b (values (values)) (c d) (values) e (if (values) (values)) [g] [(values)]] (or a b c d e g)))',
      true,
    ],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('pick-values', () => {
  test.each<[string, unknown]>([
    ['[(pick-values 2 (table.unpack [:a :b :c]))]', ['a', 'b']],
    ['[(pick-values 4 0 (table.unpack [1 2 3 4]))]', [0, 1, 2, 3]],
    ['(select :# (pick-values 5 :one :two))', 5],
    ['(select :# (pick-values 3))', 3],
    ['(select :# (pick-values 0 :a :b))', 0],
    ['[(pick-values 1 (values 1 2 3))]', [1]],
    ['(select :# (pick-values 1 (values 1 2 3)))', 1],
    ['[:x (pick-values 2 :y :yy) :z]', ['x', 'y', 'z']],
    ['[(pick-values 3 :x :y (do :z) :a (do :b))]', ['x', 'y', 'z']],
    ['(var i 0) (fn f [] (set i (+ i 1)) i) (pick-values 0 (f) (f)) i', 2],
    [
      '(var i 0) (fn f [] (set i (+ i 1)) i) (local t [(pick-values 1 (f) (f) (f))]) [(length t) (. t 1) i]',
      [1, 1, 3],
    ],
    ['(var i 0) (fn f [] (set i (+ 1 i)) i) [(pick-values 3 (f) (do (f)) (do (f)))]', [1, 2, 3]],
    ['[(if true (pick-values 1 (values :x :y)) :no)]', ['x']],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('destructuring', () => {
  test.each<[string, unknown]>([
    ['(let [[a b c] [1 2 3]] (+ a b c))', 6],
    ['(let [[a b c] [4 2]] (or c :missing))', 'missing'],
    ['(let [[a b] [9 2 49]] (+ a b))', 11],
    ['(let [[a & rest] [1 2 3]] [a rest])', [1, [2, 3]]],
    ['(let [[a b & c] [1 2 3 4 5]] (+ a (. c 2) (. c 3)))', 10],
    ['(let [[a & [b & c]] [1 2 3 4]] [a b c])', [1, 2, [3, 4]]],
    ['(let [[a b &as t] [1 2 3]] [a b (. t 3)])', [1, 2, 3]],
    ['(let [[a b & c &as t] [1 2 3 4]] [a b c (length t)])', [1, 2, [3, 4], 4]],
    ['(let [[a [b c] d] [4 [2 43] 7]] (+ (* a b) (- c d)))', 44],
    ['(let [{:a x :b y} {:a 2 :b 4}] (+ x y))', 6],
    ['(let [{: a : b} {:a 3 :b 5}] (+ a b))', 8],
    ['(let [{:a [x y z]} {:a [1 2 4]}] (+ x y z))', 7],
    ['(let [{:a {:b {:c d}}} {:a {:b {:c 5}}}] d)', 5],
    ['(let [{: a & r} {:a 1 :b 2 :c 3}] [a r])', [1, { b: 2, c: 3 }]],
    ['(let [{:x x & rest} {:x 1 :y 2}] rest.y)', 2],
    ['(let [{& a+b+c} {:key :value}] a+b+c.key)', 'value'],
    ['(let [{: a &as all} {:a 1 :b 2}] (+ a all.b))', 3],
    ['(let [{1 a 2 b} [:x :y]] (.. a b))', 'xy'],
    ['(let [{true t false f} {true 1 false 2}] [t f])', [1, 2]],
    ['(let [{:odd-key k "other key" o} {:odd-key 1 "other key" 2}] [k o])', [1, 2]],
    ['(local t {:a 1}) (let [{: a} t] a)', 1],
    ['(local t {:u {:v [1 2]}}) (let [{:v [p q]} t.u] [p q])', [1, 2]],
    ['(var [a [b c]] [1 [2 3]]) (set a 2) (set c 8) (+ a b c)', 12],
    ['(var (a b) (values 1 2)) (set [a b] [b a]) [a b]', [2, 1]],
    ['(var a 1) (local t {}) (set [a t.x (. t :y)] [2 3 4]) [a t.x t.y]', [2, 3, 4]],
    ['(var a 1) (set {: a} {:a 7}) a', 7],
    ['(var a 1) (set [a] (let [t [4]] t)) a', 4],
    ['(let [t [8 9]] (set [(. t 1) (. t 2)] [(. t 2) (. t 1)]) t)', [9, 8]],
    ['(let [[a b] (let [x 1] [x 2])] [a b])', [1, 2]],
    ['(let [[a b] [(values 1 2)]] [a b])', [1, 2]],
    ['(let [[[x]] [[[5]]]] (. x 1))', 5],
    ['((fn [...] (let [[a] ...] a)) [7])', 7],
    ['(let [{: x} (do {:x 3})] x)', 3],
    ['(local [x] [(if true 1 2)]) x', 1],
    ['(let [[a & b] (setmetatable [1 2 3] {:__fennelrest (fn [t k] (.. "from" k))})] b)', 'from2'],
    ['(let [[a & b] (setmetatable {} {:__fennelrest #false})] b)', false],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('set', () => {
  test.each<[string, unknown]>([
    ['(let [t {}] (set t.a :multi) (. t :a))', 'multi'],
    ['(let [t {:u {}}] (set t.u.v 3) t.u.v)', 3],
    ['(let [t {} k :dyn] (set (. t k) 1) (set (. t :a) 2) [t.dyn t.a])', [1, 2]],
    ['(let [t {:s {}} k :s] (set (. t k :x) true) t.s.x)', true],
    ['(let [t {}] (set t.odd-name 4) (. t "odd-name"))', 4],
    [
      '(let [t {} tt [[]]] (var x nil) (set ((. t 1) x (. tt 1 1)) (values :lol 2 :hey)) [(. t 1) x (. tt 1 1)])',
      ['lol', 2, 'hey'],
    ],
    ['(let [f #(do (set (. $1 :x) $2) $1)] (f {} 3))', { x: 3 }],
    ['(let [t {:x 41} f #(set $.x 86)] (f t) t.x)', 86],
    ['(var x 12) (if true (set x 22) 0) x', 22],
    ['(var x 1) (set x (if (= x 1) (do (set x 5) (+ x 1)) x)) x', 6],
    ['(var n 0) (let [f (fn [] (set n 96))] (f) n)', 96],
    ['(local a 3) (let [b 2] (set-forcibly! a 7) (set-forcibly! b 6) (+ a b))', 13],
    ['(let [t {} _ (set t.field :let-side)] t.field)', 'let-side'],
    ['(let [t {} _ (tset t :a 84)] (. t :a))', 84],
    ['(let [t {:a {:b {}}} f :c] (tset t :a :b f :d) t.a.b.c)', 'd'],
    ['(let [t []] (tset t :a (let [{: a} {:a :bcd}] a)) t.a)', 'bcd'],
    ['(let [x [:a] y x] (tset (or x y) 2 :b) (. y 2))', 'b'],
    ['(tset {} :a 1) 1', 1],
    ['(tset (. {:x {}} :x) :y 1) (print) 5', 5],
    ['(= nil (set _G.q 1))', true],
    ['(let [t {:f #:hi}] (tset t (t.f) (values (do :BYE) (do :HI))) t.hi)', 'BYE'],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});
