import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createVm,
  fromBytes,
  fromText,
  isByteString,
  isUtf8,
  LuaError,
  type LuaFunction,
  type LuaTable,
  type LuaUserdata,
  toBytes,
  toText,
} from '../../src/lua/index.js';
import { errorOf, runSync } from './run.js';

const byteString = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('byte strings', () => {
  it('hold any bytes, there and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(toBytes(fromBytes(bytes))).toEqual(Buffer.from(bytes));
        expect(isByteString(fromBytes(bytes))).toBe(true);
      }),
    );
  });

  it('hold any text, there and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(toText(fromText(text))).toBe(text);
        expect(isUtf8(fromText(text))).toBe(true);
        expect(fromText(text)).toHaveLength(Buffer.byteLength(text));
      }),
    );
  });

  it('say when they are no text', () => {
    expect(isUtf8('\xff')).toBe(false);
    expect(isUtf8('a\xc3')).toBe(false);
    expect(isUtf8('\xed\xa0\x80')).toBe(false);
    expect(toText('a\xffb')).toBe('a\ufffdb');
    expect(isByteString('€')).toBe(false);
  });

  it('survive the way into Lua and out again, as arguments, keys and values, however they get there', () => {
    const vm = createVm();
    const echo = vm.callSync(
      vm.load({
        lua: 'return function(s) local t = {[s] = s} local k, v = next(t) return s, k, v, t[s], #s, s .. "" == s, ("").char(s:byte(1, -1)), s:reverse():reverse(), s:sub(1, -1) end',
        chunkName: 'echo',
      }),
    )[0] as LuaFunction;
    fc.assert(
      fc.property(byteString, (bytes) => {
        const expected = [bytes, bytes, bytes, bytes, bytes.length, true, bytes, bytes, bytes];
        expect(vm.callSync(echo, [bytes])).toEqual(expected);
        expect(vm.callSync(echo, [Buffer.from(bytes, 'latin1')])).toEqual(expected);
        const table = vm.createTable({ entries: [[bytes, bytes]] });
        expect([...table.entries()]).toEqual([[bytes, bytes]]);
      }),
    );
  });

  it('are what a chunk is made of', () => {
    const vm = createVm();
    fc.assert(
      fc.property(byteString, (bytes) => {
        const lua = `return "${bytes.replace(/["\\\n\r\0]/g, (c) => `\\${String(c.charCodeAt(0)).padStart(3, '0')}`)}"`;
        expect(vm.callSync(vm.load({ lua, chunkName: 'literal' }))).toEqual([bytes]);
      }),
    );
  });

  it('agree with JavaScript on what string functions do to them', () => {
    const vm = createVm();
    const fn = vm.load({
      lua: 'local a, b, i, j, n = ... return a .. b, a:sub(i, j), a:rep(n, b), a:find(b, 1, true), a < b, a:upper():lower() == a:lower(), #a:gsub(".", "%0%0")',
      chunkName: 'functions',
    });
    const position = fc.integer({ min: -12, max: 12 });
    fc.assert(
      fc.property(byteString, byteString, position, position, fc.nat(4), (a, b, i, j, n) => {
        const start = Math.max(i < 0 ? a.length + i : i - 1, 0);
        const end = Math.min(j < 0 ? a.length + j + 1 : j, a.length);
        const found = a.indexOf(b);
        const [concat, sub, rep, at, less, sameCase, doubled] = vm.callSync(fn, [a, b, i, j, n]);
        expect(concat).toBe(a + b);
        expect(sub).toBe(start < end ? a.slice(start, end) : '');
        expect(rep).toBe(Array(n).fill(a).join(b));
        expect(at).toBe(found < 0 ? undefined : found + 1);
        expect(less).toBe(a < b);
        expect(sameCase).toBe(true);
        expect(doubled).toBe(a.length * 2);
      }),
    );
  });
});

