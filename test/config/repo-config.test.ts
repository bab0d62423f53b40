import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseRepoConfig } from '../../src/config/index.js';

const parse = (source: string | Uint8Array) => parseRepoConfig(source, '.quire/config.fnl');

describe("a repository's configuration", () => {
  test('is open by default', () => {
    for (const source of ['', '{}'])
      expect(parse(source)).toEqual({ config: { private: false, publicRuns: false }, warnings: [] });
  });

  test('may make the repository private and its runs public', () => {
    expect(parse('{:private true :public-runs true}').config).toEqual({ private: true, publicRuns: true });
  });

  test('warns of unknown keys', () => {
    expect(parse('{:public-run true}').warnings).toEqual([
      {
        file: '.quire/config.fnl',
        line: 1,
        column: 2,
        message: 'unknown key :public-run is ignored; did you mean :public-runs?',
      },
    ]);
  });

  test('of a wrong type is refused: what was meant to be private must not become public', () => {
    expect(() => parse('{:private "yes"}')).toThrow(
      '.quire/config.fnl:1:11: :private: expected true or false, found the string "yes"',
    );
  });

  test('of a hostile size is answered in time, with a bounded number of findings', () => {
    const keys = Array.from({ length: 50_000 }, (_, i) => `:key-${i} x`).join('\n');
    for (const source of [
      `{${keys}}`,
      `{:private [${'x '.repeat(200_000)}]}`,
      `{${keys.replaceAll(' x', ' 1')}}`,
    ]) {
      const findings = (() => {
        try {
          return parse(source).warnings.length;
        } catch (error) {
          return (error as ConfigError).problems.length;
        }
      })();
      expect(findings).toBeGreaterThan(0);
      expect(findings).toBeLessThanOrEqual(200);
    }
  });

  test('of any bytes at all is read or refused with a ConfigError', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      ':private',
      'true',
      'nil',
      ' ',
      '"',
      '1',
      '.',
      '\\',
      ';',
      '\n',
      '#',
      '`',
    );
    const source = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(pieces, { maxLength: 20 }).map((all) => Buffer.from(all.join(''))),
    );
    fc.assert(
      fc.property(source, (bytes) => {
        try {
          const { config } = parse(bytes);
          expect([typeof config.private, typeof config.publicRuns]).toEqual(['boolean', 'boolean']);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          expect((error as ConfigError).problems.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
