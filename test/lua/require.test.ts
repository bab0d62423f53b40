import { describe, expect, it, vi } from 'vitest';
import { createVm, type RequireResolver, type Vm } from '../../src/lua/index.js';
import { errorOf, gate, rejectionOf, run, runSync } from './run.js';

/** A VM whose modules are Lua texts by name, and the names it was asked for. */
function vmWithModules(modules: Record<string, string>): { vm: Vm; asked: string[] } {
  const asked: string[] = [];
  const resolver: RequireResolver = (name, { vm }) => {
    asked.push(name);
    const lua = modules[name];
    return lua === undefined ? undefined : { load: vm.load({ lua, chunkName: `${name}.lua` }) };
  };
  return { vm: createVm({ require: resolver }), asked };
}

describe('require', () => {
  it('is only there when the host gives it', () => {
    expect(runSync('return require')).toEqual([undefined]);
  });

  it('runs a module once and gives the same value to all', () => {
    const { vm, asked } = vmWithModules({ a: 'count = (count or 0) + 1 return {name = ...}' });
    const lua = 'local first, second = require("a"), require("a") return first == second, first.name, count';
    expect(runSync(lua, {}, vm)).toEqual([true, 'a', 1]);
    expect(asked).toEqual(['a']);
  });

  it('takes ready values, and true for a module that returns nothing', () => {
    const vm = createVm({
      require: (name) => (name === 'value' ? { value: 5 } : name === 'false' ? { value: false } : undefined),
    });
    expect(runSync('return require("value"), require("false"), require("false")', {}, vm)).toEqual([
      5,
      false,
      false,
    ]);
    const { vm: other } = vmWithModules({ quiet: 'x = 1', no: 'return false', nothing: 'return nil' });
    expect(
      runSync('return require("quiet"), require("quiet"), require("no"), require("nothing")', {}, other),
    ).toEqual([true, true, false, true]);
  });

  it('says when there is no such module, and passes on what the host says', () => {
    const { vm } = vmWithModules({});
    expect(errorOf(() => runSync('require("x.y")', {}, vm)).message).toBe(
      "test.lua:1: module 'x.y' not found",
    );
    expect(runSync('return pcall(require)', {}, vm)).toEqual([
      false,
      "bad argument #1 to 'require' (string expected)",
    ]);
    const picky = createVm({
      require: (name) => {
        throw new Error(`no '${name}' in .quire/lib`);
      },
    });
    expect(errorOf(() => runSync('require("a")', {}, picky)).message).toBe(
      "test.lua:1: no 'a' in .quire/lib",
    );
  });

  it('tries again after a module has failed, and keeps its traceback', () => {
    const { vm, asked } = vmWithModules({
      bad: 'tries = (tries or 0) + 1\nif tries < 3 then error("not yet") end return tries',
    });
    const error = errorOf(() => runSync('require("bad")', {}, vm));
    expect(error).toMatchObject({ message: 'bad.lua:2: not yet', file: 'bad.lua', line: 2 });
    expect(error.traceback).toContain('test.lua:1: in main chunk');
    expect(runSync('return pcall(require, "bad")', {}, vm)[0]).toBe(false);
    expect(runSync('return require("bad")', {}, vm)).toEqual([3]);
    expect(asked).toEqual(['bad', 'bad', 'bad']);
  });

  it('names the members of a circle', () => {
    const { vm } = vmWithModules({
      a: 'return require("b")',
      b: 'return require("c")',
      c: 'return require("b")',
    });
    expect(errorOf(() => runSync('require("a")', {}, vm)).message).toContain(
      'modules require each other in a circle: b → c → b',
    );
  });

  it('waits for the host to find a module, and for a module that waits itself', async () => {
    const vm = createVm({
      require: async (name, { vm }) => {
        await Promise.resolve();
        return {
          load: vm.load({ lua: 'local x = later("loaded") return {state = x}', chunkName: `${name}.lua` }),
        };
      },
    });
    vm.globals.set(
      'later',
      vm.createFunction('later', async ([value]) => value),
    );
    expect(await run(vm, 'return require("m").state')).toEqual(['loaded']);
    expect(errorOf(() => runSync('require("n")', {}, vm)).code).toBe('await-forbidden');
  });

  it('lets overlapping calls wait for the one that loads', async () => {
    const door = gate<string>();
    const { vm, asked } = vmWithModules({ slow: 'return {wait()}' });
    vm.globals.set(
      'wait',
      vm.createFunction('wait', () => door.promise),
    );
    const calls = [1, 2, 3].map(() => run(vm, 'return require("slow")'));
    await vi.waitFor(() => expect(asked).toEqual(['slow']));
    door.open('done');
    const [[a], [b], [c]] = (await Promise.all(calls)) as [unknown[], unknown[], unknown[]];
    expect(a).toBe(b);
    expect(b).toBe(c);
    expect(asked).toEqual(['slow']);
  });

  it('lets the next one load when the first has failed or was canceled', async () => {
    const doors = [gate<string>(), gate<string>()];
    let turn = 0;
    const { vm, asked } = vmWithModules({ slow: 'return {wait()}' });
    vm.globals.set(
      'wait',
      vm.createFunction('wait', () => doors[turn++]!.promise),
    );
    const first = rejectionOf(run(vm, 'require("slow")'));
    const second = run(vm, 'return require("slow")[1]');
    doors[0]!.fail(new Error('unlucky'));
    expect((await first).message).toBe('slow.lua:1: unlucky');
    await vi.waitFor(() => expect(asked).toEqual(['slow', 'slow']));
    doors[1]!.open('lucky');
    expect(await second).toEqual(['lucky']);
  });
});
