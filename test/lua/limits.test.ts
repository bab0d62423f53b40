import { describe, expect, it } from 'vitest';
import { createVm, DEFAULT_LIMITS, type Limits, type LuaErrorCode } from '../../src/lua/index.js';
import { errorOf, rejectionOf, run, runSync } from './run.js';

const MB = 1024 * 1024;

describe('limits', () => {
  it('have documented defaults, which single ones replace', () => {
    expect(createVm().limits).toEqual(DEFAULT_LIMITS);
    expect(createVm({ limits: { cpuMs: 5 } }).limits).toEqual({ ...DEFAULT_LIMITS, cpuMs: 5 });
    expect(createVm({ limits: { cpuMs: undefined } as Partial<Limits> }).limits).toEqual(DEFAULT_LIMITS);
  });

  it.each([0, -1, Number.NaN, '5' as unknown as number])('refuse %s', (cpuMs) => {
    expect(() => createVm({ limits: { cpuMs } })).toThrow(/the limit cpuMs must be a number above 0/);
  });

  const cases: [name: keyof Limits, value: number, code: LuaErrorCode, lua: string][] = [
    ['cpuMs', 50, 'cpu-limit', 'while true do end'],
    ['memoryBytes', 20 * MB, 'memory-limit', 'local t = {} while true do t[#t + 1] = {} end'],
    ['stringBytes', 1000, 'string-limit', 'return ("x"):rep(1001)'],
    ['coroutines', 10, 'coroutine-limit', 'for i = 1, 11 do coroutine.create(print or pairs) end'],
  ];
  it.each(cases)('%s names itself, its value and how to raise it', async (limit, value, code, lua) => {
    const vm = createVm({ limits: { [limit]: value }, raiseHint: (name) => `set :${name} in config.fnl` });
    const error = await rejectionOf(run(vm, lua));
    expect(error.code).toBe(code);
    expect(error.message).toContain(`${limit} = ${value}`);
    expect(error.message).toContain(`set :${limit} in config.fnl`);
    expect(error).toMatchObject({ file: 'test.lua', line: 1 });
    expect(error.traceback).toContain('test.lua:1: in main chunk');
  });

  it('tell by default where a limit is raised', () => {
    const error = errorOf(() => runSync('return ("x"):rep(2)', { limits: { stringBytes: 1 } }));
    expect(error.message).toContain('createVm({ limits: { stringBytes } })');
  });
});

