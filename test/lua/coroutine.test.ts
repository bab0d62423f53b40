import { describe, expect, it } from 'vitest';
import { createVm, type LuaCoroutine } from '../../src/lua/index.js';
import { errorOf, run, runSync } from './run.js';

describe('coroutines', () => {
  it('work the same in call and in callSync', async () => {
    const lua = `
      local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b * 2 end)
      local _, first = coroutine.resume(co, 1)
      local _, second = coroutine.resume(co, 10)
      return first, second, coroutine.status(co), (coroutine.resume(co))
    `;
    const expected = [2, 20, 'dead', false];
    expect(runSync(lua)).toEqual(expected);
    expect(await run(createVm(), lua)).toEqual(expected);
  });

  it('know the main one of a call: it is running and cannot yield', async () => {
    const lua = `
      local main, isMain = coroutine.running()
      local inner = coroutine.wrap(function() return select(2, coroutine.running()), coroutine.isyieldable(), coroutine.status(main) end)
      return isMain, coroutine.isyieldable(), coroutine.status(main), inner()
    `;
    expect(await run(createVm(), lua)).toEqual([true, false, 'running', false, true, 'normal']);
    expect(errorOf(() => runSync('coroutine.yield()')).message).toBe(
      'test.lua:1: attempt to yield from outside a coroutine',
    );
  });

  it('can yield out of comparators, gsub callbacks and __tostring, unlike in Lua 5.3', () => {
    const lua = `
      local co = coroutine.wrap(function()
        local t = {2, 1}
        table.sort(t, function(a, b) coroutine.yield("sort") return a < b end)
        local s = ("x"):gsub("x", function() return coroutine.yield("gsub") end)
        local u = tostring(setmetatable({}, {__tostring = function() return coroutine.yield("tostring") end}))
        return t[1] .. s .. u
      end)
      return co(), co(), co("s"), co("u")
    `;
    expect(runSync(lua)).toEqual(['sort', 'gsub', 'tostring', '1su']);
  });

  it('say where they cannot yield, and what to do', () => {
    const lua = `
      return coroutine.resume(coroutine.create(function()
        return table.concat(setmetatable({}, {__index = function() coroutine.yield() end}), "", 1, 1)
      end))
    `;
    const [ok, message] = runSync(lua);
    expect(ok).toBe(false);
    expect(message).toMatch(/cannot yield inside a function that 'table.concat' calls; do the work before/);
  });

  it('can be closed while suspended, and only then', () => {
    const lua = `
      local co = coroutine.create(function() coroutine.yield() return "never" end)
      coroutine.resume(co)
      local closed, status = coroutine.close(co), coroutine.status(co)
      local again = coroutine.close(co)
      local _, message = coroutine.resume(co)
      local _, running = pcall(coroutine.close, coroutine.running())
      return closed, status, again, message, running
    `;
    expect(runSync(lua)).toEqual([
      true,
      'dead',
      true,
      'cannot resume dead coroutine',
      'cannot close a running coroutine',
    ]);
  });

  it('are handles outside: the same one for the same coroutine', () => {
    const vm = createVm();
    const [first, second] = runSync('co = coroutine.create(function() end) return co, co', {}, vm);
    expect((first as LuaCoroutine).kind).toBe('coroutine');
    expect(second).toBe(first);
    expect(vm.globals.get('co')).toBe(first);
  });

  it('keep their errors to themselves until someone resumes with wrap', () => {
    const lua = `
      local ok, plain = coroutine.resume(coroutine.create(function() error("inside") end))
      local wrapped = select(2, pcall(function() coroutine.wrap(function() error("inside") end)() end))
      return ok, plain, wrapped
    `;
    expect(runSync(lua)).toEqual([false, 'test.lua:2: inside', 'test.lua:3: test.lua:3: inside']);
  });
});
