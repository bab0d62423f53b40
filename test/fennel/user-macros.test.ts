import { describe, expect, test } from 'vitest';
import { type CompileOptions, compile, macroModulePaths } from '../../src/fennel/index.js';
import { evaluate } from './evaluate.js';
import { failure as failureOf } from './failure.js';

const modules: Record<string, string> = {
  arithmetic: `
(fn inc [n]
  (if (list? n)
      \`(let [num# ,n] (+ num# 1))
      \`(+ ,n 1)))
(fn inc! [name ?by]
  \`(set ,name (+ ,name ,(or ?by 1))))
{: inc : inc! :nested {:two (fn [] 2)}}`,
  chain: '(local {: inc} (require :arithmetic)) {:inc2 (fn [x] `(+ ,(inc x) 1))}',
  'deep.path': '{:where (fn [] "deep")}',
  cycle: '(local other (require :cycle)) {}',
  'cycle.a': '(local other (require :cycle.b)) {}',
  'cycle.b': '(local other (require :cycle.a)) {}',
  'not-a-table': '5',
  'with-constant': '{:constant 5 :f (fn [] 1)}',
  'syntax-error': '{:f (fn [] 1}',
  'name-error': '{:f (fn []\n  (undefined-helper))}',
  'fails-at-load': '(error "cannot load")',
  arguments: '(local args [...]) {:arg (fn [i] (. args i))}',
};
const options: Partial<CompileOptions> = {
  findMacroModule: (name) =>
    modules[name] === undefined
      ? undefined
      : { source: modules[name], filename: `${name.replaceAll('.', '/')}.fnlm` },
};

const value = (source: string) => evaluate(source, options)[0];
const failure = (source: string, extra: Partial<CompileOptions> = {}) =>
  failureOf(source, { ...options, ...extra });

