import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createVm,
  fromText,
  type LuaValue,
  type PlainData,
  type ToPlainOptions,
} from '../../src/lua/index.js';
import { errorOf, runSync } from './run.js';

function plain(lua: string, options?: ToPlainOptions): PlainData {
  const vm = createVm();
  return vm.toPlain(runSync(`return ${lua}`, {}, vm)[0], options);
}

const refusal = (lua: string, options?: ToPlainOptions) => errorOf(() => plain(lua, options)).message;

describe('toPlain', () => {
  it.each<[string, PlainData]>([
    ['nil', null],
    ['true', true],
    ['1.5', 1.5],
    ['"text"', 'text'],
    ['{1, 2, {3}}', [1, 2, [3]]],
    ['{}', {}],
    ['{a = 1, b = {c = {}}}', { a: 1, b: { c: {} } }],
    ['{[2] = "two"}', { 2: 'two' }],
    ['{1, 2, x = 3}', { 1: 1, 2: 2, x: 3 }],
    ['{exit = 0, stdout = "a\\nb"}', { exit: 0, stdout: 'a\nb' }],
    ['{[-1] = "minus"}', { '-1': 'minus' }],
  ])('makes %s plain', (lua, expected) => {
    expect(plain(lua)).toEqual(expected);
  });

  it('keeps the order of keys', () => {
    expect(Object.keys(plain('{zeta = 1, alpha = 2, mid = 3}') as object)).toEqual(['zeta', 'alpha', 'mid']);
  });

  it('reads strings as UTF-8 text, or as it is told', () => {
    expect(plain(`"${fromText('grün')}"`)).toBe('grün');
    expect(refusal('{log = "\\xff"}')).toBe(
      'log cannot become plain data: found a string that is not UTF-8 text',
    );
    expect(plain('{log = "a\\xff"}', { strings: 'utf8-lossy' })).toEqual({ log: 'a\ufffd' });
    expect(plain('{log = "a\\xff"}', { strings: 'bytes' })).toEqual({ log: 'a\xff' });
  });

  it('makes an empty table what it is told', () => {
    expect(plain('{list = {}}', { emptyTable: 'array' })).toEqual({ list: [] });
  });

  it('names the path to what is not data', () => {
    expect(refusal('print == nil and function() end')).toBe(
      'the value cannot become plain data: found a function',
    );
    expect(refusal('{a = {1, {b = pairs}}}')).toBe('a[2].b cannot become plain data: found a function');
    expect(refusal('{["odd key"] = {coroutine.create(pairs)}}')).toBe(
      '["odd key"][1] cannot become plain data: found a coroutine',
    );
    expect(refusal('{x = 0/0}')).toBe(
      'x cannot become plain data: found the number NaN, which plain data cannot hold',
    );
    expect(refusal('{[true] = 1}')).toContain('found the key true: expected strings, or whole numbers');
    expect(refusal('{[1.5] = 1}')).toContain('found the key 1.5');
    expect(refusal('{[{}] = 1}')).toContain('found the key a table');
    expect(refusal('{[2] = 1, ["2"] = 1}')).toContain('the key 2 both as a number and as a string');
  });

  it('refuses cycles, not shared tables', () => {
    expect(refusal('(function() local t = {} t.self = {t} return t end)()')).toBe(
      'self[1] cannot become plain data: found a table that contains itself',
    );
    expect(plain('(function() local t = {1} return {t, t} end)()')).toEqual([[1], [1]]);
  });

  it('has bounds', () => {
    const deep = `(function() local t = {} for i = 1, 200 do t = {t} end return t end)()`;
    expect(refusal(deep)).toContain('nested deeper than 100 levels');
    expect(
      refusal('(function() local t = {} for i = 1, 50 do t[i] = i end return t end)()', { maxValues: 20 }),
    ).toContain('more than 20 values');
  });

  it('makes no prototypes from keys', () => {
    const data = plain('{__proto__ = {polluted = true}, constructor = 1}') as Record<string, unknown>;
    expect(Object.keys(data)).toEqual(['__proto__', 'constructor']);
    expect(data.polluted).toBeUndefined();
    expect(JSON.stringify(data)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
  });
});

describe('fromPlain', () => {
  it('makes Lua values of data', () => {
    const vm = createVm();
    const value = vm.fromPlain({ list: [1, 'zwölf', null, true], nested: { empty: {} }, none: null });
    vm.globals.set('value', value);
    expect(
      runSync(
        'return #value.list, value.list[2], value.list[3], value.list[4], type(value.nested.empty), value.none',
        {},
        vm,
      ),
    ).toEqual([4, fromText('zwölf'), undefined, true, 'table', undefined]);
  });

  it('refuses what is no data', () => {
    const vm = createVm();
    const circular: Record<string, PlainData> = {};
    circular.self = circular;
    expect(errorOf(() => vm.fromPlain(circular)).message).toContain('containing itself');
    expect(errorOf(() => vm.fromPlain((() => 1) as never)).message).toContain('found a function');
    expect(errorOf(() => vm.fromPlain({ big: 1n } as never)).message).toContain('found a bigint');
  });

  it('and toPlain are inverse for data without null and empty things', () => {
    const vm = createVm();
    const { value: data } = fc.letrec<{ value: PlainData }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'grapheme' }),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
        fc.array(tie('value'), { minLength: 1, maxLength: 5 }),
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((key) => !/^-?[0-9]+$/.test(key)),
          tie('value'),
          {
            minKeys: 1,
            maxKeys: 5,
          },
        ),
      ),
    }));
    fc.assert(
      fc.property(data, (value) => {
        expect(vm.toPlain(vm.fromPlain(value) as LuaValue)).toEqual(value);
      }),
    );
  });
});
