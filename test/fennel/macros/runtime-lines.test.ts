import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.js';

/** The line an error raised by `(boom)` in `body` is reported at; `body` begins on line 1. */
function lineOf(body: string): string[] {
  const raising = body.replaceAll('(boom)', '(error "boom")');
  return evaluate(`(let [(_ message) (pcall (fn [] ${raising}))] (message:match ":(%d+): boom"))`);
}

describe('an error at run time names the line of the form the author wrote', () => {
  it.each([
    ['a step of a thread', '(-> 1\n (tostring)\n (.. (boom)))', 3],
    ['the value of a thread', '(->\n (boom)\n (tostring))', 2],
    ['a step of a maybe-thread', '(-?> 1\n (tostring)\n (.. (boom))\n (length))', 3],
    ['a step of doto', '(doto []\n (table.insert 1)\n (table.insert (boom)))', 3],
    ['the body of when', '(when true\n 1\n (boom))', 3],
    ['an argument of partial', '(partial tostring\n (boom))', 2],
    ['the body of icollect', '(icollect [_ v (ipairs [1])]\n\n (boom))', 3],
    ['the iterator of icollect', '(icollect [_ v\n (boom)]\n 1)', 2],
    ['the key of collect', '(collect [_ v (ipairs [1])]\n (boom)\n 1)', 2],
    ['the body of accumulate', '(accumulate [n 0\n _ v (ipairs [1])]\n (+ n (boom)))', 3],
    ['the start of accumulate', '(accumulate [n\n (boom)\n _ v (ipairs [1])] n)', 2],
    ['the body of with-open', '(with-open [h {:close #nil}]\n\n (boom))', 3],
    ['the value of case', '(case\n (boom)\n x 1)', 2],
    ['a guard', '(case 1\n (where x\n (boom)) 1)', 3],
    ['a guard of alternatives', '(case 1\n (where (or [x] x)\n (boom)) 1)', 3],
    ['a body of case', '(case 1\n 2 :no\n x\n (boom))', 4],
    ['a body after alternatives', '(case 1\n (where (or [x] x))\n (boom))', 3],
    ['a step of case-try', '(case-try 1\n x\n (boom)\n y y)', 3],
    ['a catch clause', '(case-try 1\n 2 :no\n 3 :no\n (catch\n  _ (boom)))', 5],
  ])('in %s', (_, body, line) => {
    expect(lineOf(body)).toEqual([`"${line}"`]);
  });
});
