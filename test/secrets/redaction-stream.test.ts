import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PatternSet } from '../../src/secrets/pattern-set.js';
import { RedactionStream } from '../../src/secrets/redaction-stream.js';

/** What is meant, said in the plainest way: overlapping occurrences are one, each one becomes a mark. */
function plainly(text: Buffer, patterns: readonly Buffer[]): string {
  const ends = Array.from(text, (_, start) =>
    Math.max(
      0,
      ...patterns
        .filter((p) => text.subarray(start, start + p.length).equals(p))
        .map((p) => start + p.length),
    ),
  );
  let out = '';
  let coveredTo = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (ends[at]! > 0 && at >= coveredTo) out += '***';
    coveredTo = Math.max(coveredTo, ends[at]!);
    if (at >= coveredTo) out += String.fromCharCode(text[at]!);
  }
  return out;
}

function streamed(pieces: readonly Buffer[], patterns: readonly Buffer[]): string {
  const set = new PatternSet(patterns);
  const stream = new RedactionStream(() => set);
  return [...pieces.map((piece) => stream.push(piece)), stream.flush()]
    .map((bytes) => bytes.toString('latin1'))
    .join('');
}

/** Few letters, so that occurrences, near misses and overlaps are everywhere. */
const letters = (minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(97, 98, 10), { minLength, maxLength }).map((bytes) => Buffer.from(bytes));

const patterns = fc.array(fc.oneof(letters(2, 4), letters(4, 12)), { maxLength: 5 });

describe('a redaction stream', () => {
  test('gives the same whatever the pieces, and the same as the plain definition', () => {
    fc.assert(
      fc.property(patterns, fc.array(letters(0, 30), { maxLength: 8 }), (secrets, pieces) => {
        expect(streamed(pieces, secrets)).toBe(plainly(Buffer.concat(pieces), secrets));
      }),
      { numRuns: 20_000 },
    );
  });

  test('agrees byte by byte with one piece, for any bytes', () => {
    const bytes = (maxLength: number, minLength = 0) =>
      fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes(50, 2), bytes(50), bytes(50), (secret, before, after) => {
        const text = Buffer.concat([before, secret, after, secret.subarray(0, -1)]);
        const single = Array.from(text, (_, at) => text.subarray(at, at + 1));
        expect(streamed(single, [secret])).toBe(plainly(text, [secret]));
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps back less than the longest secret', () => {
    fc.assert(
      fc.property(patterns, fc.array(letters(1, 30), { maxLength: 8 }), (secrets, pieces) => {
        const text = Buffer.concat(pieces);
        fc.pre(plainly(text, secrets) === text.toString('latin1'));
        const set = new PatternSet(secrets);
        const stream = new RedactionStream(() => set);
        let held = 0;
        for (const piece of pieces) {
          held += piece.length - stream.push(piece).length;
          expect(held).toBeGreaterThanOrEqual(0);
          expect(held).toBeLessThan(Math.max(1, ...secrets.map((secret) => secret.length)));
        }
        expect(stream.flush()).toHaveLength(held);
      }),
      { numRuns: 2000 },
    );
  });

  test('passes a line on at once when it cannot be the beginning of a secret', () => {
    const set = new PatternSet([Buffer.from('hunter2')]);
    const stream = new RedactionStream(() => set);
    const line = Buffer.from('all is well\n');
    expect(stream.push(line)).toBe(line);
    expect(stream.push(Buffer.from('password: hun')).toString()).toBe('password: ');
    expect(stream.push(Buffer.from('ter')).toString()).toBe('');
    expect(stream.push(Buffer.from('2\n')).toString()).toBe('***\n');
    expect(stream.push(Buffer.from('hun')).toString()).toBe('');
    expect(stream.flush().toString()).toBe('hun');
    expect(stream.flush().toString()).toBe('');
  });

  test('leaves no end of a second secret that overlaps the first', () => {
    expect(streamed([Buffer.from('xabcdefx')], [Buffer.from('abcd'), Buffer.from('cdef')])).toBe('x***x');
    expect(
      streamed([Buffer.from('xabc'), Buffer.from('defx')], [Buffer.from('abcd'), Buffer.from('cdef')]),
    ).toBe('x***x');
    expect(streamed([Buffer.from('aaaaaaaa')], [Buffer.from('aaa')])).toBe('***');
    expect(streamed([Buffer.from('abcabc')], [Buffer.from('abc')])).toBe('******');
  });

  test('holds a bounded number of bytes however long an overlapping row is', () => {
    const set = new PatternSet([Buffer.from('aaaa')]);
    const stream = new RedactionStream(() => set);
    const marks = Array.from({ length: 1000 }, () => stream.push(Buffer.alloc(1000, 'a')).toString()).join(
      '',
    );
    expect(marks + stream.push(Buffer.from('b')).toString()).toBe('***b');
  });

  test('without secrets hands every piece on as it is', () => {
    const set = new PatternSet([]);
    const stream = new RedactionStream(() => set);
    const piece = Buffer.from('anything');
    expect(stream.push(piece)).toBe(piece);
    expect(stream.flush()).toHaveLength(0);
  });

  test('finds patterns longer than any window', () => {
    const long = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 7919) % 251));
    const text = Buffer.concat([Buffer.from('before'), long, Buffer.from('after')]);
    expect(streamed([text.subarray(0, 500), text.subarray(500)], [long])).toBe('before***after');
  });
});
