import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLuaName } from '../../src/fennel/lua-text/literal.js';
import { mangle, uniqueName } from '../../src/fennel/scope/mangle.js';
import { multisym } from '../../src/fennel/scope/multisym.js';
import { nearestName } from '../../src/fennel/scope/suggest.js';

describe('mangling', () => {
  test.each([
    ['x', 'x'],
    ['a-b', 'a_b'],
    ['ok?', 'ok_3f'],
    ['end', '_end'],
    ['goto', '_goto'],
    ['\xce\xbb', '_ce_bb'],
    ['$1', '_241'],
    ['a->b', 'a__3eb'],
    ['-', '_'],
  ])('%s becomes %s', (name, lua) => {
    expect(mangle(name)).toBe(lua);
  });

  test('whatever the name, Lua takes it', () => {
    const names = fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => String.fromCharCode(...bytes));
    fc.assert(fc.property(names, (name) => isLuaName(mangle(name))));
  });
});

describe('unique names', () => {
  const firstFree = (...taken: string[]) => uniqueName('x', (name) => taken.includes(name));

  test('a name that is taken gets the first number that is free', () => {
    expect(firstFree()).toBe('x');
    expect(firstFree('x')).toBe('x0');
    expect(firstFree('x', 'x0')).toBe('x1');
    expect(firstFree('x', 'x0', 'x1', 'x2', 'x3', 'x4')).toBe('x5');
  });

  test('a thousand shadowings take few looks each', () => {
    const taken = new Set<string>();
    let looks = 0;
    for (let i = 0; i < 1000; i++) {
      taken.add(
        uniqueName('x', (name) => {
          looks++;
          return taken.has(name);
        }),
      );
    }
    expect(taken.size).toBe(1000);
    expect(looks).toBeLessThan(30_000);
  });

  test('names of the shape of temporaries are left to the compiler', () => {
    expect(uniqueName('_1_', () => false)).toBe('_1_0');
  });
});

describe('symbols that are look-ups', () => {
  test.each<[string, string[] | undefined, boolean?]>([
    ['a.b.c', ['a', 'b', 'c'], false],
    ['a.b:c', ['a', 'b', 'c'], true],
    ['a:b', ['a', 'b'], true],
    ['a', undefined],
    ['.', undefined],
    ['..', undefined],
    ['?.', undefined],
    ['.a', undefined],
    ['a.', undefined],
    [':', undefined],
  ])('%s', (name, parts, method) => {
    expect(multisym(name)).toEqual(parts === undefined ? undefined : { parts, method });
  });
});

describe('the nearest name', () => {
  test.each([
    ['pirnt', ['print', 'pairs'], 'print'],
    ['lenght', ['length', 'let'], 'length'],
    ['x', ['y', 'z'], undefined],
    ['xs', ['x', 'zs'], 'x'],
    ['whatever', ['print'], undefined],
    ['long-functon-nme', ['long-function-name'], 'long-function-name'],
  ])('of %s among %s is %s', (name, known, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });
});
