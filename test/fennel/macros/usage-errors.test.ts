import { describe, expect, it } from 'vitest';
import { FennelError } from '../../../src/fennel/index.js';
import { luaOf } from './evaluate.js';

function errorOf(source: string): FennelError {
  try {
    luaOf(source);
  } catch (error) {
    if (error instanceof FennelError) return error;
    throw error;
  }
  throw new Error(`compiled without an error: ${source}`);
}

describe('wrong use of a macro names what was expected, where', () => {
  it.each([
    ['(->)', 1, 'expected a value to thread'],
    ['(->>)', 1, 'expected a value to thread'],
    ['(-?>)', 1, 'expected a value to thread'],
    ['(-?>>)', 1, 'expected a value to thread'],
    ['(-> 1 (tostring) #(.. $ "!"))', 18, 'cannot thread a value into a function literal'],
    ['(-?>> 1 #(+ $ 1))', 9, 'cannot thread a value into a function literal'],
    ['(doto)', 1, 'missing subject'],
    ['(when)', 1, 'expected body'],
    ['(do (when true))', 5, 'expected body'],
    ['(partial)', 1, 'expected a function to partially apply'],
    ['(pick-args 2)', 1, 'expected a number of arguments and a function'],
    ['(pick-args :two print)', 12, 'expected n to be an integer literal between 0 and 255'],
    ['(pick-args -1 print)', 12, 'expected n to be an integer literal between 0 and 255'],
    ['(with-open)', 1, 'expected binding sequence'],
    ['(with-open [f] 1)', 12, 'expected even number of name/value bindings'],
    ['(with-open [(a b) (values 1 2)] 1)', 13, 'with-open only allows symbols in bindings'],
    ['(with-open [f {}])', 1, 'expected body'],
    ['(icollect)', 1, 'expected iterator binding table'],
    ['(icollect [x] x)', 11, 'expected iterator binding table'],
    ['(icollect [_ v (ipairs [])])', 1, 'expected body expression'],
    ['(icollect [_ v (ipairs [])] 1 2)', 1, 'expected exactly one body expression'],
    ['(icollect [_ v (ipairs []) &into] v)', 28, 'expected table, function call, or symbol in &into clause'],
    [
      '(icollect [_ v (ipairs []) &into 5] v)',
      34,
      'expected table, function call, or symbol in &into clause',
    ],
    ['(icollect [_ v (ipairs []) &into [] &into []] v)', 37, 'expected only one &into clause'],
    ['(fcollect [i 1 2] 1 2)', 1, 'expected exactly one body expression'],
    ['(collect [k v (pairs {})])', 1, 'expected body expression'],
    ['(collect [k v (pairs {})] 1 2 3)', 1, 'expected 1 or 2 body expressions'],
    ['(accumulate [x 0] x)', 13, 'expected initial value and iterator binding table'],
    ['(accumulate [x 0 _ v (ipairs [])])', 1, 'expected body expression'],
    ['(accumulate [x 0 _ v (ipairs [])] 1 2)', 37, 'expected exactly one body expression'],
    ['(faccumulate {} 1)', 14, 'expected initial value and iterator binding table'],
    ['(case)', 1, 'missing subject'],
    ['(match)', 1, 'missing subject'],
    ['(case-try)', 1, 'missing subject'],
    ['(case 1)', 1, 'expected at least one pattern/body pair'],
    ['(case 1 2)', 1, 'expected even number of pattern/body pairs'],
    ['(match 1 2 3 4)', 1, 'expected even number of pattern/body pairs'],
    ['(case-try 1 2)', 1, 'expected every pattern to have a body'],
    ['(case-try 1 2 3 (catch 4))', 17, 'expected every catch pattern to have a body'],
    ['(case-try 1 2 3 [catch 4 5])', 1, 'expected every pattern to have a body'],
  ])('%s at column %i: %s', (source, column, message) => {
    const error = errorOf(source);
    expect({ code: error.code, column: error.column, message: error.message }).toEqual({
      code: 'macro-usage',
      column,
      message,
    });
    expect(error.hint).toBeTruthy();
  });
});

describe('a pattern that means nothing is refused where it stands', () => {
  it.each([
    ['(case 1 (or 1 2) 3)', 9, '(or) must be used in (where) patterns'],
    ['(case 1 (where (or)) 3)', 16, 'expected a pattern in (or)'],
    ['(case 1 (where) 3)', 9, 'expected a pattern in (where)'],
    ['(let [x 1] (case 1 (= x) 3))', 20, '(=) must be used in (where) patterns'],
    ['(let [x 1] (case [1] [(= x)] 3))', 23, '(=) must be used in (where) patterns'],
    ['(let [x 1] (case 1 (where (= x x)) 3))', 27, '(=) should take only one argument'],
    ['(case 1 (where (=)) 3)', 16, '(=) should take only one argument'],
    ['(case 1 [(where a b)] 3)', 10, "can't nest (where) pattern"],
    ['(case 1 (where [(or 1 2)]) 3)', 17, "can't nest (or) pattern"],
    ['(case 1 [(a b)] 3)', 10, "can't nest multi-value destructuring"],
    ['(case 1 (a (b c)) 3)', 12, "can't nest multi-value destructuring"],
    ['(case 1 (where (or 1 (or 2 3))) 4)', 22, "can't nest (or) pattern"],
    ['(case [1] [& a b] 3)', 16, 'expected rest argument before last parameter'],
    ['(case [1] [a &] 3)', 14, 'expected rest argument before last parameter'],
    ['(case [1] [&as a b] 3)', 18, 'expected &as argument before last parameter'],
    ['(case [1] [a &as [b]] 3)', 18, 'expected a symbol after &as'],
    ['(case {} {&as 1} 3)', 15, 'expected a symbol after &as'],
    ['(case 1 (a & b) 3)', 12, 'unexpected & in pattern'],
    ['(let [t {}] (case 1 t.x 3))', 21, 'unexpected multi symbol t.x'],
    ['(match 1 t.x 3)', 10, 'unexpected multi symbol t.x'],
    ['(case [1] ([a] ? (= a 1)) 3)', 11, 'legacy guard clause not supported in case'],
    ['(case-try 1 2 3 (catch (or 4 5) 6))', 24, '(or) must be used in (where) patterns'],
  ])('%s at column %i: %s', (source, column, message) => {
    const error = errorOf(source);
    expect({ code: error.code, column: error.column, message: error.message }).toEqual({
      code: 'pattern-syntax',
      column,
      message,
    });
    expect(error.hint).toBeTruthy();
  });
});

describe('errors of the compiler inside a macro point at what the author wrote', () => {
  it.each([
    ['(-> 1\n  (nope 2))', 2, 4],
    ['(case 1\n  x (where\n      nope))', 2, 6],
    ['(case 1\n  (where x (nope x)) 1)', 2, 13],
    ['(case 1\n  (where (or [a] {:x a})) (nope a))', 2, 28],
    ['(icollect [_ v (ipairs [])]\n  (nope v))', 2, 4],
    ['(case-try 1\n  x (nope x)\n  y y)', 2, 6],
    ['(with-open [f {}]\n  (nope f))', 2, 4],
    ['(accumulate [x nope\n _ v (ipairs [])] v)', 1, 16],
    ['(partial print\n  (nope))', 2, 4],
    ['(case 1\n  if 2)', 2, 3],
    ['(case [1]\n  [let] 2)', 2, 4],
  ])('%s at %i:%i', (source, line, column) => {
    const error = errorOf(source);
    expect([error.line, error.column]).toEqual([line, column]);
  });
});