describe('numbers', () => {
  it('come back as they were, and whole ones up to 2^53 are integers', () => {
    const vm = createVm();
    const fn = vm.load({ lua: 'local n = ... return n, math.type(n)', chunkName: 'n' });
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger()), (number) => {
        const [back, type] = vm.callSync(fn, [number]);
        expect(back).toBe(Object.is(number, -0) ? 0 : number);
        expect(type).toBe(Number.isSafeInteger(number) ? 'integer' : 'float');
      }),
    );
  });

  it('keep times and sizes exact where 32 bits would not', () => {
    const now = 1_795_000_000_123;
    const vm = createVm();
    const fn = vm.load({
      lua: 'local now = ... return "at " .. now, now + 1, now // 1000, now % 1000, 5 * 1024 * 1024 * 1024, ("%d"):format(now), 100000 * 100000',
      chunkName: 'time',
    });
    expect(vm.callSync(fn, [now])).toEqual([
      `at ${now}`,
      now + 1,
      Math.floor(now / 1000),
      123,
      5_368_709_120,
      String(now),
      10_000_000_000,
    ]);
  });

  it('become floats beyond 2^53, where they would no longer be exact', () => {
    const lua = `
      local max = math.maxinteger
      return math.type(max), math.type(max + 1), max + 1 == 2^53, math.type(max * max), math.mininteger - 2 < math.mininteger,
        math.type(9007199254740993), math.type(0x7fffffffffffffff), 0xffffffffffffffff, tostring(2^53), 9007199254740992
    `;
    expect(runSync(lua)).toEqual([
      'integer',
      'float',
      true,
      'float',
      true,
      'float',
      'float',
      -1,
      '9.007199254741e+15',
      2 ** 53,
    ]);
  });

  it('agree with exact arithmetic wherever the result is an integer', () => {
    const vm = createVm();
    const fn = vm.load({
      lua: 'local a, b = ... return a + b, a - b, a * b, a // b, a % b, a & b, a | b, a ~ b, a << (b % 8), ~a',
      chunkName: 'arithmetic',
    });
    const integer = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -9, max: 9 }));
    fc.assert(
      fc.property(
        integer,
        integer.filter((b) => b !== 0),
        (x, y) => {
          const [a, b] = [BigInt(x), BigInt(y)];
          const modulo = ((a % b) + b) % b;
          const exact = [
            a + b,
            a - b,
            a * b,
            (a - modulo) / b,
            modulo,
            a & b,
            a | b,
            a ^ b,
            BigInt.asIntN(64, a << BigInt(((y % 8) + 8) % 8)),
            ~a,
          ];
          const results = vm.callSync(fn, [x, y]);
          for (const [i, result] of results.entries()) {
            expect([i, result]).toEqual([i, Number(exact[i])]);
          }
        },
      ),
    );
  });

  it('print and read back as themselves', () => {
    const vm = createVm();
    const fn = vm.load({
      lua: 'local n = ... return tonumber(("%.17g"):format(n)), ("%q"):format(n)',
      chunkName: 'print',
    });
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const [back, literal] = vm.callSync(fn, [number]);
        expect(back).toBe(number === 0 ? 0 : number);
        expect(vm.callSync(vm.load({ lua: `return ${literal}`, chunkName: 'literal' }))[0]).toBe(
          number === 0 ? 0 : number,
        );
      }),
    );
  });

  it('end integer loops at the edge instead of starting over', () => {
    const lua = `
      local n, max, min = 0, math.maxinteger, math.mininteger
      for i = max - 2, max do n = n + 1 end
      for i = min + 2, min, -1 do n = n + 1 end
      for i = max - 1, math.huge do n = n + 1 if n > 100 then break end end
      return n
    `;
    expect(runSync(lua)).toEqual([8]);
  });
});

describe('tables', () => {
  it('are made from the host and read back key by key, in order', () => {
    const vm = createVm();
    const table = vm.createTable({
      array: ['a', 'b'],
      entries: [
        ['x', 1],
        [true, 2],
        [1.5, 3],
        [10, 4],
      ],
    });
    expect([...table.entries()]).toEqual([
      [1, 'a'],
      [2, 'b'],
      ['x', 1],
      [true, 2],
      [1.5, 3],
      [10, 4],
    ]);
    expect([table.length, table.get(2), table.get('x'), table.get(true), table.get('none')]).toEqual([
      2,
      'b',
      1,
      2,
      undefined,
    ]);
    table.set(3, 'c');
    table.set('x', undefined);
    table.set(true, null);
    expect([...table.entries()]).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [1.5, 3],
      [10, 4],
    ]);
  });

  it('can have tables and functions as keys', () => {
    const vm = createVm();
    const key = vm.createTable();
    const fn = vm.createFunction('f', () => undefined);
    const table = vm.createTable({
      entries: [
        [key, 'table'],
        [fn, 'function'],
      ],
    });
    expect([table.get(key), table.get(fn), table.get(vm.createTable())]).toEqual([
      'table',
      'function',
      undefined,
    ]);
    expect([...table.entries()].map(([k]) => k)).toEqual([key, fn]);
  });

  it.each([[undefined], [null], [Number.NaN]])('refuse %s as a key', (key) => {
    expect(errorOf(() => createVm().createTable().set(key, 1)).code).toBe('conversion');
  });

  it('share a metatable that is the same table inside and outside', () => {
    const vm = createVm();
    const mark = vm.createTable({ entries: [['__name', 'sym']] });
    const table = vm.createTable({ metatable: mark });
    vm.globals.set('t', table);
    vm.globals.set('mark', mark);
    expect(runSync('return getmetatable(t) == mark, getmetatable(t)', {}, vm)).toEqual([true, mark]);
    runSync('setmetatable(t, nil)', {}, vm);
    expect(table.metatable).toBeUndefined();
    table.metatable = mark;
    expect(table.metatable).toBe(mark);
  });

  it('carry a host object through Lua, and give the very same back', () => {
    const vm = createVm();
    const node = { line: 3 };
    const table = vm.createTable({ array: ['a'], host: node });
    const pass = vm.load({ lua: 'local t = ... local list = {t} t[2] = "b" return list', chunkName: 'pass' });
    const list = vm.callSync(pass, [table])[0] as LuaTable;
    expect(list.get(1)).toBe(table);
    expect((list.get(1) as LuaTable).host).toBe(node);
    expect(list.host).toBeUndefined();
    expect(runSync('local t = ... return pairs({})', {}, vm)).toHaveLength(3);
  });

  it('run no metamethod when the host reads or writes', () => {
    const vm = createVm();
    const [table] = runSync(
      'return setmetatable({}, {__index = error, __newindex = error, __len = error, __pairs = error})',
      {},
      vm,
    );
    const handle = table as LuaTable;
    handle.set('a', 1);
    expect([handle.get('a'), handle.get('b'), handle.length, [...handle.entries()]]).toEqual([
      1,
      undefined,
      0,
      [['a', 1]],
    ]);
  });

  it('notice a metamethod that the host sets late', () => {
    const vm = createVm();
    const metatable = vm.createTable();
    vm.globals.set('t', vm.createTable({ metatable }));
    const read = vm.load({ lua: 'return t.x, #t', chunkName: 'read' });
    expect(vm.callSync(read)).toEqual([undefined, 0]);
    metatable.set(
      '__index',
      vm.createFunction('index', ([, key]) => `${key as string}!`),
    );
    metatable.set(
      '__len',
      vm.createFunction('len', () => 7),
    );
    expect(vm.callSync(read)).toEqual(['x!', 7]);
  });
});

