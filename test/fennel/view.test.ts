import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { read } from '../../src/fennel/read.js';
import { view } from '../../src/fennel/view.js';
import { createVm } from '../../src/lua/index.js';

describe('view of atoms', () => {
  it.each([
    [undefined, 'nil'],
    [null, 'nil'],
    [true, 'true'],
    [false, 'false'],
    [0, '0'],
    [-0, '-0.0'],
    [42, '42'],
    [2.5, '2.5'],
    [0.1 + 0.2, '0.3'],
    [1 / 3, '0.33333333333333'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1e308, '1e+308'],
    [1.5e20, '1.5e+20'],
    [9007199254740991, '9007199254740991'],
    [Number.POSITIVE_INFINITY, '.inf'],
    [Number.NEGATIVE_INFINITY, '-.inf'],
    [Number.NaN, '.nan'],
    [12n, '12'],
    ['', '""'],
    ['build', '"build"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['a\\b', '"a\\\\b"'],
    ['\t\r\x07\x1b\x7f', '"\\t\\r\\a\\027\\127"'],
    ['two\nlines', '"two\nlines"'],
  ])('writes %s as %s', (value, written) => {
    expect(view(value)).toBe(written);
  });

  it('keeps well-formed UTF-8 and escapes stray bytes', () => {
    const bytes = Buffer.from('é€😀').toString('latin1');
    expect(view(`${bytes}\xff\xc3`)).toBe(`"${bytes}\\255\\195"`);
    expect(view(new Uint8Array([0x61, 0xfe]))).toBe('"a\\254"');
  });

  it('takes strings as text when told so', () => {
    expect(view('é😀', { text: true })).toBe('"é😀"');
  });

  it('leaves newlines in longer strings when told so, but not a lone one', () => {
    expect(view('a\nb', { escapeNewlines: true })).toBe('"a\\nb"');
    expect(view('\n', { escapeNewlines: false })).toBe('"\\n"');
  });

  it('prefers keywords when told so, where they are legal', () => {
    expect(view(['push', 'two words', ''], { preferColon: true })).toBe('[:push "two words" ""]');
  });

  it('shows what has no notation as an opaque value', () => {
    expect(view(() => 1)).toBe('#<function>');
    expect(view({ kind: 'function', host: undefined })).toBe('#<function>');
    expect(view({ kind: 'userdata', host: {} })).toBe('#<userdata>');
    expect(view([new Date(0), { kind: 'coroutine' }])).toBe('[#<Date> #<coroutine>]');
  });
});

describe('view of tables', () => {
  it('tells sequences from tables, also when they are empty', () => {
    expect(view([1, 'a', [true]])).toBe('[1 "a" [true]]');
    expect(view({ sh: 1 })).toBe('{:sh 1}');
    expect(view([[], {}, new Map()])).toBe('[[] {} {}]');
    expect(view({}, { emptyAsSequence: true })).toBe('[]');
  });

  it('shows nil inside an array', () => {
    expect(view([1, undefined, 3])).toBe('[1 nil 3]');
  });

  it('orders keys: numbers, booleans, strings, tables', () => {
    const table = new Map<unknown, unknown>([
      [['k'], 6],
      ['b', 4],
      [true, 3],
      ['a b', 5],
      [10, 2],
      [-1.5, 1],
    ]);
    expect(view(table)).toBe('{-1.5 1 10 2 true 3 "a b" 5 :b 4 ["k"] 6}');
  });

  it('writes a Map from 1 to n as a sequence', () => {
    expect(view(new Map([[2, 'b'], [1, 'a']]))).toBe('["a" "b"]'); // biome-ignore format: one line
  });

  it('fills gaps only as far as allowed', () => {
    const sparse = new Map([
      [1, 'a'],
      [4, 'd'],
    ]);
    expect(view(sparse)).toBe('{1 "a" 4 "d"}');
    expect(view(sparse, { maxSparseGap: 3 })).toBe('["a" nil nil "d"]');
    expect(view(sparse, { maxSparseGap: 2 })).toBe('{1 "a" 4 "d"}');
  });

  it('quotes keys that are no keywords', () => {
    expect(view({ 'a.b': 1, '@x': 2, 'é': 3 }, { text: true })).toBe('{"@x" 2 :a.b 1 "é" 3}'); // biome-ignore format: one line
  });

  it('reads tables of the VM through their entries', () => {
    const handle = { kind: 'table', entries: () => new Map<unknown, unknown>([[1, 'x'], ['n', 1]]).entries() }; // biome-ignore format: one line
    expect(view(handle)).toBe('{1 "x" :n 1}');
  });
});

describe('layout', () => {
  it('keeps on one line what fits, to the character', () => {
    // One column for the bracket and nine characters.
    expect(view([100, 200], { lineLength: 10 })).toBe('[100 200]');
    expect(view([100, 200], { lineLength: 9 })).toBe('[100\n 200]');
  });

  it('aligns nested values behind their keys', () => {
    const value = {
      jobs: [
        { id: 'test', exit: 0 },
        { id: 'lint', exit: 1 },
      ],
      ok: false,
    };
    expect(view(value, { lineLength: 24 })).toBe(
      '{:jobs [{:exit 0\n         :id "test"}\n        {:exit 1\n         :id "lint"}]\n :ok false}',
    );
  });

  it('never breaks a line when told so', () => {
    expect(view({ a: ['x'.repeat(100), 'y'] }, { oneLine: true })).not.toContain('\n');
  });

  it('counts characters, not bytes', () => {
    const wide = Buffer.from('é'.repeat(6)).toString('latin1');
    expect(view([wide, 1], { lineLength: 13 })).not.toContain('\n');
    expect(view([wide, 1], { lineLength: 12 })).toContain('\n');
  });

  it('stops at the depth asked for', () => {
    expect(view([[[1]], { a: { b: 1 } }], { depth: 3 })).toBe('[[[...]] {:a {...}}]');
  });
});

describe('cycles', () => {
  it('names a table that contains itself and refers to it', () => {
    const run: Record<string, unknown> = { id: 7 };
    run.parent = run;
    expect(view(run)).toBe('@1{:id 7 :parent @1{...}}');
  });

  it('finds a cycle through several tables and through keys', () => {
    const inner: unknown[] = [1];
    const outer = { inner };
    inner.push(outer);
    expect(view(outer)).toBe('@1{:inner [1 @1{...}]}');
    const keyed = new Map<unknown, unknown>();
    keyed.set(keyed, 'self');
    expect(view(keyed)).toBe('@1{@1{...} "self"}');
  });

  it('indents behind the number of a table', () => {
    const list: unknown[] = ['first'];
    list.push(list);
    expect(view(list, { lineLength: 1 })).toBe('@1["first"\n   @1[...]]');
  });

  it('writes a table that is shared without a cycle each time in full', () => {
    const shared = ['s'];
    expect(view([shared, { again: shared }])).toBe('[["s"] {:again ["s"]}]');
  });

  it('is ended by the depth alone when cycles are not looked for', () => {
    const list: unknown[] = [];
    list.push(list);
    expect(view(list, { detectCycles: false, depth: 4 })).toBe('[[[[...]]]]');
  });

  it('survives nesting far beyond the depth shown', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(view(deep, { oneLine: true })).toContain('[...]');
  });
});

