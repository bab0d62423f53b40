import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes } from '../../src/cli/byte-size.js';
import { formatAge, formatDuration, formatSpan } from '../../src/cli/duration.js';
import { printable, printableOutput } from '../../src/cli/printable.js';
import { createStyle, wantsColour } from '../../src/cli/style.js';
import { type Column, layoutTable } from '../../src/cli/table.js';
import { pad, textWidth, truncate } from '../../src/cli/text-width.js';

describe('durations', () => {
  it.each([
    [0, '0ms'],
    [-5, '0ms'],
    [999, '999ms'],
    [1000, '1.0s'],
    [59_949, '59.9s'],
    [59_960, '1m 00s'],
    [245_000, '4m 05s'],
    [3_599_600, '1h 00m'],
    [7_380_000, '2h 03m'],
    [86_399_000, '23h 59m'],
    [86_400_000 * 3 + 3_600_000 * 4, '3d 04h'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('counts up to now while the end is not known, and is empty before the start', () => {
    expect(formatSpan(null, null, 9000)).toBe('');
    expect(formatSpan(1000, null, 3500)).toBe('2.5s');
    expect(formatSpan(1000, 2000, 3500)).toBe('1.0s');
  });

  it('tells ages up to a week, then the date', () => {
    const now = Date.UTC(2026, 10, 22, 12);
    expect(formatAge(now - 500, now)).toBe('now');
    expect(formatAge(now - 90_000, now)).toBe('1m ago');
    expect(formatAge(now - 6 * 86_400_000, now)).toBe('6d ago');
    expect(formatAge(now - 30 * 86_400_000, now)).toMatch(/^2026-10-2\d$/);
  });

  it('shows sizes with their unit', () => {
    expect([0, 812, 4300, 209_715_200].map(formatBytes)).toEqual(['0 B', '812 B', '4.2 KiB', '200 MiB']);
  });
});

describe('text on a terminal', () => {
  it('shows control characters instead of obeying them', () => {
    expect(printable('a\x1b[2Jb\x07\nc\td')).toBe('a\\x1b[2Jb\\x07⏎c d');
    expect(printable('\u202egnp.exe')).toBe('\\u{202e}gnp.exe');
    expect(printable('Grüße 你好 👋')).toBe('Grüße 你好 👋');
  });

  it('keeps the colours of output when wanted, and nothing else of its escape sequences', () => {
    const line = Buffer.from('\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b[2Jtext\x1b[1A');
    expect(printableOutput(line, true)).toBe('\x1b[31mred\x1b[0m text\x1b[0m');
    expect(printableOutput(line, false)).toBe('red text');
  });

  it('shows the last state of a line that overwrote itself', () => {
    expect(printableOutput(Buffer.from('10%\r50%\r100%\r'), false)).toBe('100%');
  });

  it('never lets a control character through, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, colours) => {
        const shown = printableOutput(Buffer.from(bytes), colours);
        expect(shown.replace(/\x1b\[[0-9;:]*m/g, '')).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/);
        if (!colours) expect(shown).not.toContain('\x1b');
      }),
    );
  });

  it('counts columns, not characters', () => {
    expect(textWidth('abc')).toBe(3);
    expect(textWidth('你好')).toBe(4);
    expect(textWidth('👋')).toBe(2);
    expect(textWidth('e\u0301')).toBe(1);
    expect(textWidth('\x1b[31mred\x1b[39m')).toBe(3);
    expect(pad('你', 4)).toBe('你  ');
    expect(pad('7', 3, 'right')).toBe('  7');
  });

  it('cuts to a width and never beyond, with colours closed', () => {
    expect(truncate('abcdef', 4)).toBe('abc…');
    expect(truncate('abcdef', 6)).toBe('abcdef');
    expect(truncate('你好吗', 4)).toBe('你…');
    expect(truncate('\x1b[31mabcdef\x1b[39m', 4)).toBe('\x1b[31mabc…\x1b[0m');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        expect(textWidth(truncate(text, width))).toBeLessThanOrEqual(Math.max(width, 0));
      }),
    );
  });
});

describe('colours', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
  ])('with %j on a terminal (%s): %s', (env, isTerminal, expected) => {
    expect(wantsColour(env, isTerminal)).toBe(expected);
  });

  it('leaves text alone where they are not wanted', () => {
    expect(createStyle(false).red('x')).toBe('x');
    expect(createStyle(true).red('x')).toBe('\x1b[31mx\x1b[39m');
  });
});

describe('tables', () => {
  interface Row {
    readonly name: string;
    readonly text: string;
    readonly count: number;
  }
  const columns: readonly Column<Row>[] = [
    { title: 'NAME', cell: ({ name }) => name },
    { title: 'TEXT', cell: ({ text }) => text, minWidth: 5 },
    { title: 'N', align: 'right', cell: ({ count }) => String(count), dropOrder: 1 },
  ];
  const rows: readonly Row[] = [
    { name: 'a', text: 'a rather long text', count: 7 },
    { name: 'bcd', text: 'short', count: 120 },
  ];

  it('makes columns as wide as their content', () => {
    expect(layoutTable(columns, rows)).toEqual([
      'NAME  TEXT                  N',
      'a     a rather long text    7',
      'bcd   short               120',
    ]);
  });

  it('cuts the columns that may be cut, then leaves out the least important ones', () => {
    expect(layoutTable(columns, rows, { width: 20 })).toEqual([
      'NAME  TEXT         N',
      'a     a rather…    7',
      'bcd   short      120',
    ]);
    expect(layoutTable(columns, rows, { width: 13 })).toEqual(['NAME  TEXT', 'a     a rath…', 'bcd   short']);
  });

  it('is never wider than the terminal, unless its last columns are', () => {
    const cell = fc.record({
      name: fc.constant('x'),
      text: fc.string({ unit: 'grapheme', maxLength: 50 }).map(printable),
      count: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(cell), fc.integer({ min: 12, max: 90 }), (found, width) => {
        for (const line of layoutTable(columns, found, { width })) {
          expect(textWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
    );
  });
});
