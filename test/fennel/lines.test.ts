import { describe, expect, test } from 'vitest';
import { compile, view } from '../../src/fennel/index.js';
import { createVm, fromText, LuaError } from '../../src/lua/index.js';

const vm = createVm();

function runtimeError(source: string): LuaError {
  const { lua, lineMap, localNames } = compile(source, { filename: 'test.fnl' });
  try {
    vm.callSync(vm.load({ lua, chunkName: 'test.fnl', lineMap, localNames, env: vm.createEnvironment() }));
  } catch (error) {
    if (error instanceof LuaError) return error;
    throw error;
  }
  throw new Error(`${source} did not fail`);
}

describe('positions of runtime errors', () => {
  test.each<[string, number, string]>([
    ['\n(error :boom)', 2, 'boom'],
    ['(local t nil)\n\nt.x', 3, "attempt to index a nil value (local 't')"],
    ['(local x nil)\n(+ 1\n   x)', 2, "attempt to perform arithmetic on a nil value (local 'x')"],
    ['(local x nil)\n(type 1)\n(x\n 1\n 2)', 3, "attempt to call a nil value (local 'x')"],
    ['(fn f []\n  (let [t {}]\n    (t.missing 1)))\n(f)', 3, "attempt to call a nil value (field 'missing')"],
    ['(local t {})\n(t:nothing\n 1)', 2, "attempt to call a nil value (method 'nothing')"],
    ['(local a-b nil)\n(.. :x\n a-b)', 2, "attempt to concatenate a nil value (local 'a-b')"],
    ['(local max? nil)\n(fn f [] (max?))\n(f)', 2, "attempt to call a nil value (upvalue 'max?')"],
    ['(local x 1)\n(let [x {}]\n  (x))', 3, "attempt to call a table value (local 'x')"],
    ['(local t {})\n(t.f (if true\n       1 2))', 2, "attempt to call a nil value (local 't.f')"],
    ['(var t {})\n(t.f (let [x 1]\n       x) 2)', 2, "attempt to call a nil value (local 't.f')"],
    ['(local data\n  {:a 1\n   :b (. nil 1)\n   :c 3})', 3, 'attempt to index a nil value'],
    ['(each [_ x (ipairs [1 2])]\n  (when (= x 2)\n    (error "second")))', 3, 'second'],
    ['(case [1 2]\n  [a b]\n  (error\n    "here"))', 3, 'here'],
    ['(local f #(error $))\n\n(f "in hashfn")', 1, 'in hashfn'],
    ['(local s "line\none\ntwo")\n(error s.x.y)', 4, "attempt to index a nil value (field 'x')"],
    ['(lua "local q = 1\\nlocal r = 2")\n(error "after raw Lua")', 2, 'after raw Lua'],
    ['(macro fail [x]\n  `(error ,x))\n\n(fail\n "from macro")', 4, 'from macro'],
    ['(local [x] (values))', 1, "attempt to index a nil value (local '(values)')"],
    ['(fn f [{: a} [b]] b) (f {})', 1, "attempt to index a nil value (local '[b]')"],
    ['(-> {}\n    (. :a)\n    (. :b))', 3, "attempt to index a nil value (field 'a')"],
  ])('%s', (source, line, message) => {
    const error = runtimeError(source);
    expect(error.message).toContain(message);
    expect(error.line).toBe(line);
  });

  test('the traceback shows the lines of the source', () => {
    const error = runtimeError(
      '(fn inner []\n  (error :deep))\n\n(fn outer []\n  (inner)\n  nil)\n\n(outer)\nnil',
    );
    const lines = error.traceback.match(/test\.fnl:\d+/g);
    expect(lines).toEqual(['test.fnl:2', 'test.fnl:5', 'test.fnl:8']);
  });
});

describe('the line map', () => {
  test('a new Lua line begins whenever the line of the source changes', () => {
    const { lua, lineMap } = compile('(local a 1)\n(local b 2)\n\n(print a\n       b)', {
      filename: 'test.fnl',
    });
    expect(lua.split('\n').map((line) => line.trim())).toEqual([
      'local a = 1',
      'local b = 2',
      'return print(a,',
      'b)',
    ]);
    expect(lineMap).toEqual([1, 2, 4, 5]);
  });

  test('it has an entry for each Lua line', () => {
    const source =
      '(fn f [x]\n  (if (let [y x] y)\n    (lua "x = 1\\nx = 2")\n    [x\n     (f\n      x)]))\n(f [1 & 2])'.replace(
        '& ',
        '',
      );
    const { lua, lineMap } = compile(source, { filename: 'test.fnl' });
    expect(lineMap).toHaveLength(lua.split('\n').length);
  });

  test('the text is ASCII, whatever the source holds', () => {
    const { lua } = compile('(local été "日本\\xff") {: été "ключ" "\u{1f600}"}', { filename: 'test.fnl' });
    expect(lua).toMatch(/^[\x00-\x7f]*$/);
    const [table] = vm.callSync(vm.load({ lua, chunkName: 'test.fnl' }));
    expect(view(table)).toBe(fromText('{"été" "日本\\255" "ключ" "😀"}'));
  });

  test('names that Lua must have spelled otherwise are listed', () => {
    const { localNames } = compile('(local a-b 1) (fn ok? [x] (let [x x] x)) (ok? a-b)', {
      filename: 'test.fnl',
    });
    expect(Object.fromEntries(localNames)).toEqual({ a_b: 'a-b', ok_3f: 'ok?', x0: 'x' });
  });
});
