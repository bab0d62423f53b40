import { describe, expect, test } from 'vitest';
import { evaluate } from '../evaluate.js';

const value = (source: string) => evaluate(source)[0];

describe('if', () => {
  test.each<[string, unknown]>([
    ['(if false :yep :nope)', 'nope'],
    ['(if false :y true :x :trailing :condition)', 'x'],
    ['(if _G.nothing :no true :yes)', 'yes'],
    ['(if true :x)', 'x'],
    ['(if nil :x)', null],
    ['(select :# (if false 3))', 1],
    ['(let [x 3 r (if (= x 1) :one (= x 2) :two true :other)] r)', 'other'],
    ['(let [x {:y 2}] (if false :a (< 1 x.y 3) :b :c))', 'b'],
    ['(let [x (if 3 4 5)] x)', 4],
    ['(+ 1 (if true 2 3))', 3],
    ['(if (let [x 1] (= x 1)) :a :b)', 'a'],
    ['(if (let [x 1] (= x 2)) :a (let [y 2] (= y 2)) :b :c)', 'b'],
    ['(if (let [x 1] (= x 2)) :a (let [y 2] (= y 3)) :b :c)', 'c'],
    ['(if (let [x 1] (= x 2)) :a (let [y 2] (= y 3)) :b)', null],
    ['(var r nil) (if nil (set r 1) (let [y 2] (= y 2)) (set r 2) (set r 3)) r', 2],
    ['(var r nil) (if (let [y 2] (= y 2)) (set r 1) (let [y 2] (= y 2)) (set r 2) (set r 3)) r', 1],
    ['(local r (if nil 1 (let [y 2] (= y 3)) 2 (let [z 1] (= z 1)) 3 4)) r', 3],
    [
      '(fn f [x] (if (= x 1) :one (let [y (* x 2)] (= y 4)) :two (= x 3) :three (let [z x] (= z 4)) :four :many)) [(f 1) (f 2) (f 3) (f 4) (f 5)]',
      ['one', 'two', 'three', 'four', 'many'],
    ],
    [
      '(var n 0) (fn f [x] (set n (+ n 1)) x) (if (let [a (f nil)] a) 1 (let [a (f 1)] a) 2 (let [a (f 1)] a) 3) n',
      2,
    ],
    ['(if (if true false true) 1 2)', 2],
    ['[(if true (values 1 2) 3)]', [1, 2]],
    ['(var x 0) (when true (set x 1) (set x (+ x 1))) x', 2],
    ['(when false 1)', null],
    ['(do (when (= 12 88) (error :no)) false)', false],
    [`(let [x 299] (if ${Array.from({ length: 300 }, (_, i) => `(= x ${i}) ${i}`).join(' ')} :none))`, 299],
    [
      `(let [x 299] (if ${Array.from({ length: 300 }, (_, i) => `(let [y ${i}] (= x y)) ${i}`).join(' ')} :none))`,
      299,
    ],
    [
      `(local x 150) ${Array.from({ length: 150 }, (_, i) => `(if (= x ${i}) ${i} `).join('')} :deep ${')'.repeat(150)}`,
      'deep',
    ],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('do', () => {
  test.each<[string, unknown]>([
    ['(do)', undefined],
    ['(do 1 2 3)', 3],
    ['(do (local x 1) (+ x (do (local x 5) x)))', 6],
    ['(let [x (do)] x)', null],
    ['[(do (values 1 2))]', [1, 2]],
    ['(local x 1) (do (local x 2)) x', 1],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('loops', () => {
  test.each<[string, unknown]>([
    ['(var s 0) (for [i 1 10 2] (set s (+ s i))) s', 25],
    ['(var s 0) (for [i 1 10 &until (= i 5)] (set s i)) s', 4],
    ['(var s 0) (for [i 10 1 -1 :until (= i 5)] (set s i)) s', 6],
    ['(var s 0) (for [i (+ 0 1) (let [x 3] x)] (set s (+ s i))) s', 6],
    ['(= nil (for [i 1 3] i))', true],
    ['(var s 0) (each [_ x (ipairs [1 2 3])] (set s (+ s x))) s', 6],
    ['(var s 0) (each [_ x (ipairs [1 2 3]) &until (< 2 x)] (set s (+ s x))) s', 3],
    ['(var s 0) (each [_ [a b] (ipairs [[1 2] [3 4]])] (set s (+ s (* a b)))) s', 14],
    ['(var s 0) (each [_ {: a} (ipairs [{:a 1} {:a 2}]) &until (= a 2)] (set s (+ s a))) s', 1],
    ['(var s 0) (each [(i n) (ipairs [1 2 3])] (set s (+ s i n))) s', 12],
    ['(var s 0) (local (f a b) (ipairs [1 2 3])) (each [_ x (values f a b)] (set s (+ s x))) s', 6],
    ['(var s 0) (each [_ x (if true (ipairs [1 2]) (ipairs [5]))] (set s (+ s x))) s', 3],
    ['(var s 0) (each [_ x (let [t [4 5]] (ipairs t))] (set s (+ s x))) s', 9],
    ['(var s "") (each [w (string.gmatch "a b c" "%a")] (set s (.. w s))) s', 'cba'],
    ['(= nil (each [x (pairs [])] nil))', true],
    ['(var i 0) (while (< i 7) (set i (+ i 1))) i', 7],
    ['(var i 0) (var s 0) (while (let [l 11] (< i l)) (set s (+ s i)) (set i (+ 1 i))) s', 55],
    ['(var i 0) (while (and (< i 5) (do (local x 1) x)) (set i (+ i 1))) i', 5],
    ['(= nil (while false 1))', true],
    ['(= nil (while (let [f false] f) (lua :break)))', true],
    ['(var i 0) (while true (set i (+ i 1)) (when (= i 3) (lua "break"))) i', 3],
    ['(var n 0) (for [i 1 3] (for [j 1 3] (local k (* i j)) (set n (+ n k)))) n', 36],
    ['(fn find [t x] (each [i v (ipairs t)] (when (= v x) (lua "return i")))) (find [5 6 7] 6)', 2],
    ['(let [x (for [i 1 2] i)] x)', null],
    ['(var a 0) (for [_ 1 3] (let [] (table.concat []) (set a 33))) a', 33],
    [
      '(local fs []) (var i 0) (while (< i 3) (set i (+ i 1)) (local j i) (tset fs i #j)) [((. fs 1)) ((. fs 3))]',
      [1, 3],
    ],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('fields', () => {
  test.each<[string, unknown]>([
    ['(. {:a 93} :a)', 93],
    ['(. [1 2 3] 2)', 2],
    ['(let [t {:a [2 3 4]}] (. t :a 2))', 3],
    ['(let [t [[21]]] (+ (. (. t 1) 1) (. t 1 1)))', 42],
    ['(let [x 17] (. 17))', 17],
    ['(. "hello" :len)', '<function>'],
    ['(let [t {:a-b 1 "c d" 2 :end 3}] [t.a-b (. t "c d") t.end])', [1, 2, 3]],
    ['(let [k 5 t {: k}] t.k)', 5],
    ['(. (if true {:a 1} {:a 2}) :a)', 1],
    ['(?. {:a {:b {:c 3}}} :a :b :c)', 3],
    ['(?. {:a 1} :b :c)', null],
    ['(?. nil 1 2)', null],
    ['(?. {:a 1})', { a: 1 }],
    ['(?. {:a false} :a)', false],
    ['(local t {:a [{} {:b {:c 4}}]}) (?. t :a (+ 1 1) (if true :b :x) :c)', 4],
    ['(var n 0) (fn f [] (set n (+ n 1)) :k) (?. {} (f) (f) (f)) n', 1],
    ['{1 :a 2 :b}', ['a', 'b']],
    ['{(.. :a :b) 1 [1] nil}', { ab: 1 }],
    ['{:a 1 :a-b 2 :and 3 4 5 true 6}', { a: 1, 'a-b': 2, and: 3, 4: 5, true: 6 }],
    ['(. {[[1]] 2} :x)', null],
    ['(length (icollect [_ x (ipairs [1 2 3])] (when (not= x 2) x)))', 2],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('lua', () => {
  test.each<[string, unknown]>([
    ['(local x (lua "y = 4" "6")) (* _G.y x)', 24],
    ['(lua "local z = 3") (lua nil "z + 1")', 4],
    ['(lua nil "{1,2,3}")', [1, 2, 3]],
    ['(fn f [] (lua "return 5")) (f)', 5],
    ['(fn f [] (lua "-- a comment\\nreturn 5 -- end")) (f)', 5],
    ['(local foo-bar 3) (let [foo-bar :hello] (lua nil "foo_bar0 .. foo_bar"))', 'hello3'],
    ['(+ 1 (lua nil "2 * 3"))', 7],
    ['(. (lua nil "{a = 1}") :a)', 1],
    ['(comment whatever (+ 1) "]]") 3', 3],
    ['(= nil (comment x))', true],
    ['`[1 2 ,(+ 1 2)]', [1, 2, 3]],
    ['`{:a ,(+ 1 2)}', { a: 3 }],
    ['`:abc', 'abc'],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});
