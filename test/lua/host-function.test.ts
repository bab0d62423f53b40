import { describe, expect, it, vi } from 'vitest';
import {
  createVm,
  fromText,
  type HostContext,
  LuaError,
  type LuaFunction,
  type LuaPosition,
  type LuaTable,
  type LuaValue,
  type Vm,
} from '../../src/lua/index.js';
import { errorOf, gate, rejectionOf, run } from './run.js';

function vmWith(functions: Record<string, Parameters<Vm['createFunction']>[1]>): Vm {
  const vm = createVm();
  for (const [name, body] of Object.entries(functions)) vm.globals.set(name, vm.createFunction(name, body));
  return vm;
}

describe('a host function', () => {
  it('gets its arguments as host values and gives back one value, several, or none', async () => {
    const seen: (readonly LuaValue[])[] = [];
    const vm = vmWith({
      one: (args) => {
        seen.push(args);
        return 'one';
      },
      two: () => ['a', 2],
      none: () => [],
      nothing: () => undefined,
      nil: () => null,
      bytes: () => new Uint8Array([0, 255]),
    });
    const results = await run(
      vm,
      'return one(nil, true, 1, 1.5, "x", nil), select("#", none()), select("#", nothing()), nil == nil, bytes(), two()',
    );
    expect(seen).toEqual([[undefined, true, 1, 1.5, 'x', undefined]]);
    expect(results).toEqual(['one', 0, 1, true, '\x00\xff', 'a', 2]);
  });

  it('gets the same handle for the same object each time', async () => {
    const seen: LuaValue[] = [];
    const vm = vmWith({ see: ([value]) => void seen.push(value) as undefined });
    await run(vm, 'local t, f = {}, function() end see(t) see(f) see(t) see(f) see({}) see(see)');
    expect(seen[0]).toBe(seen[2]);
    expect(seen[1]).toBe(seen[3]);
    expect(seen[4]).not.toBe(seen[0]);
    expect(seen[5]).toBe(vm.globals.get('see'));
  });

  it('may give functions back to Lua, and be kept to be called later', async () => {
    const kept: LuaFunction[] = [];
    const vm = vmWith({ job: ([, fn]) => void kept.push(fn as LuaFunction) as undefined });
    await run(vm, 'job("a", function(x) return "a" .. x end) job("b", function(x) return "b" .. x end)');
    expect(await Promise.all(kept.map((fn) => vm.call(fn, ['!'])))).toEqual([['a!'], ['b!']]);
  });

  it('is refused what Lua cannot hold, with advice', async () => {
    const vm = vmWith({ bad: () => ({ a: 1 }) as never, wide: () => '€' });
    expect((await rejectionOf(run(vm, 'bad()'))).message).toMatch(
      /an object cannot be given to Lua.*fromPlain/,
    );
    expect((await rejectionOf(run(vm, 'wide()'))).message).toMatch(/U\+20AC is not a byte string.*fromText/);
    expect(await run(vm, 'return (pcall(bad))')).toEqual([false]);
  });

  it('raises in Lua what it throws, with the position of its caller, and the host gets its error back', async () => {
    const cause = new Error('disk full');
    const vm = vmWith({
      fail: () => {
        throw cause;
      },
    });
    expect(await run(vm, 'return pcall(fail)')).toEqual([false, 'disk full']);
    expect(await run(vm, 'return pcall(function()\n fail() end)')).toEqual([false, 'test.lua:2: disk full']);
    const error = await rejectionOf(run(vm, '\nlocal function f() fail() end\nf()'));
    expect(error).toMatchObject({
      code: 'runtime',
      message: 'test.lua:2: disk full',
      file: 'test.lua',
      line: 2,
    });
    expect(error.cause).toBe(cause);
    expect(error.traceback).toBe(
      "stack traceback:\n\t[host]: in function 'fail'\n\ttest.lua:2: in local 'f'\n\ttest.lua:3: in main chunk",
    );
  });

  it('raises a Lua value by throwing a LuaError that carries it', async () => {
    const vm = vmWith({
      fail: () => {
        throw new LuaError({
          code: 'runtime',
          message: 'for the host',
          value: vm.createTable({ entries: [['n', 7]] }),
        });
      },
    });
    expect(await run(vm, 'local ok, e = pcall(fail) return ok, e.n')).toEqual([false, 7]);
    const error = await rejectionOf(run(vm, 'fail()'));
    expect((error.value as LuaTable).get('n')).toBe(7);
  });

  it('passes an error through Lua and other host functions unchanged', async () => {
    class Special extends Error {}
    const special = new Special('special');
    const vm = vmWith({
      inner: () => {
        throw special;
      },
      outer: ([fn]) => vm.callSync(fn as LuaFunction),
    });
    const error = await rejectionOf(run(vm, 'outer(function() inner() end)'));
    expect((error.cause as LuaError).cause).toBe(special);
  });

  it('knows who called it', async () => {
    const seen: [LuaPosition | undefined, LuaPosition | undefined, unknown][] = [];
    const vm = vmWith({
      where: (_, context) => void seen.push([context.where(), context.where(2), context.data]) as undefined,
    });
    const fn = vm.load({ lua: '\nlocal function f()\n where() end\nf()', chunkName: '.quire/ci.fnl' });
    await vm.call(fn, [], { data: 'job 1' });
    vm.callSync(fn, [], { data: 'job 2' });
    await vm.call(vm.globals.get('where') as LuaFunction);
    const inF = { file: '.quire/ci.fnl', line: 3 };
    const inMain = { file: '.quire/ci.fnl', line: 4 };
    expect(seen).toEqual([
      [inF, inMain, 'job 1'],
      [inF, inMain, 'job 2'],
      [undefined, undefined, undefined],
    ]);
  });

  it('sees through the coroutines around it', async () => {
    const seen: unknown[] = [];
    const vm = vmWith({
      where: (_, context) => {
        seen.push(context.where(1)?.line, context.where(2)?.line, context.data, context.traceback());
      },
    });
    const fn = vm.load({ lua: 'coroutine.wrap(function()\n where() end)\n()', chunkName: 'x' });
    await vm.call(fn, [], { data: 'data' });
    expect(seen.slice(0, 3)).toEqual([2, 1, 'data']);
    expect(seen[3]).toContain('x:2: in function <x:1>');
    expect(seen[3]).toContain('x:1: in main chunk');
  });

  it('can call a Lua function in its place', async () => {
    const vm = vmWith({
      apply: ([fn, ...args]) => ({ tailCall: fn as LuaFunction, args }),
      counted: ([fn]) => ({ tailCall: fn as LuaFunction, finish: (results) => [results.length, ...results] }),
      rest: () => Promise.resolve('rested'),
    });
    expect(await run(vm, 'return apply(function(...) return select("#", ...), ... end, 1, nil)')).toEqual([
      2,
      1,
      undefined,
    ]);
    expect(await run(vm, 'return counted(function() return rest(), 2 end)')).toEqual([2, 'rested', 2]);
    expect((await rejectionOf(run(vm, 'apply(function() error("inside") end)'))).message).toBe(
      'test.lua:1: inside',
    );
    expect((await rejectionOf(run(vm, 'apply(nil)'))).message).toContain('attempt to call a nil value');
  });
});