describe('the CPU limit', () => {
  const limits = { cpuMs: 30 };

  it.each([
    ['a loop', 'while true do end'],
    ['recursion without end', 'local function f() return f() end f()'],
    ['pcall around the loop', 'while true do pcall(function() while true do end end) end'],
    ['xpcall with a spinning handler', 'xpcall(error, function() while true do end end)'],
    ['a metamethod', 'local t = setmetatable({}, {__index = function() while true do end end}) return t.x'],
    [
      'a metamethod called by the library',
      'local t = setmetatable({}, {__index = function() while true do end end, __len = function() return 3 end}) table.concat(t)',
    ],
    [
      'a metamethod that catches errors, called by the library',
      'local t = setmetatable({}, {__index = function() while true do pcall(function() while true do end end) end end}) ipairs(t)(t, 0)',
    ],
    ['a comparator', 'table.sort({3, 2, 1}, function() while true do end end)'],
    ['a gsub callback', '("x"):gsub(".", function() while true do end end)'],
    ['an iterator', 'for _ in function() while true do end end do end'],
    ['__tostring', 'tostring(setmetatable({}, {__tostring = function() while true do end end}))'],
    ['__pairs', 'pairs(setmetatable({}, {__pairs = function() while true do end end}))'],
    ['a user coroutine', 'coroutine.wrap(function() while true do end end)()'],
    [
      'coroutines that catch',
      'while true do coroutine.resume(coroutine.create(function() while true do end end)) end',
    ],
    [
      'an error object that speaks',
      'error(setmetatable({}, {__tostring = function() while true do end end}))',
    ],
    ['backtracking', 'return (("a"):rep(50)):find(("a*"):rep(50) .. "b")'],
    ['backtracking over a long text', 'return (("a"):rep(100000)):match(".-.-.-.-b")'],
    ['unbalanced brackets', 'return (("("):rep(1000000)):find("%b()")'],
    ['gmatch over nothing', 'for _ in (("a"):rep(1000000)):gmatch("a-b") do end'],
    [
      'a plain search made to be slow',
      'local half = ("x"):rep(1500000) while true do (half .. half):find(half .. "y", 1, true) end',
    ],
    ['a claimed length', 'table.insert(setmetatable({}, {__len = function() return 1e12 end}), 1, 1)'],
    ['moving nothing', 'table.move({}, 1, 1e12, 2)'],
    [
      'sorting for ever',
      'local t = {} for i = 1, 5000 do t[i] = i end while true do table.sort(t, function() return true end) end',
    ],
    ['inserting at the front', 'local t = {} while true do table.insert(t, 1, 1) end'],
    ['many large strings', 'while true do local s = ("x"):rep(10000000):upper() end'],
  ])('ends %s, in call and in callSync', async (what, lua) => {
    const vm = createVm({ limits });
    // The error was there before; only its text took too long.
    const expected = what === 'an error object that speaks' ? 'runtime' : 'cpu-limit';
    expect((await rejectionOf(run(vm, lua))).code).toBe(expected);
    expect(errorOf(() => runSync(lua, { limits })).code).toBe(expected);
  });

  it('leaves the VM in working order', async () => {
    const vm = createVm({ limits });
    await rejectionOf(run(vm, 'coroutine.wrap(function() pcall(function() while true do end end) end)()'));
    expect(await run(vm, 'local ok = pcall(error) return ok, ("x"):rep(3)')).toEqual([false, 'xxx']);
  });

  it('counts anew after every host function that awaited', async () => {
    const vm = createVm({ limits: { cpuMs: 400 } });
    vm.globals.set(
      'rest',
      vm.createFunction('rest', () => Promise.resolve()),
    );
    const work = 'for i = 1, 300000 do end';
    const [rounds] = await run(vm, `local n = 0 for i = 1, 40 do ${work} rest() n = n + 1 end return n`);
    expect(rounds).toBe(40);
  });

  it('does not count anew after a host function that answered at once', async () => {
    const vm = createVm({ limits });
    vm.globals.set(
      'note',
      vm.createFunction('note', () => undefined),
    );
    await expect(run(vm, 'while true do note() end')).rejects.toMatchObject({ code: 'cpu-limit' });
  });

  it('does not count waiting', async () => {
    const vm = createVm({ limits: { cpuMs: 20 } });
    vm.globals.set(
      'wait',
      vm.createFunction('wait', () => new Promise<void>((resolve) => setTimeout(resolve, 60))),
    );
    expect(await run(vm, 'wait() return "rested"')).toEqual(['rested']);
  });

  it('covers an evaluation inside another one', () => {
    const vm = createVm({ limits });
    const spin = vm.load({ lua: 'while true do end', chunkName: 'inner.lua' });
    vm.globals.set(
      'inner',
      vm.createFunction('inner', () => vm.callSync(spin)),
    );
    expect(errorOf(() => vm.callSync(vm.load({ lua: 'pcall(inner)', chunkName: 'outer.lua' }))).code).toBe(
      'cpu-limit',
    );
  });
});

