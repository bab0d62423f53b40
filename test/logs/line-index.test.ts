import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineIndex } from '../../src/logs/index.js';

describe('LineIndex', () => {
  it('leads to every line, whatever the reads and the stride', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 30 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        (chunks, stride) => {
          const index = new LineIndex(stride);
          for (const chunk of chunks) index.push(Buffer.from(chunk));
          const text = chunks.join('');
          const lines = text.split('\n');
          expect(index.lines).toBe(lines.length - 1);
          expect(index.bytes).toBe(text.length);
          for (let line = 0; line < index.lines; line += 1) {
            const place = index.locate(line);
            expect(line - place.line).toBeGreaterThanOrEqual(0);
            expect(line - place.line).toBeLessThan(stride);
            expect(text.slice(place.offset).split('\n')[line - place.line]).toBe(lines[line]);
            const { end } = index.locate(line, 3);
            const wanted = lines.slice(0, -1).slice(line, line + 3);
            expect(
              text
                .slice(place.offset, end)
                .split('\n')
                .slice(line - place.line),
            ).toEqual(expect.arrayContaining(wanted));
            expect(text.slice(0, end).split('\n').length - 1).toBeLessThan(line + 3 + stride);
          }
        },
      ),
    );
  });

  it('answers the last known place for a line beyond the end', () => {
    const index = new LineIndex(2);
    index.push(Buffer.from('a\nb\nc\n'));
    expect(index.locate(99)).toEqual({ offset: 4, line: 2, end: 6 });
    expect(index.locate(-1)).toEqual({ offset: 0, line: 0, end: 4 });
  });
});