describe('a host function that awaits', () => {
  it('lets its coroutine sleep and gives it the outcome', async () => {
    const vm = vmWith({
      later: async ([value]) => value,
      several: async () => ['a', 'b'],
      fail: async () => {
        throw new Error('later failed');
      },
      tail: async ([fn]) => ({ tailCall: fn as LuaFunction, args: ['x'] }),
    });
    expect(await run(vm, 'return later(1), (several()), several()')).toEqual([1, 'a', 'a', 'b']);
    expect(await run(vm, 'return pcall(fail)')).toEqual([false, 'later failed']);
    expect(await run(vm, 'return tail(function(a) return a .. later("y") end)')).toEqual(['xy']);
    expect((await rejectionOf(run(vm, '\nfail()'))).message).toBe('test.lua:2: later failed');
  });

  it.each([
    ['pcall', 'return (select(2, pcall(later, 1)))'],
    ['a nested pcall', 'return (select(2, pcall(function() return (select(2, pcall(later, 1))) end)))'],
    ['xpcall', 'return (select(2, xpcall(later, later, 1)))'],
    ['an xpcall handler', 'return (select(2, xpcall(error, later, 1)))'],
    ['a for iterator', 'for v in later, 1, 1 do return v end'],
    ['__index', 'return setmetatable({}, {__index = function(_, k) return later(k) end})[1]'],
    [
      '__newindex',
      'local r setmetatable({}, {__newindex = function(_, k) r = later(k) end})[1] = 1 return r',
    ],
    ['__call', 'return setmetatable({}, {__call = function(_, k) return later(k) end})(1)'],
    ['__add', 'return setmetatable({}, {__add = function(_, k) return later(k) end}) + 1'],
    ['__concat', 'return 1 * (setmetatable({}, {__concat = function(_, k) return later(k) end}) .. "" .. 1)'],
    [
      '__eq',
      'local m = {__eq = function() return later(true) end} return setmetatable({}, m) == setmetatable({}, m) and 1',
    ],
    [
      '__lt',
      'local m = {__lt = function() return later(true) end} return setmetatable({}, m) < setmetatable({}, m) and 1',
    ],
    ['__len', 'return #setmetatable({}, {__len = function() return later(1) end})'],
    [
      '__tostring',
      'return tonumber(tostring(setmetatable({}, {__tostring = function() return later("1") end})))',
    ],
    [
      '__tostring in format',
      'return tonumber(("%s"):format(setmetatable({}, {__tostring = function() return later("1") end})))',
    ],
    [
      '__pairs',
      'for k in pairs(setmetatable({}, {__pairs = function() return later(next), {5} end})) do return k end',
    ],
    ['a comparator', 'local t = {2, 1} table.sort(t, function(a, b) return later(a < b) end) return t[1]'],
    [
      '__lt in sort',
      'local m = {__lt = function(a, b) return later(a.n < b.n) end} local t = {setmetatable({n = 2}, m), setmetatable({n = 1}, m)} table.sort(t) return t[1].n',
    ],
    ['a gsub callback', 'return tonumber((("x"):gsub("x", function() return later("1") end)))'],
    ['a user coroutine', 'return coroutine.wrap(function() return later(1) end)()'],
    [
      'coroutines in coroutines',
      'return coroutine.wrap(function() return coroutine.wrap(function() return later(1) end)() end)()',
    ],
    [
      'pcall in a coroutine in pcall',
      'return (select(2, pcall(coroutine.wrap(function() return (select(2, pcall(later, 1))) end))))',
    ],
  ])('may do so inside %s', async (_, lua) => {
    const vm = vmWith({ later: async ([value]) => value });
    expect(await run(vm, lua)).toEqual([1]);
  });

  it.each([
    [
      '__index called by table.concat',
      'table.concat(setmetatable({}, {__index = function() return later(1) end}), "", 1, 1)',
      'table.concat',
    ],
    [
      '__len called by table.unpack',
      'table.unpack(setmetatable({}, {__len = function() return later(1) end}))',
      'table.unpack',
    ],
    [
      '__index called by ipairs',
      'for _ in ipairs(setmetatable({}, {__index = function() return later(1) end})) do end',
      'metamethod',
    ],
    [
      'a coroutine inside such',
      'table.concat(setmetatable({}, {__index = function() return coroutine.wrap(function() return later(1) end)() end}), "", 1, 1)',
      'table.concat',
    ],
  ])('is told which construct forbids it: %s', async (_, lua, named) => {
    const vm = vmWith({ later: async ([value]) => value });
    const error = await rejectionOf(run(vm, lua));
    expect(error.code).toBe('await-forbidden');
    expect(error.message).toContain("cannot wait for 'later'");
    expect(error.message).toContain(named);
    expect(error.message).toContain('do the work before');
    const [ok] = await run(vm, `return pcall(function() ${lua} end)`);
    expect(ok).toBe(false);
  });

  it('is forbidden in callSync, where the context says so', () => {
    let canAwait: boolean | undefined;
    const vm = vmWith({
      later: async (_, context: HostContext) => {
        canAwait = context.canAwait;
        throw new Error('nobody hears this');
      },
    });
    const error = errorOf(() => vm.callSync(vm.load({ lua: 'later()', chunkName: 'macro.fnl' })));
    expect(error).toMatchObject({ code: 'await-forbidden', file: 'macro.fnl', line: 1 });
    expect(error.message).toContain('do the work in a job');
    expect(canAwait).toBe(false);
  });

  it('overlaps with others: each coroutine goes on when its own promise settles', async () => {
    const gates = new Map<string, ReturnType<typeof gate<string>>>();
    const log: string[] = [];
    const vm = vmWith({
      wait: ([name]) => {
        const made = gate<string>();
        gates.set(name as string, made);
        return made.promise;
      },
      log: ([line]) => void log.push(line as string) as undefined,
    });
    const lua = `
      local name = ...
      for round = 1, 2 do log(name .. round .. wait(name)) end
      return name
    `;
    const calls = ['a', 'b', 'c'].map((name) => run(vm, lua, [name]));
    expect([...gates.keys()]).toEqual(['a', 'b', 'c']);
    const settle = async (name: string, value: string) => {
      const before = log.length;
      gates.get(name)!.open(value);
      await vi.waitFor(() => expect(log.length).toBe(before + 1));
    };
    await settle('c', '!');
    await settle('a', '?');
    await settle('c', '!');
    await settle('b', '.');
    expect(await calls[2]).toEqual(['c']);
    await settle('b', '.');
    await settle('a', '?');
    expect(await Promise.all(calls)).toEqual([['a'], ['b'], ['c']]);
    expect(log).toEqual(['c1!', 'a1?', 'c2!', 'b1.', 'b2.', 'a2?']);
  });

  it('keeps user coroutines of overlapping calls apart', async () => {
    const vm = vmWith({ nap: ([ms]) => new Promise<void>((resolve) => setTimeout(resolve, ms as number)) });
    const lua = `
      local id, ms = ...
      local out = {}
      local generate = coroutine.wrap(function() for i = 1, 3 do nap(ms) coroutine.yield(id .. i) end end)
      for i = 1, 3 do out[i] = generate() end
      return table.concat(out, " ")
    `;
    const results = await Promise.all([
      run(vm, lua, ['a', 3]),
      run(vm, lua, ['b', 1]),
      run(vm, lua, ['c', 2]),
    ]);
    expect(results).toEqual([['a1 a2 a3'], ['b1 b2 b3'], ['c1 c2 c3']]);
  });

  it('cannot be disturbed by other code that resumes a waiting coroutine', async () => {
    const door = gate<string>();
    const vm = vmWith({ wait: () => door.promise });
    const first = run(
      vm,
      'main = coroutine.running() inner = coroutine.create(function() return wait() end) return coroutine.resume(inner)',
    );
    const second = await run(
      vm,
      'local a, b = select(2, coroutine.resume(main, "fake")), select(2, coroutine.resume(inner, "fake")) return a, b, coroutine.status(main), coroutine.status(inner), (pcall(coroutine.close, inner))',
    );
    expect(second).toEqual([
      'cannot resume non-suspended coroutine',
      'cannot resume non-suspended coroutine',
      'normal',
      'normal',
      false,
    ]);
    door.open('real');
    expect(await first).toEqual([true, 'real']);
  });

  it('costs little: ten thousand awaits in a breath', async () => {
    const vm = vmWith({ later: async ([value]) => value });
    expect(await run(vm, 'local n = 0 for i = 1, 10000 do n = n + later(1) end return n')).toEqual([10000]);
  });
});

