import { describe, expect, test } from 'vitest';
import { createVm, LuaFloat, type LuaFunction, type Vm } from '../../src/lua/index.js';

const shown = (vm: Vm, lua: string): unknown => vm.callSync(vm.load({ lua, chunkName: 'test.lua' }))[0];
const load = (vm: Vm, lua: string): LuaFunction => vm.load({ lua, chunkName: 'test.lua' });

describe('whole numbers that are floats', () => {
  test('one that the host makes is a float in Lua', () => {
    const vm = createVm();
    vm.globals.set(
      'made',
      vm.createFunction('made', () => [new LuaFloat(2), 2, new LuaFloat(-0)]),
    );
    expect(shown(vm, 'local a, b, c = made() return a .. " " .. b .. " " .. c')).toBe('2.0 2 -0.0');
    vm.globals.set('t', vm.createTable({ array: [new LuaFloat(3), 3], entries: [['x', new LuaFloat(4)]] }));
    expect(shown(vm, 'return t[1] .. " " .. t[2] .. " " .. t.x')).toBe('3.0 3 4.0');
    expect(vm.tostring(new LuaFloat(1e15))).toBe('1e+15');
  });

  test('as a key it is the integer, as in Lua', () => {
    const vm = createVm();
    const table = vm.createTable({ entries: [[new LuaFloat(1), 'one']] });
    expect(table.get(1)).toBe('one');
    expect([...table.exactEntries()]).toEqual([[1, 'one']]);
  });

  test('a host function sees a plain number, an exact one the float, which it can hand on', () => {
    const vm = createVm();
    const seen: unknown[] = [];
    vm.globals.set(
      'plain',
      vm.createFunction('plain', ([value]) => void seen.push(value)),
    );
    vm.globals.set(
      'through',
      vm.createExactFunction('through', (args) => args),
    );
    expect(shown(vm, 'plain(2.0) return table.concat({through(2.0, 2, 0.5, "x")}, " ")')).toBe('2.0 2 0.5 x');
    expect(seen).toEqual([2]);
  });

  test('an exact function may await, too', async () => {
    const vm = createVm();
    vm.globals.set(
      'later',
      vm.createExactFunction('later', async ([value]) => value),
    );
    const [text] = await vm.call(load(vm, 'return later(2.0) .. ""'));
    expect(text).toBe('2.0');
  });

  test('results and fields are plain numbers, or floats where the host asks for them', () => {
    const vm = createVm();
    const fn = load(vm, 'return 2.0, 2, 2.5, 1/0');
    expect(vm.callSync(fn)).toEqual([2, 2, 2.5, Number.POSITIVE_INFINITY]);
    expect(vm.callSyncExact(fn)).toEqual([new LuaFloat(2), 2, 2.5, Number.POSITIVE_INFINITY]);
    const [table] = vm.callSync(load(vm, 'return {1.0, x = 3.0}'));
    if (typeof table !== 'object' || table.kind !== 'table') throw new Error('expected a table');
    expect([table.get('x'), table.getExact('x'), table.getExact('y')]).toEqual([
      3,
      new LuaFloat(3),
      undefined,
    ]);
    expect([...table.exactEntries()]).toEqual([
      [1, new LuaFloat(1)],
      ['x', new LuaFloat(3)],
    ]);
    expect(vm.toPlain(table)).toEqual({ 1: 1, x: 3 });
  });
});
