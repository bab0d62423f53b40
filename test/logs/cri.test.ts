import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CriDecoder,
  CriEncoder,
  formatCriTime,
  type LogStream,
  MalformedLogError,
  parseCriLine,
  parseCriTime,
  rebuildFromLog,
} from '../../src/logs/index.js';

const noon = 1_795_348_800_123_456_789n;

describe('the form of a log', () => {
  it('is pinned', () => {
    const encoder = new CriEncoder(16);
    encoder.push('stdout', Buffer.from('first\n\nsecond, which is longer\npart'), noon);
    encoder.push('stderr', Buffer.from('warning\n'), noon + 1n);
    encoder.push('stdout', Buffer.from('ial\n'), noon + 2n);
    expect(encoder.take().toString()).toBe(
      [
        '2026-11-22T12:00:00.123456789Z stdout F first',
        '2026-11-22T12:00:00.123456789Z stdout F ',
        '2026-11-22T12:00:00.123456789Z stdout P second, which is',
        '2026-11-22T12:00:00.123456789Z stdout F  longer',
        '2026-11-22T12:00:00.123456789Z stdout P part',
        '2026-11-22T12:00:00.123456790Z stderr F warning',
        '2026-11-22T12:00:00.123456791Z stdout F ial',
        '',
      ].join('\n'),
    );
  });

  it('times survive the way there and back to the nanosecond', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 4_102_444_799_999_999_999n }), (atNs) => {
        expect(parseCriTime(formatCriTime(atNs))).toBe(atNs);
      }),
    );
  });
});

describe('CriEncoder', () => {
  it('joins a line that two reads split', () => {
    const encoder = new CriEncoder(1000);
    encoder.push('stdout', Buffer.from('one li'), noon);
    expect(encoder.size).toBe(0);
    expect(encoder.holding).toBe(true);
    encoder.push('stdout', Buffer.from('ne\n'), noon + 5n);
    expect(encoder.take().toString()).toBe('2026-11-22T12:00:00.123456794Z stdout F one line\n');
    expect(encoder.holding).toBe(false);
  });

  it('lets go of an unfinished line when told to', () => {
    const encoder = new CriEncoder(1000);
    encoder.push('stderr', Buffer.from('password? '), noon);
    encoder.flush();
    encoder.flush();
    expect(encoder.take().toString()).toBe('2026-11-22T12:00:00.123456789Z stderr P password? \n');
  });

  it('writes a line of exactly the longest size as one full line', () => {
    const encoder = new CriEncoder(4);
    encoder.push('stdout', Buffer.from('abcd\n'), noon);
    encoder.push('stdout', Buffer.from('abcd'), noon);
    encoder.push('stdout', Buffer.from('\n'), noon);
    expect(
      encoder
        .take()
        .toString()
        .match(/F abcd\n/g),
    ).toHaveLength(2);
  });

  it('reuses the buffer it is given', () => {
    const encoder = new CriEncoder(100);
    const spare = Buffer.alloc(1000);
    encoder.push('stdout', Buffer.from('a\n'), noon);
    const first = encoder.take(spare);
    encoder.push('stdout', Buffer.from('b\n'), noon);
    expect(encoder.take().buffer).toBe(spare.buffer);
    expect(first.toString()).toContain('F a\n');
  });

  it('loses and adds no byte, whatever the bytes, the reads and the line limit', () => {
    const read = fc.record({
      stream: fc.constantFrom<LogStream>('stdout', 'stderr'),
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\0', 'é'), maxLength: 40 }),
      ),
      flush: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(read), fc.integer({ min: 1, max: 50 }), (reads, maxLineBytes) => {
        const encoder = new CriEncoder(maxLineBytes);
        const written: Record<LogStream, Buffer[]> = { stdout: [], stderr: [] };
        const log: Buffer[] = [];
        reads.forEach(({ stream, bytes, flush }, i) => {
          const chunk = Buffer.from(bytes);
          written[stream].push(chunk);
          encoder.push(stream, chunk, noon + BigInt(i));
          if (!flush) return;
          encoder.flush();
          log.push(encoder.take());
        });
        encoder.flush();
        log.push(encoder.take());
        const bytes = Buffer.concat(log);
        for (const stream of ['stdout', 'stderr'] as const) {
          expect(rebuildFromLog(bytes, stream).equals(Buffer.concat(written[stream]))).toBe(true);
        }
        for (const line of new CriDecoder().push(bytes)) {
          expect(line.text.length).toBeLessThanOrEqual(maxLineBytes);
        }
      }),
    );
  });

  it('keeps the streams in the order they were read', () => {
    const encoder = new CriEncoder(100);
    const words = ['a', 'b\n', 'c\nd', 'e', 'f\n'];
    words.forEach((word, i) => {
      encoder.push(i % 2 === 0 ? 'stdout' : 'stderr', Buffer.from(word), noon + BigInt(i));
    });
    encoder.flush();
    expect(rebuildFromLog(encoder.take()).toString()).toBe(words.join(''));
  });
});

describe('CriDecoder', () => {
  const log = Buffer.from(
    '2026-11-22T12:00:00.000000001Z stdout F one\n2026-11-22T12:00:00.000000002Z stderr P \xff\n',
    'latin1',
  );

  it('takes lines apart', () => {
    expect(new CriDecoder().push(log)).toEqual([
      {
        time: '2026-11-22T12:00:00.000000001Z',
        stream: 'stdout',
        partial: false,
        text: Buffer.from('one'),
      },
      {
        time: '2026-11-22T12:00:00.000000002Z',
        stream: 'stderr',
        partial: true,
        text: Buffer.from([0xff]),
      },
    ]);
  });

  it('gives the same lines wherever the reads are cut', () => {
    const whole = new CriDecoder().push(log);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: log.length }), (cut) => {
        const decoder = new CriDecoder();
        expect([...decoder.push(log.subarray(0, cut)), ...decoder.push(log.subarray(cut))]).toEqual(whole);
        expect(decoder.unfinishedBytes).toBe(0);
      }),
    );
  });

  it('keeps back a last line without its newline', () => {
    const decoder = new CriDecoder();
    expect(decoder.push(log.subarray(0, 60))).toHaveLength(1);
    expect(decoder.unfinishedBytes).toBe(16);
  });

  it('says where a log stops being one', () => {
    const read = () => new CriDecoder(1000).push(Buffer.concat([log, Buffer.from('no log line\n')]));
    expect(read).toThrow(MalformedLogError);
    expect(read).toThrow(expect.objectContaining({ code: 'malformed-log', offset: 1000 + log.length }));
  });

  it.each([
    ['no time', 'stdout F x'],
    ['another stream', '2026-11-22T12:00:00.000000001Z stdin F x'],
    ['another flag', '2026-11-22T12:00:00.000000001Z stdout X x'],
    ['too few digits', '2026-11-22T12:00:00.001Z stdout F x'],
    ['nothing', ''],
  ])('refuses a line with %s', (_what, line) => {
    expect(parseCriLine(Buffer.from(line))).toBeUndefined();
  });
});
