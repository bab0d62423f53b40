import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVm, LuaError, type LuaFunction, type LuaTable, type LuaValue } from '../../src/lua/index.js';

const limits = { cpuMs: 200, stringBytes: 100_000, coroutines: 50 };

/** Runs an action that may fail in Lua's way, and in no other. */
function attempt(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof LuaError)) throw error;
    expect(error.message).not.toMatch(/internal error|assertion failed$|not enough elements|invalid index/);
  }
}

describe('any text', () => {
  const word = fc.constantFrom(
    ...'local function end if then else for in do while repeat until return break goto nil true false and or not'.split(
      ' ',
    ),
    ...'a b t f ... = == ~= < <= .. + - * / // % ^ # & | ~ << >> ( ) [ ] { } , ; : :: . 1 2.5 0x1p4 1e400 "s" \'q\' [[l]] -- \n'.split(
      ' ',
    ),
  );

  it('is a function or a syntax error, and runs to a result or an error', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const vm = createVm({ limits });
        attempt(() => vm.callSync(vm.load({ lua: words.join(' '), chunkName: 'words' })));
      }),
      { numRuns: 1500 },
    );
  });

  it('is so with any bytes', () => {
    const vm = createVm({ limits });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        attempt(() => vm.load({ lua: Buffer.from(bytes).toString('latin1'), chunkName: 'bytes' }));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('any arguments', () => {
  const setup = `
    local meta = {__index = function(_, k) return k end, __len = function() return 3 end, __lt = function() return false end,
      __tostring = function() return "meta" end, __concat = function() return "joined" end, __call = function(...) return ... end}
    return {
      {}, {1, 2, 3}, {"a", nil, "c", x = 1}, setmetatable({}, meta), function(...) return ... end, function() error("callback") end,
      coroutine.create(function(...) coroutine.yield(...) end), coroutine.wrap(function() end), pairs, string, _G,
    }
  `;
  const plain = fc.oneof(
    fc.constantFrom(
      undefined,
      true,
      false,
      0,
      1,
      -1,
      2,
      3,
      1.5,
      2 ** 53,
      -(2 ** 31),
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ),
    fc.constantFrom(
      '',
      'a',
      'abc',
      '10',
      '0x10',
      '%a+',
      '(.-)%s',
      '%d %s %5.2f',
      '%',
      '[a',
      '\0\xff',
      'n',
      '#',
      '<i4 z s1',
      '%b()',
      '%q',
    ),
    fc.integer({ min: -5, max: 300 }),
  );
  const special = fc.nat(10).map((index) => ({ special: index }));
  type Argument = LuaValue | { special: number };
  const argument: fc.Arbitrary<Argument> = fc.oneof(
    { weight: 2, arbitrary: plain },
    { weight: 1, arbitrary: special },
  );

  function libraryFunctions(globals: LuaTable): [string, LuaFunction][] {
    const found: [string, LuaFunction][] = [];
    for (const [name, value] of globals.entries()) {
      if (typeof value !== 'object') continue;
      if (value.kind === 'function') found.push([String(name), value]);
      if (value.kind !== 'table' || value === globals) continue;
      for (const [inner, fn] of value.entries()) {
        if (typeof fn === 'object' && fn.kind === 'function')
          found.push([`${String(name)}.${String(inner)}`, fn]);
      }
    }
    return found;
  }

  const names = libraryFunctions(createVm().globals).map(([name]) => name);

  it.each(names)('of %s give results or an error, and leave the VM as it was', (name) => {
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 5 }), (args) => {
        const vm = createVm({ limits });
        const fn = new Map(libraryFunctions(vm.globals)).get(name)!;
        const specials = vm.callSync(vm.load({ lua: setup, chunkName: 'setup' }))[0] as LuaTable;
        const values = args.map((arg) =>
          typeof arg === 'object' && 'special' in arg ? specials.get(arg.special + 1) : (arg as LuaValue),
        );
        attempt(() => vm.callSync(fn, values));
        const check = vm.load({
          lua: 'local ok = pcall(error) return ok, #("x"):rep(3), next({1})',
          chunkName: 'check',
        });
        expect(vm.callSync(check)).toEqual([false, 3, 1, 1]);
      }),
      { numRuns: 60 },
    );
  });
});
