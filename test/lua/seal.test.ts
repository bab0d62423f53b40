import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createVm, type LuaTable, type LuaValue } from '../../src/lua/index.js';
import { errorOf, runSync } from './run.js';

/**
 * Every value that code in a fresh VM can reach, by path, compared with a written list: whatever is added
 * to the environment must be added there too, by someone who has thought about it.
 */
const allowed = readFileSync(join(import.meta.dirname, 'reachable.txt'), 'latin1')
  .trimEnd()
  .split('\n');

describe('the sealed environment', () => {
  it('reaches exactly what is on the list, seen from outside', () => {
    const paths: string[] = [];
    const seen = new Map<LuaValue, string>();
    const walk = (value: LuaValue, path: string): void => {
      const known = seen.get(value);
      const kind = typeof value === 'object' ? value.kind : typeof value;
      if (typeof value === 'object' && known !== undefined) {
        paths.push(`${path} = ${known}`);
        return;
      }
      seen.set(value, path);
      paths.push(`${path}: ${kind}`);
      if (typeof value !== 'object' || value.kind !== 'table') return;
      for (const [key, entry] of value.entries()) walk(entry, `${path}.${String(key)}`);
      if (value.metatable !== undefined) walk(value.metatable, `${path}<metatable>`);
    };
    const vm = createVm();
    walk(vm.globals, '_G');
    // Lua code gets at these only by what they do: the methods of strings.
    const methods = runSync(
      'local m = {} for k in pairs(string) do m[#m + 1] = rawequal(("")[k], string[k]) end return m',
      {},
      vm,
    );
    const same = [...(methods[0] as LuaTable).entries()].every(([, value]) => value === true);
    paths.push(`""<methods>${same ? ' = _G.string' : ': differ'}`);
    expect(paths.sort()).toEqual(allowed);
  });

  it('shows the same to a walk from inside, through everything that Lua code can take apart', () => {
    const lua = `
      local seen, out = {}, {}
      local function walk(value, path)
        local kind = type(value)
        if kind ~= "table" and kind ~= "function" and kind ~= "thread" and kind ~= "userdata" then return end
        if seen[value] then return end
        seen[value] = true
        out[#out + 1] = path .. ": " .. kind
        if kind == "table" then for k, v in next, value do walk(k, path .. ".<key>") walk(v, path .. "." .. tostring(k)) end end
        local metatable = getmetatable(value)
        if metatable ~= nil then walk(metatable, path .. "<metatable>") end
      end
      walk(_G, "_G")
      walk(_ENV, "_ENV")
      walk(getmetatable(""), '""<metatable>')
      walk(getmetatable(1), "1<metatable>") walk(getmetatable(true), "true<metatable>") walk(getmetatable(print), "print<metatable>")
      walk(getmetatable(coroutine.running()), "thread<metatable>") walk(getmetatable(nil), "nil<metatable>")
      return table.concat(out, "\\n")
    `;
    const [text] = runSync(lua);
    const expected = allowed.filter((line) => /: (table|function)$/.test(line));
    expect((text as string).split('\n').sort()).toEqual(expected);
  });

  it.each([
    'io',
    'os',
    'debug',
    'package',
    'require',
    'load',
    'loadstring',
    'loadfile',
    'dofile',
    'collectgarbage',
    'print',
    'js',
    'fengari',
    'process',
    'global',
    'globalThis',
    'constructor',
    '__proto__',
    'hasOwnProperty',
    'toString',
  ])('has no %s', (name) => {
    expect(
      runSync(`return _G["${name}"], rawget(_G, "${name}"), string["${name}"], ("")["${name}"]`),
    ).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('has no string.dump', () => {
    expect(runSync('return string.dump, ("").dump')).toEqual([undefined, undefined]);
  });

  it('has no clock: the same program gives the same answers, addresses included', () => {
    const lua = `
      local t, f, co = {}, function() end, coroutine.create(function() end)
      return table.concat({tostring(t), tostring(f), tostring(co), tostring(pairs), math.random(), math.random(1000), tostring({})}, " ")
    `;
    expect(runSync(lua)).toEqual(runSync(lua));
  });

  it.each([
    ['getmetatable("") is a word', 'return getmetatable("")', 'locked'],
    [
      'and cannot be used to reach it',
      'return (pcall(function() getmetatable("").__index = nil end))',
      false,
    ],
    [
      'strings keep their methods',
      'pcall(function() getmetatable("").__index.upper = nil end) return ("x"):upper()',
      'X',
    ],
    ['their metatable cannot be set', 'return (pcall(setmetatable, "", {}))', false],
  ])('locks the metatable of strings: %s', (_, lua, expected) => {
    expect(runSync(lua)).toEqual([expected]);
  });

  it('does not take bytecode from anywhere', () => {
    expect(runSync('return load, loadstring, string.dump')).toEqual([undefined, undefined, undefined]);
  });

  it('has keys of its own, not those of JavaScript', () => {
    const lua =
      'local t = {} t.__proto__ = {polluted = true} return t.__proto__.polluted, t.polluted, ({}).polluted, t.constructor';
    expect(runSync(lua)).toEqual([true, undefined, undefined, undefined]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('protection', () => {
  const standard = [
    'string.format',
    'table.concat',
    'math.floor',
    'coroutine.wrap',
    'utf8.char',
    'pcall',
    '_G.tostring',
    '_G._G',
    '_VERSION',
    'string',
    'table',
  ];

  it.each(standard)('keeps %s from being replaced or removed', (name) => {
    for (const value of ['nil', '1', 'function() end']) {
      const error = errorOf(() => runSync(`${name} = ${value}`));
      expect(error.message).toContain(
        `attempt to change field '${name.split('.').at(-1)}' of a read-only table`,
      );
    }
    expect(runSync(`${name} = ${name} return "unchanged is fine"`)).toEqual(['unchanged is fine']);
  });

  it.each([
    ['rawset', 'rawset(string, "format", 1)'],
    ['table.insert', 'table.insert(frozen, 1)'],
    ['table.insert in the middle', 'table.insert(frozen, 1, 1)'],
    ['table.remove', 'table.remove(frozen)'],
    ['table.sort', 'table.sort(frozen, function(a, b) return a > b end)'],
    ['table.move', 'table.move({7, 8}, 1, 2, 1, frozen)'],
    ['setmetatable', 'setmetatable(string, {})'],
    ['setmetatable of a frozen table', 'setmetatable(frozen, {})'],
    ['assignment', 'frozen.x = 1'],
    ['a numeric key', 'frozen[1] = 5'],
    ['removal', 'frozen[1] = nil'],
    ['a loop that clears', 'for k in pairs(frozen) do frozen[k] = nil end'],
  ])('is not passed by %s', (_, lua) => {
    const vm = createVm();
    const frozen = vm.createTable({ array: [1, 2, 3] });
    vm.freeze(frozen);
    vm.globals.set('frozen', frozen);
    expect(errorOf(() => runSync(lua, {}, vm)).message).toMatch(/read-only table/);
    expect([...frozen.entries()]).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('lets modules add to the standard libraries and to the globals', () => {
    const lua = `
      string.trim = function(s) return (s:match("^%s*(.-)%s*$")) end
      table.keys = function(t) local k = {} for key in pairs(t) do k[#k + 1] = key end return k end
      mine = "global"
      mine = mine .. " twice"
      return ("  x "):trim(), #table.keys({a = 1}), mine
    `;
    expect(runSync(lua)).toEqual(['x', 1, 'global twice']);
  });

  it('does not bind the host', () => {
    const vm = createVm();
    vm.globals.set('tostring', undefined);
    expect(runSync('return tostring', {}, vm)).toEqual([undefined]);
  });

  it('keeps the globals of environments apart', () => {
    const vm = createVm();
    const [a, b] = [vm.createEnvironment(), vm.createEnvironment()];
    const load = (lua: string, env: LuaTable) => vm.callSync(vm.load({ lua, chunkName: 'env', env }));
    load('x = 1 tostring = "mine" _G.y = 2', a);
    expect(load('return x, type(tostring), y, _G.x, ("s"):upper()', b)).toEqual([
      undefined,
      'function',
      undefined,
      undefined,
      'S',
    ]);
    expect(load('return x, tostring, y, _G.x', a)).toEqual([1, 'mine', 2, 1]);
    expect(vm.globals.get('x')).toBeUndefined();
  });
});
