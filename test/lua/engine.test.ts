import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadedFiles } from '../../src/lua/engine/fengari.js';
import { createVm } from '../../src/lua/index.js';
import { errorOf, run, runSync } from './run.js';

const require = createRequire(import.meta.url);

/**
 * The engine leans on the insides of one version of fengari. These tests say which, and fail when a part of
 * it is no longer replaced by ours.
 */
describe('the engine', () => {
  it('is built for fengari 0.1.5', () => {
    const manifest = JSON.parse(readFileSync(require.resolve('fengari/package.json'), 'utf8'));
    expect(manifest.version).toBe('0.1.5');
  });

  it('keeps its fengari apart from any other in the process', () => {
    createVm();
    const { lua, lauxlib, lualib, to_luastring } = require('fengari');
    const L = lauxlib.luaL_newstate();
    lualib.luaL_openlibs(L);
    lauxlib.luaL_loadstring(L, to_luastring('return 2147483647 + 1'));
    lua.lua_call(L, 0, 1);
    expect(lua.lua_tojsstring(L, -1)).toBe('-2147483648');
    expect(runSync('return 2147483647 + 1')).toEqual([2147483648]);
  });

  it('never loads the parts of fengari that reach outside', () => {
    expect(loadedFiles()).toContain('lvm.js');
    const reaching = [
      'liolib.js',
      'loslib.js',
      'loadlib.js',
      'ldblib.js',
      'lauxlib.js',
      'linit.js',
      'lualib.js',
    ];
    expect(loadedFiles().filter((file) => reaching.includes(file))).toEqual([]);
  });
});

describe('fengari 1: hooks are off for good after an error that pcall caught inside a coroutine', () => {
  const limits = { cpuMs: 100 };

  it.each([
    ['in a call', 'pcall(error) while true do end'],
    ['in every round', 'while true do pcall(error) end'],
    ['in a user coroutine', 'coroutine.wrap(function() pcall(error) while true do end end)()'],
    [
      'around a yield',
      'local f = coroutine.wrap(function() pcall(coroutine.yield) while true do pcall(error) end end) f() f()',
    ],
    ['by xpcall', 'xpcall(error, function() end) while true do end'],
    ['in a handler', 'xpcall(error, function() pcall(error) while true do end end)'],
  ])('the limit still ends a loop: %s', async (_, lua) => {
    const vm = createVm({ limits });
    await expect(run(vm, lua)).rejects.toMatchObject({ code: 'cpu-limit' });
    expect(errorOf(() => runSync(lua, { limits })).code).toBe('cpu-limit');
  });
});

