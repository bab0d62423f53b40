import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FennelError, formatError, print, read } from '../../src/fennel/index.js';
import type { Node } from '../../src/fennel/node.js';
import { arbitraryNode, shapeOf } from './arbitrary-node.js';

const one = (source: string | Uint8Array): Node => {
  const forms = read(source, 'test.fnl');
  expect(forms).toHaveLength(1);
  return forms[0]!;
};
const shape = (source: string) => shapeOf(one(source));
const failure = (source: string): FennelError => {
  try {
    read(source, 'test.fnl');
  } catch (error) {
    if (error instanceof FennelError) return error;
    throw error;
  }
  throw new Error(`${source} was read`);
};

describe('atoms', () => {
  test.each([
    ['foo', ['sym', 'foo']],
    ['a.b.c', ['sym', 'a.b.c']],
    ['a.b:c', ['sym', 'a.b:c']],
    ['nil', ['sym', 'nil']],
    ['..', ['sym', '..']],
    ['?.', ['sym', '?.']],
    ['~=', ['sym', '~=']],
    ['$...', ['sym', '$...']],
    [':', ['sym', ':']],
    ['-', ['sym', '-']],
    ['->', ['sym', '->']],
    ['_0', ['sym', '_0']],
    ['#', ['sym', '#']],
    ['true', ['boolean', true]],
    ['false', ['boolean', false]],
    ['...', ['varg']],
    [':key-word', ['string', 'key-word', true]],
    ['::', ['string', ':', true]],
    [':a.b:c', ['string', 'a.b:c', true]],
    ['λ', ['sym', '\xce\xbb']],
    ['1', ['number', '1']],
    ['-5', ['number', '-5']],
    ['+5', ['number', '5']],
    ['.5', ['number', '.5']],
    ['5.', ['number', '5.']],
    ['1_000_000', ['number', '1000000']],
    ['1e-3', ['number', '1e-3']],
    ['0xFF', ['number', '0xFF']],
    ['0x.8p1', ['number', '0x.8p1']],
    ['9007199254740993', ['number', '9007199254740993']],
    ['.inf', ['number', '.inf']],
    ['-.nan', ['number', '-.nan']],
  ])('%s', (source, expected) => {
    expect(shape(source)).toEqual(expected);
  });
});

describe('strings', () => {
  test.each([
    [String.raw`"a\n\t\\\"\'"`, 'a\n\t\\"\''],
    [String.raw`"\a\b\f\v\r"`, '\x07\b\f\v\r'],
    [String.raw`"\x41\065\10z"`, 'AA\nz'],
    [String.raw`"\u{3bb}\u{7}\u{7fffffff}"`, '\xce\xbb\x07\xfd\xbf\xbf\xbf\xbf\xbf'],
    ['"a\\z  \n  b"', 'ab'],
    ['"a\\\nb"', 'a\nb'],
    ['"a\\\r\nb"', 'a\r\nb'],
    ['"line\nline"', 'line\nline'],
    ['"λ"', '\xce\xbb'],
    ['""', ''],
  ])('%s', (source, value) => {
    expect(shape(source)).toEqual(['string', value, false]);
  });

  test('bytes that are no UTF-8 are kept', () => {
    const node = one(Uint8Array.from([34, 0xff, 0x00, 0x80, 34]));
    expect(shapeOf(node)).toEqual(['string', '\xff\x00\x80', false]);
  });
});

describe('forms', () => {
  test.each([
    [
      '(a [b {c d}])',
      [
        'list',
        ['sym', 'a'],
        [
          'sequence',
          ['sym', 'b'],
          [
            'table',
            [
              ['sym', 'c'],
              ['sym', 'd'],
            ],
          ],
        ],
      ],
    ],
    [
      '{: a}',
      [
        'table',
        [
          ['string', 'a', true],
          ['sym', 'a'],
        ],
      ],
    ],
    [
      '{: 1}',
      [
        'table',
        [
          ['sym', ':'],
          ['number', '1'],
        ],
      ],
    ],
    ["'a", ['list', ['sym', 'quote'], ['sym', 'a']]],
    [
      '`(a ,b)',
      ['list', ['sym', 'quote'], ['list', ['sym', 'a'], ['list', ['sym', 'unquote'], ['sym', 'b']]]],
    ],
    ['##$', ['list', ['sym', 'hashfn'], ['list', ['sym', 'hashfn'], ['sym', '$']]]],
    ['(# t)', ['list', ['sym', '#'], ['sym', 't']]],
    ['#_G', ['list', ['sym', 'hashfn'], ['sym', '_G']]],
    ['#!/usr/bin/env fennel\nx', ['sym', 'x']],
    ['\ufeff#!/usr/bin/env fennel\nx', ['sym', 'x']],
    ['\ufeffx', ['sym', 'x']],
    ['; comment\nx ; more', ['sym', 'x']],
    ['("a""b")', ['list', ['string', 'a', false], ['string', 'b', false]]],
  ])('%s', (source, expected) => {
    expect(shape(source)).toEqual(expected);
  });

  test('positions are 1-based and columns count characters', () => {
    const list = one('\n\n  (λé  foo\n "λ" bar)');
    expect(list.pos).toEqual({ file: 'test.fnl', line: 3, column: 3, endLine: 4, endColumn: 10 });
    const [, foo, , bar] = (list as Extract<Node, { kind: 'list' }>).items;
    expect(foo?.pos).toMatchObject({ line: 3, column: 8, endColumn: 11 });
    expect(bar?.pos).toMatchObject({ line: 4, column: 6, endColumn: 9 });
  });

  test('a string over several lines moves the line on', () => {
    const [, after] = read('"a\n\\\nb" x', 'test.fnl');
    expect(after?.pos).toMatchObject({ line: 3, column: 4 });
  });
});