describe('a call', () => {
  it('starts at once', () => {
    const started = vi.fn();
    const vm = vmWith({ started });
    void run(vm, 'started()');
    expect(started).toHaveBeenCalledOnce();
  });

  it('can be canceled while it waits, while it spins, and before it starts', async () => {
    const vm = vmWith({ wait: () => new Promise<void>(() => undefined) });
    const spin = vm.load({ lua: 'while true do pcall(error) end', chunkName: 'spin' });
    const wait = vm.load({ lua: 'pcall(wait) wait()', chunkName: 'wait' });
    for (const fn of [spin, wait]) {
      const controller = new AbortController();
      const call = vm.call(fn, [], { signal: controller.signal });
      setTimeout(() => controller.abort(new Error('superseded')), 20);
      const error = await rejectionOf(call);
      expect(error).toMatchObject({ code: 'canceled', message: 'the call was canceled: superseded' });
    }
    const error = await rejectionOf(vm.call(spin, [], { signal: AbortSignal.abort('too late') }));
    expect(error).toMatchObject({ message: 'the call was canceled: too late', cause: 'too late' });
  });

  it('ends with the VM, and nothing runs after', async () => {
    const vm = vmWith({ wait: () => new Promise<void>(() => undefined) });
    const waiting = rejectionOf(run(vm, 'wait()'));
    const spinning = rejectionOf(run(vm, 'while true do end'));
    vm.close();
    vm.close();
    expect((await waiting).code).toBe('closed');
    expect((await spinning).code).toBe('closed');
    expect(errorOf(() => vm.load({ lua: '', chunkName: 'x' })).code).toBe('closed');
    expect(errorOf(() => vm.createTable()).code).toBe('closed');
  });

  it('refuses handles of another VM', async () => {
    const [a, b] = [createVm(), createVm()];
    const error = await rejectionOf(b.call(a.load({ lua: '', chunkName: 'x' })));
    expect(error).toMatchObject({
      code: 'closed',
      message: 'this handle belongs to another VM, or to a closed one',
    });
    expect(errorOf(() => b.globals.set('x', a.createTable())).code).toBe('closed');
  });

  it('reports error values of every kind', async () => {
    const vm = createVm();
    const outcome = async (lua: string) => {
      const { message, value } = await rejectionOf(run(vm, lua));
      return [message, value];
    };
    expect(await outcome('error("text", 0)')).toEqual(['text', 'text']);
    expect(await outcome('error("text")')).toEqual(['test.lua:1: text', 'test.lua:1: text']);
    expect(await outcome('error(42)')).toEqual(['42', 42]);
    expect(await outcome('error()')).toEqual(['(error object is a nil value)', undefined]);
    expect(await outcome('error(true)')).toEqual(['(error object is a boolean value)', true]);
    expect((await outcome('error({})'))[0]).toBe('(error object is a table value)');
    expect((await outcome('error({message = "from the table"})'))[0]).toBe('from the table');
    expect((await outcome('error(setmetatable({}, {__tostring = function() return "spoken" end}))'))[0]).toBe(
      'spoken',
    );
    expect((await outcome(`error("${fromText('grün')} \\xff", 0)`))[0]).toBe('grün \ufffd');
  });

  it('takes no text for a position that is none', async () => {
    const vm = createVm();
    const error = await rejectionOf(run(vm, '\n\nerror("http://host:80: refused", 0)'));
    expect(error).toMatchObject({ message: 'http://host:80: refused', file: 'test.lua', line: 3 });
  });

  it('shortens the traceback of a deep stack', async () => {
    const vm = createVm();
    const error = await rejectionOf(
      run(vm, 'local function f(n) if n == 0 then error("deep") end f(n - 1) return 1 end f(100)'),
    );
    const lines = error.traceback.split('\n');
    expect(lines).toHaveLength(1 + 10 + 1 + 11);
    expect(lines[11]).toMatch(/^\t\.\.\.\t\([0-9]+ levels\)$/);
    expect(lines.at(-1)).toBe('\ttest.lua:1: in main chunk');
  });
});
