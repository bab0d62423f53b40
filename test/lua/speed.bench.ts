import { createRequire } from 'node:module';
import { bench, describe } from 'vitest';
import type * as Lua from '../../src/lua/index.js';

/**
 * `npm run bench -- test/lua`: the VM beside the fengari it is built from, on the same programs. Both are loaded as
 * Node loads them: what the test runner imports itself it rewrites, every imported name into a look-up, which makes
 * the VM's loop up to twice as slow and leaves fengari alone.
 */
const require = createRequire(import.meta.url);
const { createVm } = require('../../dist/src/lua/index.js') as typeof Lua;
const { lua, lauxlib, lualib, to_luastring } = require('fengari');

const programs: Record<string, string> = {
  calls: 'local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(18)',
  loop: 'local s = 0 for i = 1, 100000 do s = s + i % 7 end return s',
  sequence:
    'local t = {} for i = 1, 20000 do t[i] = i end local s = 0 for _, v in ipairs(t) do s = s + v end return s',
  fields:
    'local t = {} for i = 1, 5000 do t["k" .. i] = i end local s = 0 for _, v in pairs(t) do s = s + v end return s',
  strings: 'local s = "" for i = 1, 2000 do s = s .. i .. "," end return #s:gsub("%d+", "<%0>")',
  sort: 'local t = {} for i = 1, 2000 do t[i] = (i * 7919) % 2003 end table.sort(t, function(a, b) return a < b end) return t[1]',
};

for (const [name, text] of Object.entries(programs)) {
  describe(name, () => {
    const vm = createVm();
    const fn = vm.load({ lua: text, chunkName: name });
    bench('quire', () => {
      vm.callSync(fn);
    });
    const L = lauxlib.luaL_newstate();
    lualib.luaL_openlibs(L);
    lauxlib.luaL_loadstring(L, to_luastring(text));
    bench('fengari', () => {
      lua.lua_pushvalue(L, -1);
      lua.lua_call(L, 0, 0);
    });
  });
}

describe('the border', () => {
  const vm = createVm();
  vm.globals.set(
    'now',
    vm.createFunction('now', ([x]) => x),
  );
  vm.globals.set(
    'later',
    vm.createFunction('later', async ([x]) => x),
  );
  const load = (text: string): Lua.LuaFunction => vm.load({ lua: text, chunkName: 'border' });
  const now = load('for i = 1, 1000 do now(i) end');
  const later = load('for i = 1, 1000 do later(i) end');
  const nothing = load('return');
  bench('a new VM and a small chunk', () => {
    const fresh = createVm();
    fresh.callSync(fresh.load({ lua: 'local x = 1 return x + 1', chunkName: 'small' }));
  });
  bench('1000 calls of a host function', () => {
    vm.callSync(now);
  });
  bench('1000 calls of a host function that awaits', async () => {
    await vm.call(later);
  });
  bench('callSync', () => {
    vm.callSync(nothing);
  });
});