describe('definitions', () => {
  test.each<[string, unknown]>([
    ['(macro five [] 5) (five)', 5],
    ['(macro greet [] :hi) (greet)', 'hi'],
    ['(macro add [a b] `(+ ,a ,b)) (add 1 2)', 3],
    ['(macro documented [a] "what it does" `(do ,a)) (documented 4)', 4],
    ['(macros {:yes (fn [] true) :no (fn [] false)}) [(yes) (no)]', [true, false]],
    ['(macros (let [nothing #nil] {: nothing})) (nothing)', null],
    ['(macro n [] 1) (local x (n)) (macro n [] 2) [x (n)]', [1, 2]],
    ['(macro m [] 1) (fn f [] (macro m [] 2) (m)) [(f) (m)]', [2, 1]],
    ['(do (macro m [] 1)) (fn m [] 2) (m)', 2],
    [
      '(macro swap! [a b] `(let [t# ,a] (set ,a ,b) (set ,b t#))) (var x 1) (var y 2) (swap! x y) [x y]',
      [2, 1],
    ],
    ['(macro when2 [c & body] `(if ,c (do ,(unpack body)))) (when2 true 1 2 3)', 3],
    ['(macro unless2 [c ...] `(if (not ,c) (do ,...))) (unless2 false 1 2)', 2],
    [
      '(macro my-> [x ...] (accumulate [acc x _ f (ipairs [...])] `(,f ,acc))) (my-> 3 (fn [x] (+ x 1)) #(* $ 2))',
      8,
    ],
    ['(macro t [] {:a 1 :b [1 2]}) (t)', { a: 1, b: [1, 2] }],
    ['(macro s [] [1 2 3]) (s)', [1, 2, 3]],
    ['(macro ret [x] x) (ret [1 {:a 2}])', [1, { a: 2 }]],
    ['(macro ret [x] x) (ret (+ 1 1))', 2],
    ['(macro count [...] (select :# ...)) (count a (b c) [d] nil)', 4],
    ['(macro plus [x y] (list (sym :+) x y)) (plus 9 9)', 18],
    ['(macro f [] `(fn [...] (select :# ...))) ((f) 1 2 3)', 3],
    ['(macro def [name value] `(local ,name ,value)) (def x 3) x', 3],
    ['(macro deffn [name args ...] `(fn ,name ,args ,...)) (deffn add [a b] (+ a b)) (add 1 2)', 3],
    [
      '(macro splice [t] (doto t (tset :hello :world))) (splice {:greetings :comrade})',
      { greetings: 'comrade', hello: 'world' },
    ],
    [
      '(macro rev [l] (let [out (list)] (for [i (length l) 1 -1] (table.insert out (. l i))) out)) (rev (2 1 -))',
      -1,
    ],
    ['(macro keep [x] `[,x ,x]) (keep 1.50)', [1.5, 1.5]],
    ['(macro id [x] x) (id "\\xff\\0")', '\xff\0'],
    ['(macro twice [expr] `(do ,expr ,expr)) (twice (icollect [_ v (ipairs [:a :b])] v))', ['a', 'b']],
    ['(macro ts [t k v] `(tset ,t ,k ,v)) (let [t {:a 5}] (or true (ts t :a 1)) t.a)', 5],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('quoting', () => {
  test.each<[string, unknown]>([
    ['(macro m [y] `(let [xa# 1] (+ xa# ,y))) (m 4)', 5],
    ['(macro m [y] `(let [x# 1] (+ x# ,y))) (let [x 10] (m x))', 11],
    ['(macro m [] `(let [x# {:abc (fn [] 518)} y# {:one 1}] (+ (x#:abc) y#.one))) (m)', 519],
    ['(macro m [] (let [s (gensym :sym)] `(let [,s 10 sym# 20] (and sym# (not= ,s sym#))))) (m)', true],
    ['(macro m [] (let [a `x# b `x#] `(let [,a 3] ,b))) (m)', 3],
    ['(macro both [a b] `(let [x# ,a] (if x# (let [x# ,b] x#) x#))) (both 1 (both 2 3))', 3],
    ['(macro m [...] `[,...]) (m 1 2 3)', [1, 2, 3]],
    ['(macro m [xs] `[0 ,(unpack xs)]) (m [1 2 3])', [0, 1, 2, 3]],
    ['(macro m [xs] `[,(unpack xs) 9]) (m [1 2 3])', [1, 9]],
    ['(macro m [k v] `{,k ,v :fixed 1}) (m :a 2)', { a: 2, fixed: 1 }],
    ['(macro m [?x] `(or ,?x 7)) (m)', 7],
    ['(macro m [a ?b] `(select :# ,a ,?b)) (m 1)', 1],
    ['(macro m [] `nil) (m)', null],
    ['(macro m [] `(global found 5)) (m) found', 5],
    ['(macro m [] `(select :# nil nil)) (m)', 2],
    ['(macro m [] `[true false :k "s" 1.5]) (m)', [true, false, 'k', 's', 1.5]],
    ['(macro m [f] `(fn [...] (,f ...))) ((m select) 2 :a :b)', 'b'],
    ['(macro m [] (tostring `(a b.c [1 "x"] {:k v}))) (m)', '(a b.c [1 "x"] {:k v})'],
    ["(macro m [] (tostring 'quoted)) (m)", 'quoted'],
    ['(macro m [x] `(do ,(if (= x 1) :one :other))) (m 1)', 'one'],
    ['(macro m [] (let [sym 1 list 2] `(+ 1 ,(+ sym list)))) (m)', 4],
    ['(macro m [] `(. {:line 5} :line)) (m)', 5],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('the compiler environment', () => {
  test.each<[string, unknown]>([
    ['(macro m [x] (not= false (list? x))) [(m (a)) (m [a]) (m a)]', [true, false, false]],
    ['(macro m [x] (not= false (sym? x))) [(m (a)) (m [a]) (m a) (m nil)]', [false, false, true, true]],
    ['(macro m [x] (not= false (sym? x :a))) [(m b) (m a)]', [false, true]],
    ['(macro m [x] (not= false (sequence? x))) [(m (a)) (m [a]) (m {:a 1})]', [false, true, false]],
    [
      '(macro m [x] (not= false (table? x))) [(m (a)) (m [a]) (m {:a 1}) (m a) (m 1)]',
      [false, true, true, false, false],
    ],
    ['(macro m [x] (not= false (varg? x))) [(m ...) (m a)]', [true, false]],
    ['(macro m [x] (comment? x)) (m a)', false],
    [
      '(macro m [x] (let [parts (multi-sym? x)] (if parts (table.concat parts "|") :none))) [(m a.b.c) (m a)]',
      ['a|b|c', 'none'],
    ],
    ['(macro m [x] (. (multi-sym? x) :multi-sym-method-call)) (m a.b:c)', true],
    ['(macro m [x] (if (in-scope? x) :local :free)) (local y 1) [(m y) (m z)]', ['local', 'free']],
    ['(macro m [x] (tostring (macroexpand x))) (m (when true 1 2))', '(if true (do 1 2))'],
    ['(macro m [] (= (sym :a) (sym :a))) (m)', true],
    ['(macro m [x] (= x `foo)) [(m foo) (m bar)]', [true, false]],
    ['(macro m [x] (view x)) (m (a [1 :b] {:c "d"}))', '(a [1 "b"] {:c "d"})'],
    ['(macro m [] (view {:a [1 2]})) (m)', '{:a [1 2]}'],
    ['(macro m [x] (. x 1)) (m abc)', 'abc'],
    ['(macro m [x] (. (ast-source x) :line)) [(m a)\n (m (b))\n (m [c])\n (m {:d 1})]', [1, 2, 3, 4]],
    ['(macro m [x] (let [{: col : endcol} (ast-source x)] [col endcol])) (m [a b])', [70, 74]],
    ['(macro m [x] (next (ast-source x))) (m 1)', null],
    ['(eval-compiler\n (. (ast-source `[a]) :line))', 2],
    [
      '(macro m [name] (let [s (get-scope)] (if (. s.specials name) :special (. s.macros name) :macro :none))) [(m :fn) (m :when) (m :m) (m :x)]',
      ['special', 'macro', 'macro', 'none'],
    ],
    [
      '(local a 1) (var b 2) (macro m [name] (?. (get-scope) :symmeta name :var)) [(m :a) (m :b) (m :c)]',
      [false, true],
    ],
    ['(macro m [] (let [a (gensym) b (gensym "")] `(let [,a 1 ,b 2] (+ ,a ,b)))) (m)', 3],
    ['(macro m [] [(type macro-loaded) (tostring (comment? (comment "x")))]) (m)', ['table', 'false']],
    ['(macro m [x]\n x.line) [(m a)\n (m (b))]', [2, 3]],
    ['(macro m [x] x.filename) (m a)', 'test.fnl'],
    ['(eval-compiler (. `(a) :line))', 1],
    ['(macro m [] (let [s (sequence 1 2)] `[,s ,(length s)])) (m)', [[1, 2], 2]],
    ['(macro m [] (. (pack 1 nil 3) :n)) (m)', 3],
    ['(macro m [x] (assert-compile x "no")) (m 1.5)', 1.5],
    ['(macro m [] (type (get-scope))) (m)', 'table'],
    ['(macro m [] (. (get-scope) :vararg)) [(m) ((fn [] (m))) ((fn [...] (m)))]', [true, false, true]],
    ['(macro m [] (let [(ok) (pcall require :io)] ok)) (m)', false],
    ['(macro m [] (let [{: view} (require :fennel)] (view [1]))) (m)', '[1]'],
    [
      '(macro m [] (let [{: metadata} (require :fennel)] (metadata:set {} :k 1) (pcall _SCOPE.specials.doc))) (m)',
      false,
    ],
    ["(macro m [x] (if (= 'fn x) :fn :other)) [(m fn) (m ...) (m y)]", ['fn', 'other', 'other']],
    ['(eval-compiler (+ 1 2))', 3],
    ['(eval-compiler true)', true],
    ['(eval-compiler (string.format "%q" "quoted"))', 'quoted'],
    ['(macrodebug (when (= 1 1) (let [x :X] {: x})) true)', '(if (= 1 1) (do (let [x "X"] {:x x})))'],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  test('what macros print goes to the caller of compile', () => {
    const printed: string[] = [];
    compile('(macro m [x] (print :got x (list 1)) nil) (m foo)', {
      filename: 'test.fnl',
      onPrint: (text) => printed.push(text),
    });
    expect(printed).toEqual(['got\tfoo\t(1)']);
  });
});

describe('numbers', () => {
  test.each<[string, string]>([
    ['(macro id [x] x) (.. (id 2.0) "|" (id 1e3) "|" (id 0x1p4) "|" (id 2))', '2.0|1000.0|16.0|2'],
    ['(macro quoted [] `(.. 2.0 "|" 2)) (quoted)', '2.0|2'],
    ['(macro made [] (/ 4 2)) (.. (made) "")', '2.0'],
    ['(macro negative [] (* 0.0 -1)) (.. (negative) "|" (- 2.0))', '-0.0|-2.0'],
    ['(macro big [] (^ 2 80)) (.. (big) "")', '1.2089258196146e+24'],
    ['(macro item [t] (. t 2)) (.. (item [1 2.0]) "|" (item [1.0 2]))', '2.0|2'],
    ['(macro field [t] (. t :a)) (.. (field {:a 3.0}) "")', '3.0'],
    ['(macro kept [t] (tset t :b 5.0) t) (let [{: a : b} (kept {:a 3.0})] (.. a "|" b))', '3.0|5.0'],
    ['(macro grown [t] (table.insert t 5.0) t) (table.concat (grown [1.0 2]) "|")', '1.0|2|5.0'],
    ['(macro expanded [x] (macroexpand x)) (.. (expanded (-> 2.0 (+ 1))) "")', '3.0'],
    ['(macro checked [x] (assert-compile x "no")) (.. (checked 2.0) "")', '2.0'],
    ['(.. (eval-compiler (/ 4 2)) "")', '2.0'],
    ['(macro shown [x] (.. (view x) "|" (tostring x))) (shown 2.0)', '2|2.0'],
  ])('a float stays a float: %s', (source, expected) => {
    expect(value(source)).toBe(expected);
  });
});

describe('modules', () => {
  test.each<[string, unknown]>([
    ['(import-macros {: inc} :arithmetic) [(inc 5) (inc (+ 1 1))]', [6, 3]],
    ['(import-macros {:inc plus-one} :arithmetic) (plus-one 5)', 6],
    ['(import-macros a :arithmetic) (var x 1) (a.inc! x 2) (a.inc! x) x', 4],
    ['(import-macros a :arithmetic {: inc} :arithmetic) (inc (a.inc 5))', 7],
    ['(import-macros a :arithmetic) (a.nested.two)', 2],
    ['(import-macros {: inc2} :chain) (inc2 1)', 3],
    ['(import-macros {: where} :deep.path) (where)', 'deep'],
    ['(import-macros {: where} (.. "deep" ".path")) (where)', 'deep'],
    ['(require-macros :deep.path) (where)', 'deep'],
    ['(import-macros {: arg} :arguments) [(arg 1) (arg 2)]', ['arguments', 'arguments.fnlm']],
    ['(fn f [] (import-macros {: inc} :arithmetic) (inc 1)) (local inc 5) [(f) inc]', [2, 5]],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  test('`...` in a module name stands for the name of the module being compiled', () => {
    const source = '(import-macros {: where} (.. (string.match ... "^%a+") ".path")) (where)';
    expect(evaluate(source, { ...options, moduleName: 'deep.user' })).toEqual(['deep']);
  });

  test('a module may be written in Lua', () => {
    const extra: Partial<CompileOptions> = {
      findMacroModule: (name) => ({
        source: `local name = ... return {where = function(x) return list(sym(".."), name, x) end}`,
        filename: `${name}.lua`,
      }),
    };
    expect(evaluate('(import-macros {: where} :in-lua) (where "!")', extra)).toEqual(['in-lua!']);
    const broken = { findMacroModule: () => ({ source: 'return (', filename: 'broken.lua' }) };
    expect(failure('(import-macros {: where} :broken)', broken)).toMatchObject({
      code: 'macro-error',
      line: 1,
    });
  });

  test('the file of a module, and of the code, may have any name', () => {
    const extra: Partial<CompileOptions> = {
      filename: '日本.fnl',
      findMacroModule: () => ({ source: '{:f (fn [x] (error x))}', filename: 'läs/日本.fnlm' }),
    };
    expect(failure('(import-macros {: f} :m) (f "gone")', extra)).toMatchObject({
      message: 'läs/日本.fnlm:1: gone',
      file: '日本.fnl',
    });
    expect(failure('(macro f [x] (error x)) (f "gone")', extra).message).toBe('日本.fnl:1: gone');
  });

  test('a module is loaded once', () => {
    const asked: string[] = [];
    const source =
      '(import-macros a :arithmetic) (import-macros b :arithmetic) (import-macros {: inc2} :chain) 1';
    compile(source, {
      filename: 'test.fnl',
      findMacroModule: (name) => {
        asked.push(name);
        return options.findMacroModule?.(name);
      },
    });
    expect(asked).toEqual(['arithmetic', 'chain']);
  });

  test('candidate paths of a module, none for what is no dotted path', () => {
    expect(macroModulePaths('my.macros')).toEqual([
      'my/macros.fnlm',
      'my/macros/init.fnlm',
      'my/macros.fnl',
      'my/macros/init-macros.fnl',
      'my/macros/init.fnl',
    ]);
    for (const bad of ['', '.', '..', 'a..b', '../x', '/etc/passwd', 'a\\b', 'a\0b', 'c:x']) {
      expect(macroModulePaths(bad)).toEqual([]);
    }
  });
});

describe('errors', () => {
  test.each<[string, string, string, number, number, string?]>([
    [
      '(macros {:m (fn [y] `(let [x 1] (+ x ,y)))})\n(m 4)',
      'name-without-gensym',
      'macro tried to bind x without gensym',
      1,
      28,
    ],
    [
      '(macro m [t] `(each [k (pairs ,t)] (print k))) (m [])',
      'name-without-gensym',
      'macro tried to bind k without gensym',
      1,
      22,
    ],
    [
      '(macro m [] `(fn [abc] abc)) (m)',
      'name-without-gensym',
      'macro tried to bind abc without gensym',
      1,
      19,
    ],
    [
      '(macros {:foo (setmetatable {:bar 1} {:__call (fn [] 1)})}) (foo.baz)',
      'macro-not-found',
      'macro not found, or not callable, in macro table: foo.baz',
      1,
      62,
    ],
    [
      '(macros {:foo 1})',
      'macro-not-function',
      'expected each macro to be function or callable table: foo',
      1,
      9,
    ],
    [
      '(macros {:foo {:bar (fn [] 1)}})',
      'macro-not-function',
      'expected each macro to be function or callable table: foo',
      1,
      9,
    ],
    ['(macros 5)', 'macros-argument', 'expected one table argument', 1, 9],
    ['(macros {} {})', 'macros-argument', 'expected one table argument', 1, 1],
    ['(macro m.x [] 1)', 'macro-name', 'expected symbol for macro name', 1, 8],
    ['(macro 5 [] 1)', 'macro-name', 'expected symbol for macro name', 1, 8],
    [
      '(macro each [] 1)',
      'name-overshadowed',
      'local each was overshadowed by a special form or macro',
      1,
      1,
    ],
    [
      '(macro m [] 1) (local m 2)',
      'name-overshadowed',
      'local m was overshadowed by a special form or macro',
      1,
      16,
    ],
    ['(macro m [] 1) (print m)', 'macro-as-value', 'tried to reference a macro without calling it: m', 1, 23],
    [
      '(let [t {:b 2}] (import-macros t :arithmetic) t.b)',
      'macro-as-value',
      'tried to reference a macro without calling it: t',
      1,
      47,
    ],
    [
      '(import-macros {: nope} :arithmetic)',
      'macro-not-found',
      'macro nope not found in module arithmetic',
      1,
      1,
    ],
    [
      '(import-macros a :arithmetic)\n(a.nope)',
      'macro-not-found',
      'macro not found, or not callable, in macro table: a.nope',
      2,
      2,
    ],
    [
      '(import-macros 5 :arithmetic)',
      'bad-import',
      'expected a name or a table to bind the macros to',
      1,
      16,
    ],
    ['(import-macros {5 x} :arithmetic)', 'bad-import', 'expected macro names in the import table', 1, 17],
    ['(macro m [] (let [s (sym :a)] (tset s 1 5) s)) (m)', 'not-code', 'a symbol has lost its name', 1, 48],
    ['(import-macros a)', 'odd-imports', 'expected even number of binding/modulename pairs', 1, 1],
    ['(import-macros a :missing)', 'macro-module-not-found', 'missing module not found.', 1, 1],
    ['(import-macros a 100)', 'module-name-expected', 'module name must compile to string', 1, 1],
    ['(require-macros 100)', 'module-name-expected', 'module name must compile to string', 1, 1],
    ['(require-macros)', 'module-name-expected', 'expected one module name argument', 1, 1],
    [
      '(require-macros :with-constant)',
      'macro-not-function',
      'expected each macro to be function: constant',
      1,
      1,
    ],
    ['(import-macros a :not-a-table)', 'macros-argument', 'expected macros to be table', 1, 1],
    ['(import-macros a :cycle)', 'macro-module-cycle', 'macro module cycle requires itself', 1, 1],
    ['(import-macros a :cycle.a)', 'macro-module-cycle', 'macro module cycle.a requires itself', 1, 1],
    [
      '(import-macros a :syntax-error)',
      'mismatched-closer',
      'mismatched closing delimiter }, expected )',
      1,
      13,
      'syntax-error.fnlm',
    ],
    [
      '(import-macros a :name-error)',
      'unknown-identifier',
      'unknown identifier: undefined-helper',
      2,
      4,
      'name-error.fnlm',
    ],
    ['(import-macros a :fails-at-load)', 'macro-error', 'fails-at-load.fnlm:1: cannot load', 1, 1],
    ['(local helper 1) (macro m [] helper)', 'unknown-identifier', 'unknown identifier: helper', 1, 30],
    ['(macro m [] (os.exit)) 1', 'unknown-identifier', 'unknown identifier: os', 1, 14],
    ['(macro m [x] (assert-compile false "oh no" x))\n(m\n (foo))', 'macro-assertion', 'oh no', 3, 2],
    ['(macro m [] (assert-compile false "oh no"))\n (m)', 'macro-assertion', 'oh no', 2, 2],
    ['(macro m [x] (when (not= x 1) (error "expected one" 0)))\n(m 2)', 'macro-error', 'expected one', 2, 1],
    [
      '(macro m [x]\n  (+ x.y 1)) (m 2)',
      'macro-error',
      "test.fnl:2: attempt to index a number value (local 'x')",
      2,
      14,
    ],
    ['(macro m [] (fn [] 1)) (m)', 'not-code', 'could not compile value of type function', 1, 24],
    ['(macro m [] (sym 5)) (m)', 'macro-error', 'sym expects a string as the first argument', 1, 22],
    ['(eval-compiler {:a 1})', 'not-code', 'could not compile value of type table', 1, 1],
    ['(eval-compiler (gensym) (error {:a 1}))', 'macro-error', '(error object is a table value)', 1, 1],
    [
      '(macro m [] `(m)) (m)',
      'too-many-expansions',
      'macro expansion does not end: more than 1000 in a row',
      1,
      14,
    ],
    ['(macro m [] `(do (m) (m))) (m)', 'nesting-too-deep', 'nested too deeply to compile', 1, 14],
    [
      '(macro m [] (var x []) (for [_ 1 10000] (set x [x])) x) (m)',
      'nesting-too-deep',
      'a macro gave code nested more than 500 levels deep',
      1,
      57,
    ],
    [
      '(macro m [] (let [t []] (table.insert t t) t)) (m)',
      'nesting-too-deep',
      'a macro gave code nested more than 500 levels deep',
      1,
      48,
    ],
  ])('%s', (source, code, message, line, column, file = 'test.fnl') => {
    const error = failure(source);
    expect({ ...error, message: error.message }).toMatchObject({ code, message, line, column, file });
    expect(error.errors).toHaveLength(1);
    expect(error.hint).toBeTruthy();
  });

  test('an error in what a macro has made points at the quoted form and names the call', () => {
    const source = '(macro m [x]\n  `(let [a# ,x]\n     (+ a# typo)))\n\n(m 4)';
    expect(failure(source)).toMatchObject({ line: 3, column: 12, sourceLine: '     (+ a# typo)))' });
    expect(failure(source).hint).toContain('this is code made for the macro call on line 5');
  });

  test('an error in what a macro was given points at what it was given', () => {
    expect(failure('(macro m [x]\n  `(let [a# ,x] a#))\n\n(m (+ 1\n typo))')).toMatchObject({
      line: 5,
      column: 2,
    });
  });

  test('an error in what a macro of another file has made points at the call and names the quoted form', () => {
    const extra: Partial<CompileOptions> = {
      findMacroModule: () => ({ source: '\n{:m (fn []\n `(+ 1 typo))}', filename: 'lib/typo.fnlm' }),
    };
    const error = failure('(import-macros {: m} :typo)\n(m)', extra);
    expect(error).toMatchObject({ file: 'test.fnl', line: 2, column: 1, sourceLine: '(m)' });
    expect(error.hint).toContain('the macro has made this code at lib/typo.fnlm:3');
  });

  test('what list and sym have made, and literals, take the position of what is around them', () => {
    expect(failure('(macro m [] (list (sym :typo)))\n(m)')).toMatchObject({ line: 2, column: 1 });
    expect(failure('(macro m [x]\n `(f ,(+ x 1)))\n(m 1)')).toMatchObject({ line: 2, column: 4 });
    expect(failure('(macro m [x]\n `(,(+ x 1) 2))\n(m 1)')).toMatchObject({ line: 2, column: 3 });
  });

  test('what keeps the host from finding a module becomes an error at the import', () => {
    const findMacroModule = () => {
      throw new Error('disk läuft nicht');
    };
    expect(failure('1\n(import-macros a :arithmetic)', { findMacroModule })).toMatchObject({
      code: 'macro-module-unreadable',
      message: 'cannot read the macro module arithmetic: disk läuft nicht',
      line: 2,
    });
    expect(failure('(macro m [] (require :arithmetic)) (m)', { findMacroModule })).toMatchObject({
      code: 'macro-module-unreadable',
    });
  });

  test('without a way to find modules none is found', () => {
    expect(failure('(import-macros a :arithmetic)', { findMacroModule: undefined })).toMatchObject({
      code: 'macro-module-not-found',
    });
  });

  test('a macro that runs for ever is ended', () => {
    const error = failure('(macro m [] (while true nil)) (m)', { limits: { macroCpuMs: 200 } });
    expect(error).toMatchObject({ code: 'macro-limit', line: 1, column: 31 });
  });

  test('a macro that makes too much is told what its author can do', () => {
    const error = failure('(macro m [] (string.rep :x 1e9)) (m)');
    expect(error).toMatchObject({ code: 'macro-limit', line: 1 });
    expect(error.message).toMatch(/stringBytes = \d+; let the macro do less$/);
  });

  test('a macro that catches every error is ended all the same', () => {
    const source = '(macro m [] (while true (pcall #(while true nil)))) (m)';
    expect(failure(source, { limits: { macroCpuMs: 200 } })).toMatchObject({ code: 'macro-limit' });
  });

  test('many short macros count together', () => {
    const source = `(macro m [] (for [i 1 20000] nil)) ${'(m) '.repeat(2000)}`;
    const error = failure(source, { limits: { macroCpuMs: 100 } });
    expect(error).toMatchObject({ code: 'macro-limit', message: 'macros have run for more than 100 ms' });
  });

  test('a macro that gives ever more code is ended', () => {
    const source =
      '(macro m [n] (let [out `(do)] (for [i 1 1000] (table.insert out `(print ,i))) out)) (m) (m) (m)';
    expect(failure(source, { limits: { expandedNodes: 5000 } })).toMatchObject({
      code: 'too-many-expansions',
      message: 'macros have given too much code',
    });
  });
});