describe('userdata', () => {
  it('is opaque in Lua and itself outside', () => {
    const vm = createVm();
    const secret = { token: 'x' };
    const metatable = vm.createTable({
      entries: [['__tostring', vm.createFunction('show', () => 'secret')]],
    });
    const userdata = vm.createUserdata(secret, metatable);
    const fn = vm.load({
      lua: 'local u, v = ... return type(u), tostring(u), u == u, u == v, (pcall(function() return u.token end)), (pcall(next, u)), u',
      chunkName: 'u',
    });
    const results = vm.callSync(fn, [userdata, vm.createUserdata(secret)]);
    expect(results).toEqual(['userdata', 'secret', true, false, false, false, userdata]);
    expect((results[6] as LuaUserdata).host).toBe(secret);
    expect(userdata.metatable).toBe(metatable);
  });
});

describe('errors', () => {
  it('carry any value from Lua to the host, the very same', () => {
    const vm = createVm();
    const value = vm.createTable({ host: 'mine' });
    const fail = vm.load({ lua: 'error(...)', chunkName: 'fail' });
    for (const thrown of [value, 'text', 5, true, undefined]) {
      const error = errorOf(() => vm.callSync(fail, [thrown, 0]));
      expect(error).toBeInstanceOf(LuaError);
      expect(error.value).toBe(thrown);
    }
  });
});

describe('tostring', () => {
  it('is what Lua says of a value', () => {
    const vm = createVm();
    const [table] = runSync('return setmetatable({}, {__tostring = function() return "shown" end})', {}, vm);
    expect([
      vm.tostring(undefined),
      vm.tostring(1),
      vm.tostring(1.5),
      vm.tostring('x'),
      vm.tostring(table),
    ]).toEqual(['nil', '1', '1.5', 'x', 'shown']);
    expect(vm.tostring(vm.createTable())).toMatch(/^table: 0x[0-9a-f]{12}$/);
  });
});

describe('random numbers', () => {
  const sample = (seed: string, before = '') =>
    runSync(
      `${before} local t = {} for i = 1, 20 do t[i] = math.random(1000) end return table.concat(t, " ")`,
      { seed },
    )[0];

  it('follow from the seed', () => {
    expect(sample('run 1')).toBe(sample('run 1'));
    expect(sample('run 1')).not.toBe(sample('run 2'));
    expect(sample('')).toMatchInlineSnapshot(
      `"696 52 508 503 931 241 401 779 273 195 676 811 595 728 993 826 450 356 269 813"`,
    );
  });

  it('start anew from randomseed, still by the seed of the VM', () => {
    expect(sample('a', 'math.random() math.randomseed(7)')).toBe(sample('a', 'math.randomseed(7)'));
    expect(sample('a', 'math.randomseed(7)')).not.toBe(sample('b', 'math.randomseed(7)'));
    expect(sample('a', 'math.randomseed(7)')).not.toBe(sample('a', 'math.randomseed(8)'));
  });

  it('stay in their interval and reach all of it', () => {
    const lua = `
      local seen, low, high = {}, 1, 0
      for i = 1, 2000 do
        local f, n, m = math.random(), math.random(6), math.random(-2, 2)
        low, high = math.min(low, f), math.max(high, f)
        seen[n] = true seen["m" .. m] = true
        if f < 0 or f >= 1 or n < 1 or n > 6 or m < -2 or m > 2 then return "outside" end
      end
      local count = 0 for _ in pairs(seen) do count = count + 1 end
      return count, low < 0.01, high > 0.99, (pcall(math.random, 2, 1)), (pcall(math.random, 0)), (pcall(math.random, 1, 2, 3))
    `;
    expect(runSync(lua)).toEqual([11, true, true, false, false, false]);
  });
});