describe('fengari 2: strings with bytes below 0x10 collide', () => {
  it('tells the pair apart that fengari takes for one', () => {
    const lua = `
      local t = {["\\x01\\x23"] = "first", ["\\x12\\x03"] = "second"}
      local a, b = "\\x01\\x23", "\\x12\\x03"
      return t[a], t[b], a == b, a < b, #a
    `;
    expect(runSync(lua)).toEqual(['first', 'second', false, true, 2]);
  });

  it('keeps any two different byte strings apart, as keys and as constants, and orders them by byte', () => {
    const byteString = fc
      .uint8Array({ maxLength: 6, max: 0x20 })
      .map((bytes) => Buffer.from(bytes).toString('latin1'));
    const vm = createVm();
    const compare = vm.load({
      lua: `local a, b = ... local t = {} t[a] = "a" t[b] = "b" return t[a], t[b], a == b, a < b`,
      chunkName: 'compare',
    });
    fc.assert(
      fc.property(byteString, byteString, (a, b) => {
        const order = Buffer.compare(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'));
        expect(vm.callSync(compare, [a, b])).toEqual([a === b ? 'b' : 'a', 'b', a === b, order < 0]);
        const quote = (text: string) =>
          `"${[...text].map((c) => `\\${String(c.charCodeAt(0)).padStart(3, '0')}`).join('')}"`;
        const literal = `local t = {[${quote(a)}] = 1} return t[${quote(b)}]`;
        expect(vm.callSync(vm.load({ lua: literal, chunkName: 'literal' }))).toEqual([
          a === b ? 1 : undefined,
        ]);
      }),
    );
  });
});

describe('fengari 3: pairs walks a literal sequence backwards', () => {
  const keys = (lua: string) => runSync(`local t, keys = nil, {} ${lua} return table.concat(keys, " ")`)[0];
  const walkPairs = 'for k in pairs(t) do keys[#keys + 1] = tostring(k) end';
  const walkNext = 'local k = next(t) while k ~= nil do keys[#keys + 1] = tostring(k) k = next(t, k) end';

  it.each([
    ['a literal sequence', 't = {10, 20, 30}', '1 2 3'],
    ['sequence and fields mixed', 't = {x = 1, 10, y = 2, 20}', '1 2 x y'],
    ['fields in the order they were set', 't = {} t.c = 1 t.a = 2 t.b = 3', 'c a b'],
    ['numbers set downwards', 't = {} for i = 5, 1, -1 do t[i] = i end', '1 2 3 4 5'],
    ['a sparse tail after the sequence', 't = {[10] = 1, [7] = 1} t[1] = 1 t[2] = 1', '1 2 10 7'],
    ['a hole in a literal', 't = {1, nil, 3}', '1 3'],
    ['removed and set again', 't = {a = 1, b = 2, c = 3} t.a = nil t.a = 4', 'b c a'],
    ['many', 't = {} for i = 1, 60 do t[i] = i end', Array.from({ length: 60 }, (_, i) => i + 1).join(' ')],
  ])('%s: 1..n first, then as inserted, by pairs and by next', (_, build, expected) => {
    expect(keys(`${build} ${walkPairs}`)).toBe(expected);
    expect(keys(`${build} ${walkNext}`)).toBe(expected);
  });

  it('visits everything once while every visited key is cleared', () => {
    const lua = `
      local function walk(step)
        local t, n = {}, 0
        for i = 1, 100 do t[i] = i t["k" .. i] = i end
        step(t, function(k) t[k] = nil n = n + 1 end)
        return n, next(t) == nil
      end
      local a, b = walk(function(t, visit) for k in pairs(t) do visit(k) end end)
      local c, d = walk(function(t, visit) local k = next(t) while k do local after = k visit(k) k = next(t, after) end end)
      return a, b, c, d
    `;
    expect(runSync(lua)).toEqual([200, true, 200, true]);
  });

  it('comes to its end when the loop adds keys', () => {
    const lua = `
      local t, n = {1, 2, a = 1, b = 2}, 0
      for k, v in pairs(t) do
        n = n + 1
        t[#t + 1] = v t[k .. "x"] = v
        t[k] = nil t[k] = v
      end
      return n
    `;
    expect(runSync(lua)).toEqual([4]);
  });

  it('lets two traversals of one table run side by side', () => {
    const lua = `
      local t, seen = {1, 2, 3, a = 1, b = 2}, {}
      for k in pairs(t) do for l in pairs(t) do seen[#seen + 1] = k .. l if l == 2 then break end end end
      return table.concat(seen, " ")
    `;
    expect(runSync(lua)).toEqual(['11 12 21 22 31 32 a1 a2 b1 b2']);
  });
});

describe('tables', () => {
  /** A change to a table: of single keys, or of many at once, so that arrays grow, thin out and shrink. */
  type Change =
    | { readonly set: number | string; readonly value: number | undefined }
    | { readonly fill: readonly [from: number, to: number]; readonly value: number | undefined };
  const value = fc.option(fc.integer(), { nil: undefined });
  const place = fc.integer({ min: -2, max: 140 });
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({
      set: fc.oneof(fc.integer({ min: 0, max: 6 }), place, fc.constantFrom('a', 'b', '1')),
      value,
    }),
    fc.record({ fill: fc.tuple(place, place), value }),
  );
  const keysOf = (change: Change): (number | string)[] => {
    if ('set' in change) return [change.set];
    const [from, to] = change.fill;
    return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + (to < from ? -i : i));
  };

  /** An array that gives up being one, when it has become mostly holes, and has its first key set again. */
  const thinned: Change[] = [
    { fill: [1, 64], value: 1 },
    { fill: [2, 50], value: undefined },
    { set: 65, value: 2 },
    { set: 1, value: 3 },
    { set: 2, value: 4 },
    { fill: [64, 1], value: 5 },
    { set: 66, value: 6 },
  ];

  it('hold what was set last, and say so in every way of asking', () => {
    const vm = createVm();
    const walk = vm.load({
      lua: 'local t, k, n = ..., nil, 0 repeat k = next(t, k) if k ~= nil then n = n + 1 end until k == nil return n',
      chunkName: 'walk',
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const table = vm.createTable();
        const model = new Map<number | string, number>();
        for (const change of changes) {
          for (const key of keysOf(change)) {
            table.set(key, change.value);
            if (change.value === undefined) model.delete(key);
            else model.set(key, change.value);
          }
          const entries = [...table.entries()];
          expect(entries).toHaveLength(model.size);
          expect(new Map(entries)).toEqual(model);
          const n = table.length;
          expect([n === 0 || model.has(n), model.has(n + 1)]).toEqual([true, false]);
        }
        for (const key of changes.flatMap(keysOf)) expect(table.get(key)).toBe(model.get(key));
        expect(vm.callSync(walk, [table])).toEqual([model.size]);
      }),
      { examples: [[thinned]] },
    );
  });

  it.each([
    ['a key before its place in the list', '{[2] = "x", 1, 2}', '1=1 2=2'],
    ['a key after its place in the list', '{1, 2, [2] = "x"}', '1=1 2=2'],
    ['a key that a nil in the list removes', '{[2] = "x", 1, nil}', '1=1'],
    ['keys around a list', '{[3] = "three", 1, 2, [0] = "zero"}', '1=1 2=2 3=three 0=zero'],
    ['several results over a key', '{[3] = "x", (function() return 1, 2, 3 end)()}', '1=1 2=2 3=3'],
  ])('are constructed with each key once: %s', (_, literal, expected) => {
    const lua = `local o = {} for k, v in pairs(${literal}) do o[#o + 1] = k .. "=" .. v end return table.concat(o, " ")`;
    expect(runSync(lua)).toEqual([expected]);
  });

  it('take single insertions and removals like the loops they stand for', () => {
    const lua = `
      local ops = ...
      local fast, slow = {}, setmetatable({}, {})
      for i = 1, #ops, 2 do
        local at = ops[i] % (#fast + 1) + 1
        if ops[i + 1] % 3 == 0 and #fast > 0 then
          local a, b = table.remove(fast, math.min(at, #fast)), table.remove(slow, math.min(at, #slow))
          if a ~= b then return "removed", a, b end
        else
          table.insert(fast, at, i) table.insert(slow, at, i)
        end
      end
      return table.concat(fast, ","), table.concat(slow, ",")
    `;
    const vm = createVm();
    const program = vm.load({ lua, chunkName: 'ops' });
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 2, maxLength: 80 }), (ops) => {
        const even = ops.length % 2 === 0 ? ops : ops.slice(1);
        const [fast, slow] = vm.callSync(program, [vm.fromPlain(even)]);
        expect(fast).toBe(slow);
      }),
    );
  });

  it('stay small when used as a queue', () => {
    const lua = `
      local queue, head, tail = {}, 1, 0
      for i = 1, 20000 do
        tail = tail + 1 queue[tail] = i
        if i > 5 then queue[head] = nil head = head + 1 end
      end
      local n = 0 for _ in pairs(queue) do n = n + 1 end
      return n, queue[head], queue[tail]
    `;
    expect(runSync(lua)).toEqual([5, 19996, 20000]);
  });
});
