import { describe, expect, it } from 'vitest';
import { createVm, fromText, type LuaPosition } from '../../src/lua/index.js';
import { errorOf, rejectionOf } from './run.js';

// Lua lines:     1         2                      3                    4       5      6
const LUA = 'local a_b = {}\nlocal function f_1()\nreturn a_b.x.y\nend\nf_1()\nreturn 1';
// Source lines:  10        12                     13                   (same)  20     21
const lineMap = [10, 12, 13, 0, 20, 21];
const localNames = new Map([
  ['a_b', 'a-b'],
  ['f_1', 'f?'],
]);
const chunk = { lua: LUA, chunkName: '.quire/ci.fnl', lineMap, localNames };

describe('load', () => {
  it('gives a function that can be run again and again', () => {
    const vm = createVm();
    const fn = vm.load({ lua: 'local n = ... n = n + 1 return n', chunkName: 'add' });
    expect([vm.callSync(fn, [1]), vm.callSync(fn, [41])]).toEqual([[2], [42]]);
  });

  it('gives each load functions of its own', () => {
    const vm = createVm();
    const lua = 'local n = 0 return function() n = n + 1 return n end';
    const [a, b] = [1, 2].map(() => vm.callSync(vm.load({ lua, chunkName: 'counter' }))[0]);
    expect(a).not.toBe(b);
  });

  it('looks global names up in the table it is given', () => {
    const vm = createVm();
    const env = vm.createTable({ entries: [['x', 'from env']] });
    const fn = vm.load({ lua: 'y = x return x, print, _G', chunkName: 'sealed', env });
    expect(vm.callSync(fn)).toEqual(['from env', undefined, undefined]);
    expect(env.get('y')).toBe('from env');
    expect(vm.globals.get('y')).toBeUndefined();
  });

  it.each([
    ['a missing end', 'if x then', "x.lua:1: 'end' expected near <eof>"],
    ['a stray token', 'local = 1', "x.lua:1: <name> expected near '='"],
    ['an unfinished string', '\n\nlocal s = "abc\n"', "x.lua:3: unfinished string near '\"abc'"],
    ['a bad goto', 'goto nowhere', "x.lua:1: no visible label 'nowhere' for <goto> at line 1"],
    ['a bad number', 'return 0x', "x.lua:1: malformed number near '0x'"],
    ['a break outside', 'break', 'x.lua:1: <break> at line 1 not inside a loop'],
  ])('refuses %s, in the words of Lua', (_, lua, message) => {
    const error = errorOf(() => createVm().load({ lua, chunkName: 'x.lua' }));
    expect(error).toMatchObject({ code: 'syntax', message, file: 'x.lua' });
    expect(error.line).toBe(Number(/:([0-9]+):/.exec(message)![1]));
  });

  it('refuses nesting beyond what the parser can hold', () => {
    const lua = `return ${'('.repeat(5000)}1${')'.repeat(5000)}`;
    expect(errorOf(() => createVm().load({ lua, chunkName: 'deep' })).code).toBe('syntax');
  });

  it('refuses bytecode', () => {
    const error = errorOf(() => createVm().load({ lua: '\x1bLua\x53', chunkName: 'binary' }));
    expect(error.code).toBe('syntax');
    expect(error.message).toContain('binary');
  });

  it('takes bytes, not text', () => {
    const vm = createVm();
    const lua = fromText('return "naïve ✓"');
    expect(vm.callSync(vm.load({ lua, chunkName: 'text' }))).toEqual([fromText('naïve ✓')]);
    expect(errorOf(() => vm.load({ lua: 'return "✓"', chunkName: 'text' }))).toMatchObject({
      code: 'conversion',
    });
  });

  it('keeps any byte of a chunk name, however long', () => {
    const vm = createVm();
    const folder = 'directory/'.repeat(30);
    const fn = vm.load({ lua: 'error("x")', chunkName: folder + fromText('übung.fnl') });
    expect(errorOf(() => vm.callSync(fn)).file).toBe(`${folder}übung.fnl`);
  });
});

describe('a line map', () => {
  it('makes errors and tracebacks speak of source lines and names', async () => {
    const vm = createVm();
    const error = await rejectionOf(vm.call(vm.load(chunk)));
    expect(error.message).toBe(".quire/ci.fnl:13: attempt to index a nil value (field 'x')");
    expect(error).toMatchObject({ file: '.quire/ci.fnl', line: 13 });
    expect(error.traceback).toBe(
      "stack traceback:\n\t.quire/ci.fnl:13: in local 'f?'\n\t.quire/ci.fnl:20: in main chunk",
    );
  });

  it('gives original names to upvalues', () => {
    const vm = createVm();
    const lua = 'local a_b local function g() return a_b() end g()';
    const error = errorOf(() => vm.callSync(vm.load({ lua, chunkName: 'x', localNames })));
    expect(error.message).toBe("x:1: attempt to call a nil value (upvalue 'a-b')");
  });

  it('is what `where`, `error` with a level, and functions without a name report', () => {
    const vm = createVm();
    const seen: (LuaPosition | undefined)[] = [];
    vm.globals.set(
      'where',
      vm.createFunction('where', (_, context) => void seen.push(context.where())),
    );
    const lua =
      'where()\nlocal function f()\nerror("caller", 2)\nend\nlocal ok, message = pcall(function()\nf()\nend)\nreturn message';
    const map = [5, 6, 7, 8, 9, 50, 51, 52];
    expect(vm.callSync(vm.load({ lua, chunkName: 'm.fnl', lineMap: map }))).toEqual(['m.fnl:50: caller']);
    expect(seen).toEqual([{ file: 'm.fnl', line: 5 }]);
  });

  it('gives a line without a source line to the one before it', () => {
    const vm = createVm();
    const load = (map: number[]) => vm.load({ lua: '\n\n\nerror("x")', chunkName: 'm', lineMap: map });
    expect(errorOf(() => vm.callSync(load([3, 7, 0, 0]))).line).toBe(7);
    expect(errorOf(() => vm.callSync(load([0, 0, 0, 9]))).line).toBe(9);
    expect(errorOf(() => vm.callSync(load([0, 5]))).line).toBe(5);
    expect(errorOf(() => vm.callSync(load([]))).line).toBe(4);
  });

  it('holds for syntax errors', () => {
    const error = errorOf(() =>
      createVm().load({ lua: 'local x\n\nx = = 1', chunkName: 'm.fnl', lineMap: [4, 5, 6] }),
    );
    expect(error).toMatchObject({ code: 'syntax', message: "m.fnl:6: unexpected symbol near '='", line: 6 });
  });

  it('reaches functions in functions', () => {
    const vm = createVm();
    const lua = 'return function()\nreturn function()\nreturn function()\nerror("deep")\nend\nend\nend';
    const error = errorOf(() =>
      vm.callSync(
        vm.load({
          lua: `local f = (function() ${lua} end)() f()()()`,
          chunkName: 'm',
          lineMap: [100, 200, 300, 400, 500, 600, 700],
        }),
      ),
    );
    expect(error.line).toBe(400);
    expect(error.traceback).toContain('m:400: in function <m:300>');
  });
});