describe('errors', () => {
  test.each([
    ['\n\n(+))', 'unexpected-closer', 'unexpected closing delimiter )', 3, 4],
    ['(fn \n[})', 'mismatched-closer', 'mismatched closing delimiter }, expected ]', 2, 2],
    ['(do\n\n', 'missing-closer', 'expected closing delimiter )', 3, 1],
    ['(f [', 'missing-closer', 'expected closing delimiters )]', 1, 5],
    ['(f "abc', 'missing-closer', 'expected closing delimiters )"', 1, 8],
    ["'", 'whitespace-after-prefix', "invalid whitespace after quoting prefix '", 1, 1],
    ['(x `)', 'whitespace-after-prefix', 'invalid whitespace after quoting prefix `', 1, 4],
    ["';c\n", 'missing-closer', "expected a form after prefix '", 2, 1],
    ['(x(y))', 'missing-whitespace', 'expected whitespace before opening delimiter (', 1, 3],
    ['(x[1 2])', 'missing-whitespace', 'expected whitespace before opening delimiter [', 1, 3],
    ['{:a 1 :b}', 'odd-table', 'expected even number of values in table literal', 1, 9],
    ['(foo:)', 'malformed-multisym', 'malformed multisym: foo:', 1, 5],
    ['t.:x', 'malformed-multisym', 'malformed multisym: t.:x', 1, 2],
    ['x:y:foo', 'method-not-last', 'method must be last component of multisym: x:y:foo', 1, 2],
    ['(local a~b 3)', 'invalid-character', 'invalid character: ~', 1, 9],
    ['(print @)', 'invalid-character', 'invalid character: @', 1, 8],
    ['\x00', 'invalid-character', 'invalid character: \\x00', 1, 1],
    ['12a', 'bad-number', 'could not read number "12a"', 1, 1],
    ['0x', 'bad-number', 'could not read number "0x"', 1, 1],
    [String.raw`"\!"`, 'invalid-string', String.raw`invalid escape sequence \!`, 1, 1],
    [String.raw`"\256"`, 'invalid-string', String.raw`invalid decimal escape \256`, 1, 1],
    [String.raw`"\xZ0"`, 'invalid-string', String.raw`invalid escape sequence \x`, 1, 1],
    [
      String.raw`"\u{80000000}"`,
      'invalid-string',
      String.raw`code point too large in escape \u{80000000}`,
      1,
      1,
    ],
  ])('%s', (source, code, message, line, column) => {
    const error = failure(source);
    expect(error).toMatchObject({ code, message, line, column, file: 'test.fnl' });
    expect(error.hint).toBeTruthy();
  });

  test('several problems are found in one reading', () => {
    const error = failure('(a~b)\n{:x}\n(foo])\n(bar');
    expect(error.errors.map((each) => [each.code, each.line])).toEqual([
      ['invalid-character', 1],
      ['odd-table', 2],
      ['mismatched-closer', 3],
      ['unexpected-closer', 3],
      ['missing-closer', 4],
    ]);
  });

  test('at most twenty problems are listed', () => {
    expect(failure('@ '.repeat(1000)).errors).toHaveLength(20);
  });

  test('nesting beyond 200 levels is an error, 200 levels are not', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(read(nested(200), 'test.fnl')).toHaveLength(1);
    expect(failure(nested(201))).toMatchObject({ code: 'nesting-too-deep', column: 201 });
    expect(failure("'".repeat(100_000))).toMatchObject({ code: 'nesting-too-deep' });
  });

  test('the formatted error quotes the line with a mark under the column', () => {
    expect(formatError(failure('(let [x 1]\n\t(λ é@))'))).toBe(
      [
        'test.fnl:2:6: invalid character: @',
        '\t(λ é@))',
        '\t    ^',
        'hint: delete @: it is reserved, and only allowed inside strings and comments',
      ].join('\n'),
    );
  });
});

describe('properties', () => {
  test('reader after printer is the identity', () => {
    fc.assert(
      fc.property(arbitraryNode, (node) => {
        const printed = Buffer.from(print(node), 'latin1');
        expect(shapeOf(one(printed))).toEqual(shapeOf(node));
      }),
      { numRuns: 2000 },
    );
  });

  test('any bytes give forms or a FennelError', () => {
    const soup = fc
      .array(
        fc.constantFrom(
          '(',
          ')',
          '[',
          ']',
          '{',
          '}',
          '"',
          '\\',
          '#',
          "'",
          '`',
          ',',
          ';',
          '\n',
          ' ',
          ':',
          '.',
          '~',
          'a',
          '1',
          '\xff',
        ),
        { maxLength: 200 },
      )
      .map((parts) => Buffer.from(parts.join(''), 'latin1'));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), soup), (bytes) => {
        try {
          for (const form of read(bytes, 'test.fnl')) print(form);
        } catch (error) {
          expect(error).toBeInstanceOf(FennelError);
          formatError(error as FennelError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
