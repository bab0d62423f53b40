import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { load } from './load.js';

/** The value of a Fennel expression that uses the standard library as `std`. */
const evaluate = async (expression: string): Promise<unknown> => {
  const { vm, jobs, diagnostics } = await load(
    `(local ci (require :quire.ci)) (local std (require :quire.stdlib)) (ci.job :a [:quire/push] (fn [] ${expression}))`,
  );
  expect(diagnostics).toEqual([]);
  const [value] = await vm.call(jobs[0]!.runFn);
  return value === undefined ? undefined : vm.toPlain(value, { emptyTable: 'array' });
};

describe('quire.stdlib', () => {
  it.each<[string, unknown]>([
    ['(std.split "a,b,,c" ",")', ['a', 'b', '', 'c']],
    ['(std.split "" ",")', ['']],
    ['(std.split "a.b" ".")', ['a', 'b']],
    ['(std.lines "a\\nb\\r\\n\\nc\\n")', ['a', 'b', '', 'c']],
    ['(std.lines "")', []],
    ['(std.lines "no end")', ['no end']],
    ['(std.trim "  \\t a b \\r\\n ")', 'a b'],
    ['(std.trim "   ")', ''],
    ['(std.join ["a" 1 "b"])', 'a 1 b'],
    ['(std.join ["a" "b"] "::")', 'a::b'],
    ['(std.join [])', ''],
    ['(std.starts-with? "refs/tags/v1" "refs/tags/")', true],
    ['(std.starts-with? "a" "ab")', false],
    ['(std.ends-with? "x.fnl" ".fnl")', true],
    ['(std.ends-with? "x.fnl" ".lua")', false],
    ['(std.shell-quote "plain-word_1.2/x=y")', 'plain-word_1.2/x=y'],
    ['(std.shell-quote "it\'s")', `'it'\\''s'`],
    ['(std.shell-quote "")', "''"],
    ['(std.shell-quote ["echo" "a b" 3 "$HOME"])', "echo 'a b' 3 '$HOME'"],
    ['(std.parse-json "{\\"a\\": [1, true, \\"é\\"]}")', { a: [1, true, 'é'] }],
    ['(. (std.parse-json "[1, null, 3]") 3)', 3],
    ['(std.to-json {:a [1 2.5 "é"] :b {}})', '{"a":[1,2.5,"é"],"b":{}}'],
    ['(std.view {:a [1 2]})', '{:a [1 2]}'],
    ['(. (std.parse-json "[1]") 1)', 1],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });

  it.each([
    ['(std.split "a")', 'split: the separator must be a string, found nil'],
    ['(std.split "a" "")', 'split: the separator is empty'],
    ['(std.trim 5)', 'trim: the text must be a string, found the number 5'],
    [
      '(std.join {:a 1})',
      'join: the first argument must be a list, found a table with the key the string "a"',
    ],
    ['(std.join ["a" true])', 'join: item 2 of the list must be a string, found the boolean true'],
    ['(std.parse-json "{")', 'parse-json: '],
    ['(std.parse-json "\\"\\xff\\"")', 'parse-json: the text is not UTF-8'],
    ['(std.to-json std.trim)', 'function'],
    ['(std.compare-versions "1.0" "new")', 'compare-versions: "new" is no version such as 1.20.3'],
  ])('%s is an error', async (expression, message) => {
    await expect(evaluate(expression)).rejects.toThrow(message);
  });

  it('cannot be changed', async () => {
    await expect(evaluate('(set std.trim nil)')).rejects.toThrow();
  });
});

describe('compare-versions', () => {
  it('orders versions as Semantic Versioning does', async () => {
    const ascending = [
      '0.9.9',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      'v1.0.0',
      '1.2.0',
      '1.10',
      '2',
      '2.0.99999999999999999999',
    ];
    const list = ascending.map((version) => JSON.stringify(version)).join(' ');
    const compared = await evaluate(
      `(icollect [_ a (ipairs [${list}])] (icollect [_ b (ipairs [${list}])] (std.compare-versions a b)))`,
    );
    expect(compared).toEqual(ascending.map((_, i) => ascending.map((__, j) => Math.sign(i - j))));
  });

  it('leaves build metadata out', async () => {
    expect(await evaluate('(std.compare-versions "1.0.0+a" "v1+b")')).toBe(0);
  });
});

describe('glob?', () => {
  it.each([
    ['*.md', 'README.md', true],
    ['*.md', 'docs/README.md', false],
    ['**/*.md', 'README.md', true],
    ['**/*.md', 'docs/deep/README.md', true],
    ['docs/**', 'docs/a/b', true],
    ['docs/**', 'docs', false],
    ['docs/**', 'docs/', true],
    ['src/**/test.ts', 'src/test.ts', true],
    ['src/**/test.ts', 'src/a/b/test.ts', true],
    ['src/**/test.ts', 'src/atest.ts', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['**', 'any/thing', true],
    ['*', '', true],
    ['a.c', 'abc', false],
    ['[a]', '[a]', true],
  ])('%s covers %s: %s', async (pattern, path, expected) => {
    expect(await evaluate(`(std.glob? ${JSON.stringify(pattern)} ${JSON.stringify(path)})`)).toBe(expected);
  });

  it('takes a pattern made to be slow in its stride', async () => {
    expect(await evaluate('(std.glob? (string.rep "*a" 200) (string.rep "a" 5000))')).toBe(true);
    expect(await evaluate('(std.glob? (.. (string.rep "**a" 200) "b") (string.rep "a" 5000))')).toBe(false);
  });

  it('agrees with the regular expression it stands for', async () => {
    const { vm, jobs } = await load(
      '(local ci (require :quire.ci)) (ci.job :a [:quire/push] (fn [] (. (require :quire.stdlib) :glob?)))',
    );
    const [glob] = await vm.call(jobs[0]!.runFn);
    const word = (units: string[]) => fc.string({ unit: fc.constantFrom(...units), maxLength: 8 });
    fc.assert(
      fc.property(word(['a', '/', '*', '?', '**', '**/']), word(['a', 'b', '/']), (pattern, path) => {
        const regex = pattern
          .match(/\*\*\/|\*\*|./gs)
          ?.map((token) => ({ '**/': '(.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[token] ?? token)
          .join('');
        const [covered] = vm.callSync(glob as Parameters<typeof vm.callSync>[0], [pattern, path]);
        expect(covered).toBe(new RegExp(`^${regex ?? ''}$`).test(path));
      }),
    );
  });
});
