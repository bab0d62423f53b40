import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/secrets/index.js';

const secret = 'pä55 "wörd"/+\\';

describe('a redactor', () => {
  test('hides a value in text, bytes and JSON', () => {
    const redactor = createRedactor([secret]);
    expect(redactor.redactString(`a ${secret} b`)).toBe('a *** b');
    expect(redactor.redactBytes(Buffer.from(`a ${secret} b`)).toString()).toBe('a *** b');
    expect(redactor.redactJson({ cmd: ['x', { [secret]: secret }], n: 1, nil: null, yes: true })).toEqual({
      cmd: ['x', { '***': '***' }],
      n: 1,
      nil: null,
      yes: true,
    });
  });

  test('leaves a JSON value itself alone', () => {
    const value = { a: [secret] };
    createRedactor([secret]).redactJson(value);
    expect(value).toEqual({ a: [secret] });
  });

  test('hides a number that shows a secret', () => {
    expect(createRedactor(['123456']).redactJson({ a: 123456, b: 9912345699, c: 12345, d: -0.5 })).toEqual({
      a: '***',
      b: '***',
      c: 12345,
      d: -0.5,
    });
  });

  test('keeps keys that objects treat apart', () => {
    const value = JSON.parse('{"__proto__": {"a": "hunter22"}}');
    expect(JSON.stringify(createRedactor(['hunter22']).redactJson(value))).toBe('{"__proto__":{"a":"***"}}');
  });

  test('hides what JSON and web addresses make of a value', () => {
    const { redactString } = createRedactor([secret]);
    expect(redactString(JSON.stringify({ secret }))).toBe('{"secret":"***"}');
    expect(redactString(`https://x/?q=${encodeURIComponent(secret)}&b=1`)).toBe('https://x/?q=***&b=1');
  });

  test('hides each line of a value with several, and the whole of it', () => {
    const { redactString } = createRedactor(['-----BEGIN KEY-----\n  first line\r\nabc\nlast line\n']);
    expect(redactString('-----BEGIN KEY-----\n')).toBe('***\n');
    expect(redactString('> first line <')).toBe('> *** <');
    expect(redactString('abc')).toBe('abc');
    expect(redactString('-----BEGIN KEY-----\n  first line\r\nabc\nlast line\n')).toBe('***');
  });

  test('does not hide a value below four bytes, in any form', () => {
    const { redactString, redactJson } = createRedactor(['abc', '', 'é']);
    expect(redactString('abc YWJj é')).toBe('abc YWJj é');
    expect(redactJson({ abc: 1 })).toEqual({ abc: 1 });
    expect(createRedactor(['abcd']).redactString('abcde')).toBe('***e');
  });

  test('hides a value that is added while a stream is open', () => {
    const redactor = createRedactor();
    const stream = redactor.stream();
    expect(stream.push(Buffer.from('hunter22 hunt')).toString()).toBe('hunter22 hunt');
    redactor.add('hunter22');
    expect(stream.push(Buffer.from('er22 hunter22 hun')).toString()).toBe('er22 *** ');
    redactor.add('hunting');
    expect(stream.push(Buffer.from('ting')).toString()).toBe('***');
  });

  test('gives text without a secret back as the same text', () => {
    const odd = 'lone \ud800 surrogate';
    expect(createRedactor(['hunter22']).redactString(odd)).toBe(odd);
  });
});

describe('base64 of a secret', () => {
  const value = 'correct horse battery staple!?';
  const { redactString, redactBytes } = createRedactor([value]);
  const shown = (text: string) => redactString(Buffer.from(text).toString('base64'));
  /** Four bytes in a row of the value, shifted to each place, would betray it. */
  const betrays = (base64: string) => {
    const decoded = [0, 1, 2, 3].map((at) =>
      Buffer.from(base64.replaceAll('***', '').slice(at), 'base64').toString('latin1'),
    );
    return decoded.some((text) =>
      Array.from(value).some((_, i) => i + 4 <= value.length && text.includes(value.slice(i, i + 4))),
    );
  };

  test('is hidden whole, padding and all', () => {
    for (const length of [28, 29, 30]) {
      const part = value.slice(0, length);
      const hide = createRedactor([part]).redactString;
      expect(hide(`> ${Buffer.from(part).toString('base64')} <`)).toBe('> *** <');
      expect(hide(`> ${Buffer.from(part).toString('base64url')} <`)).toBe('> *** <');
    }
  });

  test('is hidden inside something longer, at any place', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (before, after) => {
        const text = shown(before + value + after);
        expect(text).toContain('***');
        expect(betrays(text)).toBe(false);
      }),
    );
  });

  test('is hidden in the address-safe alphabet too', () => {
    const sharp = '>>>???>>>???~~~';
    expect(Buffer.from(sharp).toString('base64')).toMatch(/[+/]/);
    expect(createRedactor([sharp]).redactString(Buffer.from(sharp).toString('base64url'))).toBe('***');
  });

  test('is hidden as base64(1) wraps it', () => {
    const key = Array.from({ length: 40 }, (_, i) => `line ${i} of a long key`).join('\n');
    const printed = execFileSync('base64', { input: key });
    expect(printed.includes('\n', 100)).toBe(true);
    expect(createRedactor([key]).redactBytes(printed).toString().replaceAll('\n', '')).toMatch(/^(\*\*\*)+$/);
    expect(redactBytes(execFileSync('base64', { input: `${value}\n` })).toString()).toMatch(
      /^\*\*\*.{0,4}\n$/,
    );
  });
});

test('text streamed in any pieces is redacted like the whole of it', () => {
  const secrets = fc.array(
    fc.oneof(
      fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
      fc.constantFrom('multi\nline\nvalue', 'aaaa', 'abab', secret),
    ),
    {
      maxLength: 4,
    },
  );
  const parts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 3 })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(secrets, parts, fc.array(fc.nat(40), { maxLength: 20 }), (values, mixed, cuts) => {
      const redactor = createRedactor(values);
      const text = Buffer.from(
        mixed.map((part) => (typeof part === 'string' ? part : (values[part] ?? ''))).join(''),
      );
      const stream = redactor.stream();
      const out: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) {
        out.push(stream.push(text.subarray(at, at + cut)));
        at = Math.min(text.length, at + cut);
      }
      out.push(stream.push(text.subarray(at)), stream.flush());
      const joined = Buffer.concat(out).toString('latin1');
      expect(joined).toBe(redactor.redactBytes(text).toString('latin1'));
      expect(joined).toBe(Buffer.from(redactor.redactString(text.toString())).toString('latin1'));
      for (const value of values)
        if (Buffer.byteLength(value) >= 4 && !'***'.repeat(4).includes(value)) {
          expect(redactor.redactString(`${value}`)).not.toContain(value);
        }
    }),
    { numRuns: 2000 },
  );
});