describe('the event loop', () => {
  it('turns while pure Lua spins, however many spin', async () => {
    const vm = createVm({ limits: { cpuMs: 300 } });
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    const spinning = Array.from({ length: 3 }, () => rejectionOf(run(vm, 'while true do pcall(error) end')));
    await Promise.all(spinning);
    clearInterval(ticking);
    // At 8 ms a slice 900 ms of spinning leave room for some 100 turns.
    expect(turns).toBeGreaterThan(20);
  });

  it.each([
    ['a user coroutine', 'coroutine.wrap(function() while true do end end)()'],
    ['a comparator', 'table.sort({3, 2, 1}, function() while true do end end)'],
    ['a gsub callback', '("x"):gsub(".", function() while true do end end)'],
    ['backtracking', 'return (("a"):rep(50)):find(("a*"):rep(50) .. "b")'],
    ['sorting', 'local t = {} for i = 1, 100000 do t[i] = -i end while true do table.sort(t) end'],
  ])('turns inside %s', async (_, lua) => {
    const vm = createVm({ limits: { cpuMs: 300 } });
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    await rejectionOf(run(vm, lua));
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('the memory limit', () => {
  const limits = { memoryBytes: 30 * MB, cpuMs: 60_000 };

  it.each([
    ['a growing sequence', 'local t = {} while true do t[#t + 1] = {} end'],
    ['growing keys', 'local t, i = {}, 0 while true do i = i + 1 t["key" .. i] = i end'],
    ['a chain of tables', 'local t = {} while true do t = {t} end'],
    ['a chain of closures', 'local f while true do local g = f f = function() return g end end'],
    ['flattened strings', 'local t = {} while true do t[#t + 1] = (("x"):rep(1000000) .. #t):upper() end'],
    [
      'growth inside pcall',
      'local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end',
    ],
  ])('ends %s', async (_, lua) => {
    const vm = createVm({ limits });
    expect((await rejectionOf(run(vm, lua))).code).toBe('memory-limit');
    vm.close();
  });

  it('does not mind garbage', () => {
    const lua = 'local t for i = 1, 400000 do t = {i, i} end return t[1]';
    expect(runSync(lua, { limits: { memoryBytes: 30 * MB } })).toEqual([400000]);
  });
});

describe('the string limit', () => {
  const limits = { stringBytes: 1000 };
  const long = 'local s = ("x"):rep(600) ';

  it.each([
    ['string.rep', 'return ("x"):rep(1001)'],
    ['string.rep with a separator', 'return ("x"):rep(400, "ab")'],
    ['string.rep of an absurd count', 'return ("x"):rep(1e15)'],
    ['..', `${long} return s .. s`],
    ['.. of many', `${long} local t = s return "a" .. s .. "b" .. t .. "c"`],
    ['.. of a number', 'local s = ("x"):rep(999) return s .. 12'],
    ['doubling', 'local s = "x" while true do s = s .. s end'],
    ['table.concat', `${long} return table.concat({s, s})`],
    ['table.concat by its separator', 'return table.concat({1, 2, 3}, ("x"):rep(600))'],
    ['string.format', `${long} return ("%s%s"):format(s, s)`],
    ['string.format of %q', 'return ("%q"):format(("\\1"):rep(900))'],
    ['gsub', 'return (("x"):rep(100):gsub("x", ("y"):rep(100)))'],
    ['gsub by function', 'return (("x"):rep(100):gsub("x", function() return ("y"):rep(100) end))'],
    ['gsub by table', 'return (("x"):rep(100):gsub("x", {x = ("y"):rep(100)}))'],
    ['string.pack', `${long} return string.pack("ss", s, s)`],
    ['string.pack of a fixed size', 'return string.pack("c2000", "x")'],
    [
      '__concat that gives up',
      `${long} return setmetatable({}, {__concat = function() return s .. s end}) .. "x"`,
    ],
  ])('caps %s', (_, lua) => {
    expect(errorOf(() => runSync(lua, { limits })).code).toBe('string-limit');
    // An error like any other: pcall catches it, and its message tells.
    const [ok, message] = runSync(`return pcall(function() ${lua} end)`, { limits });
    expect(ok).toBe(false);
    expect(message).toContain('stringBytes = 1000');
  });

  it('lets strings up to the limit be', () => {
    expect(runSync('return #("x"):rep(1000), #(("x"):rep(500) .. ("y"):rep(500))', { limits })).toEqual([
      1000, 1000,
    ]);
  });
});

describe('patterns', () => {
  it.each([
    ['find', 'return ("x"):find(("[abc]"):rep(20000))'],
    ['gmatch', 'return ("x"):gmatch(("."):rep(60000))'],
    ['a replacement', 'return ("x"):gsub("x", ("%0"):rep(60000))'],
  ])('of absurd length are refused by %s', (_, lua) => {
    expect(errorOf(() => runSync(lua)).message).toMatch(/too long|longer than/);
  });

  it('without anything special may be as long as any text', () => {
    const lua = 'local part = ("x"):rep(200000) return (part .. part .. "y"):find(part .. "y")';
    expect(runSync(lua)).toEqual([200001, 400001]);
  });
});

describe('the coroutine limit', () => {
  const limits = { coroutines: 20 };

  it('counts those that have not ended', () => {
    const lua =
      'local t = {} for i = 1, 21 do t[i] = coroutine.wrap(function() coroutine.yield() end) t[i]() end';
    expect(errorOf(() => runSync(lua, { limits })).code).toBe('coroutine-limit');
  });

  it.each([
    ['returned', 'local f = coroutine.wrap(function() end) f()'],
    ['failed', 'coroutine.resume(coroutine.create(error))'],
    [
      'was closed',
      'local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) coroutine.close(co)',
    ],
  ])('does not count one that %s', (_, lua) => {
    expect(runSync(`for i = 1, 100 do ${lua} end return "fine"`, { limits })).toEqual(['fine']);
  });
});

describe('deep recursion ends in an error that pcall can catch', () => {
  it.each([
    ['Lua calls', 'local function f() return 1 + f() end'],
    [
      'metamethods',
      'local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end local function f() return t.x end',
    ],
    [
      '__concat',
      'local t = setmetatable({}, {}) getmetatable(t).__concat = function(a, b) return a .. b end local function f() return t .. t end',
    ],
    [
      '__eq',
      'local mt = {} mt.__eq = function(a, b) return a == b end local a, b = setmetatable({}, mt), setmetatable({}, mt) local function f() return a == b end',
    ],
    [
      '__tostring',
      'local t = setmetatable({}, {__tostring = tostring}) local function f() return tostring(t) end',
    ],
    ['gsub callbacks', 'local function f(s) return (("x"):gsub(".", f)) end'],
    ['comparators', 'local function f() table.sort({2, 1}, f) end'],
    ['iterators', 'local function f() for _ in f do end end'],
    ['coroutines', 'local function f() return coroutine.wrap(f)() end'],
    ['__pairs', 'local t = setmetatable({}, {__pairs = pairs}) local function f() return pairs(t) end'],
    [
      'growing argument lists',
      'local list = {} for i = 1, 90000 do list[i] = i end local function f(...) return f(table.unpack(list)), ... end',
    ],
  ])('by %s', (_, define) => {
    const error = errorOf(() => runSync(`${define} return (f())`));
    expect(error.code).toBe('stack-overflow');
    expect(error.message).toContain('stack overflow');
    const [ok, message, after] = runSync(
      `${define} local ok, message = pcall(f) return ok, message, ("x"):rep(3)`,
    );
    expect([ok, after]).toEqual([false, 'xxx']);
    expect(message).toContain('stack overflow');
  });

  it('by pcall in pcall', () => {
    const [results] = runSync('local n = 0 local function f() n = n + 1 return pcall(f) end f() return n');
    expect(results).toBeGreaterThan(100);
  });

  it('through callSync in host functions', () => {
    const vm = createVm();
    const f = vm.load({ lua: 'return again()', chunkName: 'again.lua' });
    vm.globals.set(
      'again',
      vm.createFunction('again', () => vm.callSync(f)),
    );
    expect(errorOf(() => vm.callSync(f)).code).toBe('stack-overflow');
  });

  it('on whatever stack the host left', () => {
    const vm = createVm();
    const f = vm.load({
      lua: 'local function f() return pcall(f) end f() return "done"',
      chunkName: 'deep.lua',
    });
    const outcomes = new Set<string>();
    const descend = (depth: number): void => {
      if (depth > 0) descend(depth - 1);
      else outcomes.add(String(vm.callSync(f)[0]));
    };
    for (let depth = 0; depth < 20_000; depth += 500) {
      try {
        descend(depth);
      } catch (error) {
        outcomes.add((error as Error).name);
      }
    }
    expect([...outcomes].every((outcome) => ['done', 'LuaError', 'RangeError'].includes(outcome))).toBe(true);
    expect(vm.callSync(f)).toEqual(['done']);
  });
});
