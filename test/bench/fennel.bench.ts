import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { bench, describe } from 'vitest';

/**
 * `npm run bench -- fennel`: what compiling costs, measured on the built package in processes of its own, as the share
 * of the budget it uses and as the growth from 50 KB to 1 MB. Fails over a budget.
 */
const built = new URL('../../dist/src/fennel/index.js', import.meta.url);

const pipeline = `(local ci (require :quire.ci))

(ci.job :test [:quire/push]
  (fn [{: sh : jobs}]
    (let [push (jobs :quire/push)]
      (when (= push.branch "main") (sh ["npm" "test"])))))`;

/** Quadratic work would make it twenty; what remains is the collector's share of a larger heap. */
const mostGrowth = 2;

/** Ordinary code: macros, patterns, closures, strings. */
const helper = (i: number): string => `
(fn library.helper-${i} [xs {: key &as opts} ...]
  "Sums values, collects names and looks at the first item."
  (let [total (accumulate [sum 0 _ x (ipairs xs)] (+ sum (or x.value 0)))
        names (icollect [_ x (ipairs xs)] (when (not= x.name nil) (.. x.name "-" ${i})))]
    (if (> total 10) (values total names)
        (= total ${i}) (do (set opts.seen true) (string.format "%d/%s" total (table.concat names ",")))
        (case (. xs 1)
          {:kind :a :value v} (+ v 1)
          [a b & rest] (length rest)
          _ (select :# key ...)))))`;

const sourceOf = (kilobytes: number): string => {
  const parts = ['(local library {})'];
  for (let size = 0, i = 0; size < kilobytes * 1024; i++) {
    parts.push(helper(i));
    size += helper(i).length;
  }
  return [...parts, 'library'].join('\n');
};

/** Milliseconds of each of `runs` compilations, the first of them cold, in a fresh process. */
const measure = (source: string, runs: number): number[] => {
  const script = `
    import { readFileSync } from 'node:fs';
    import { compile } from ${JSON.stringify(built.href)};
    const source = readFileSync(0);
    const times = [];
    for (let i = 0; i < ${runs}; i++) {
      const startedAt = process.hrtime.bigint();
      compile(source, { filename: 'bench.fnl' });
      times.push(Number(process.hrtime.bigint() - startedAt) / 1e6);
    }
    console.log(JSON.stringify(times));`;
  const args = ['--input-type=module', '--eval', script];
  return JSON.parse(execFileSync(process.execPath, args, { input: source, encoding: 'utf8' })) as number[];
};

const best = (times: readonly number[]): number => Math.min(...times);
const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;

const hold = (what: string, ms: number, budgetMs: number): void => {
  const share = ms / budgetMs;
  console.log(`${what}: ${ms.toFixed(3)} ms, budget ${budgetMs} ms: ratio ${share.toFixed(2)}`);
  if (!(share < 1)) throw new Error(`${what} takes ${share.toFixed(2)} of its budget`);
};

/** The benchmark runner repeats what it measures; these measure themselves and do so once. */
const options = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 } as const;
const once = (work: () => void): (() => void) => {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    if (!existsSync(built)) throw new Error('dist is missing: run it with npm run bench');
    work();
  };
};

describe('fennel', () => {
  bench(
    'a six-line pipeline, warm: under 0.5 ms',
    once(() => hold('six lines, warm', median(measure(pipeline, 2000).slice(1000)), 0.5)),
    options,
  );
  bench(
    'a six-line pipeline, cold: under 6 ms',
    once(() =>
      hold('six lines, cold', median(Array.from({ length: 15 }, () => measure(pipeline, 1)[0]!)), 6),
    ),
    options,
  );
  bench(
    '50 KB, warm: under 30 ms',
    once(() => hold('50 KB, warm', median(measure(sourceOf(50), 60).slice(30)), 30)),
    options,
  );
  bench(
    'from 50 KB to 1 MB: at most twice the cost of a byte',
    once(() => {
      const small = best(measure(sourceOf(50), 40)) / 50;
      const large = best(measure(sourceOf(1024), 6)) / 1024;
      const growth = large / small;
      console.log(
        `1 MB: ${(large * 1024).toFixed(0)} ms; a byte costs ${growth.toFixed(2)} of what it costs at 50 KB`,
      );
      if (!(growth <= mostGrowth))
        throw new Error(`the cost of a byte grows by ${growth.toFixed(2)} from 50 KB to 1 MB`);
    }),
    options,
  );
});
