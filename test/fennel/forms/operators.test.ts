import { describe, expect, test } from 'vitest';
import { evaluate } from '../evaluate.js';

const value = (source: string) => evaluate(source)[0];

describe('arithmetic', () => {
  test.each<[string, unknown]>([
    ['(+)', 0],
    ['(*)', 1],
    ['(..)', ''],
    ['(+ 99)', 99],
    ['(+ "5")', 5],
    ['(* 32)', 32],
    ['(- 1)', -1],
    ['(- -1)', 1],
    ['(- (- 3))', 3],
    ['(/ 2)', 0.5],
    ['(// 0.3)', 3],
    ['(^ 5)', 5],
    ['(% 7)', 7],
    ['(.. :a)', 'a'],
    ['(+ 1 2 (- 1 2))', 2],
    ['(- 10 2 3)', 5],
    ['(- 10 (- 2 3))', 11],
    ['(/ 100 5 2)', 10],
    ['(* 2 (+ 3 4))', 14],
    ['(+ (* 2 3) 4)', 10],
    ['(^ 2 3 2)', 512],
    ['(^ (^ 2 3) 2)', 64],
    ['(- (^ 2 2))', -4],
    ['(^ -2 2)', 4],
    ['(% 7 4 2)', 1],
    ['(// 7 2)', 3],
    ['(+ 1 (values 2 3))', 6],
    ['(+ 1 (values 2 (values 3 4)))', 10],
    ['(.. :a 1 :b)', 'a1b'],
    ['(.. (.. :a :b) (.. :c :d))', 'abcd'],
    [`(.. ${Array.from({ length: 300 }, (_, i) => `:${i % 10}`).join(' ')})`, '0123456789'.repeat(30)],
    ['(.. "é" "λ")', '\xc3\xa9\xce\xbb'],
    ['0x10', 16],
    ['1_000', 1000],
    ['.5', 0.5],
    ['(- 5 -3)', 8],
    ['.inf', 'inf'],
    ['-.inf', '-inf'],
    ['(not= .nan .nan)', true],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('bits', () => {
  test.each<[string, unknown]>([
    ['(lshift 1 3)', 8],
    ['(rshift 8 3)', 1],
    ['(lshift 3)', 8],
    ['(band 12 10)', 8],
    ['(band)', -1],
    ['(band 7)', 7],
    ['(bor 12 10 1)', 15],
    ['(bor)', 0],
    ['(bxor 12 10)', 6],
    ['(bnot 0)', -1],
    ['(bor (band 12 10) (lshift 1 1))', 10],
    ['(band (bor 1 2) 3)', 3],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('comparison', () => {
  test.each<[string, unknown]>([
    ['(= 1 1)', true],
    ['(= 1 1 2 2)', false],
    ['(= :a "a" :a)', true],
    ['(not= 6 6 9)', true],
    ['(not= 1 1 1)', false],
    ['(~= 33 1)', true],
    ['(< 1 2 3)', true],
    ['(< 1 3 2)', false],
    ['(> 2 0 -1)', true],
    ['(<= 5 1 91)', false],
    ['(>= 22 (+ 21 1))', true],
    ['(= (< 1 2) true)', true],
    ['(= nil false)', false],
    ['(do (var n 0) (fn f [] (set n (+ n 1)) 1) (< 0 (f) 2) n)', 1],
    [
      '(do (local seen []) (fn f [x] (table.insert seen x) x) (< (f 1) (f 2) (f 3)) (table.concat seen ","))',
      '1,2,3',
    ],
    [
      '(do (local seen []) (fn f [x] (table.insert seen x) x) (< (f 5) (f 2) (f 3)) (table.concat seen ","))',
      '5,2',
    ],
    [
      '(do (local seen []) (fn f [x] (table.insert seen x) x) (< (f 5) (f 2) (let [x (f 3)] x)) (table.concat seen ","))',
      '5,2',
    ],
    ['(do (local seen []) (fn f [x] (table.insert seen x) x) (not= (f 5) (f 5) (let [x (f 3)] x)))', true],
    ['(= 2 2 (values 2 5))', true],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('logic', () => {
  test.each<[string, unknown]>([
    ['(and)', true],
    ['(or)', false],
    ['(and 5)', 5],
    ['(or 5)', 5],
    ['(and true 12 :hey)', 'hey'],
    ['(and 43 table false)', false],
    ['(or false nil true 12)', true],
    ['(and true (values true false))', false],
    ['(or false (values false (do true)))', true],
    ['(not nil)', true],
    ['(not 39)', false],
    ['(not (not true))', true],
    ['(and (or false 1) 2)', 2],
    ['(or (and false 1) 2)', 2],
    ['(length [1 2 3])', 3],
    ['(# "four")', 4],
    ['(length (.. :a :bc))', 3],
    ['(- (length [1 2]))', -2],
    ['(let [(x y) (and true (#(values true true)))] y)', null],
    ['(let [(x y) (and (#(values true true)))] y)', null],
    ['(let [t {:a 85}] (or true (tset t :a 1)) t.a)', 85],
    ['(let [t {:a 85}] (and true (tset t :a 1)) t.a)', 1],
    ['(do (var i 1) (and false (do (set i 2) true)) i)', 1],
    ['(do (var i 1) (or nil (do (set i 2) false) (do (set i (+ i 1)) nil) 7 (do (set i 99) 1)) i)', 3],
    ['(or nil (do false) (let [x 3] x) (error :no))', 3],
    ['(do (var i 1) (or true (not (let [x i] (set i 5) x))) i)', 1],
    ['(do (var i 1) (fn f [] (set i (+ i 1)) i) (or true [1 (not (let [b (f)] b))]) i)', 1],
    ['(do (var i 1) (or (lua "i = i + 1" "true") (lua "i = i + 1" "true")) i)', 2],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('order of evaluation', () => {
  const traced = (form: string) =>
    evaluate(`(local seen []) (fn t [x] (table.insert seen x) x) ${form} (table.concat seen " ")`)[0];

  test.each([
    ['(+ (t 1) (let [x (t 2)] x) (t 3))', '1 2 3'],
    ['(local y [(t 1) (if (t 2) (t 3) (t 4)) (t 5)])', '1 2 3 5'],
    ['(local y {:a (t 1) (t :k) (do (t 2) (t 3)) :b (t 4)})', '1 k 2 3 4'],
    ['(math.max (t 1) (t 2) (if (t 3) (values (t 4) (t 5)) 0))', '1 2 3 4 5'],
    ['(tset [] (t 1) (let [x (t 2)] x))', '1 2'],
    ['(local y (. {1 {2 3}} (t 1) (let [x (t 2)] x)))', '1 2'],
    ['(local y (.. (t 1) (let [x (t 2)] x) (t 3)))', '1 2 3'],
    ['(local y (< (t 1) (let [x (t 2)] x) (t 3)))', '1 2 3'],
    ['(for [i (t 1) (let [x (t 2)] x) (t 3)] nil)', '1 2 3'],
    ['(local (a b) (values (t 1) (let [x (t 2)] x)))', '1 2'],
    ['(: (t "a") (t "rep") (let [x (t 3)] x))', 'a rep 3'],
  ])('%s', (form, expected) => {
    expect(traced(form)).toBe(expected);
  });

  test('a variable that a later call changes keeps its value of before', () => {
    expect(
      evaluate('(var x 1) (fn inc [] (set x (+ x 1)) x) [(+ x (inc)) (< x (inc)) (- (inc) x) (.. x (inc))]'),
    ).toEqual([[3, true, 0, '45']]);
  });

  test('a variable read before statements that change it keeps its value of before', () => {
    expect(evaluate('(var x 1) [x (do (set x 5) x) x]')).toEqual([[1, 5, 5]]);
  });
});