describe('values of the VM', () => {
  it('shows tables, functions, coroutines and cycles as they are in Lua', () => {
    const vm = createVm();
    const lua = `
      local t = {1, "two", {three = 3}, n = 0.5, [true] = false}
      t.self = t
      t.call, t.thread = string.rep, coroutine.create(function() end)
      return t, nil, "\\255\\0"`;
    const values = vm.callSync(vm.load({ lua, chunkName: 'values.lua' }));
    expect(values.map((value) => view(value, { oneLine: true }))).toEqual([
      '@1{1 1 2 "two" 3 {:three 3} true false :call #<function> :n 0.5 :self @1{...} :thread #<coroutine>}',
      'nil',
      '"\\255\\000"',
    ]);
    vm.close();
  });
});

describe('any plain data', () => {
  const data = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.string({ unit: 'binary-ascii' }),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(fc.string({ unit: 'binary-ascii' }), tie('value'), { maxKeys: 5, noNullPrototype: true }),
    ),
  })).value;

  it('gives one form that reads back, however it is laid out', () => {
    fc.assert(
      fc.property(data, fc.integer({ min: 1, max: 100 }), (value, lineLength) => {
        const laidOut = view(value, { lineLength });
        const oneLine = view(value, { oneLine: true });
        expect(read(oneLine, 'view')).toHaveLength(1);
        expect(withoutPositions(read(laidOut, 'view'))).toEqual(withoutPositions(read(oneLine, 'view')));
      }),
    );
  });
});

function withoutPositions(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part) => (key === 'pos' ? undefined : part)));
}
