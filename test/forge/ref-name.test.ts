import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isValidRefName } from '../../src/forge/index.js';

const gitAccepts = (name: string) => spawnSync('git', ['check-ref-format', name]).status === 0;

describe('ref names', () => {
  test.each([
    'refs/heads/main',
    'refs/heads/"quoted"\'s',
    'refs/heads/naïve/日本語/💥',
    'refs/heads/$(reboot);`x`&|<>',
    'refs/heads/-dash',
    'refs/heads/@',
    'refs/heads/a.lock.b',
    'refs/heads/a./b',
    'refs/heads/{}',
    'refs/heads/\u0085',
    'a/b',
  ])('accepts %s, as git does', (name) => {
    expect(isValidRefName(name)).toBe(true);
    expect(gitAccepts(name)).toBe(true);
  });

  test.each([
    'main',
    '@',
    '',
    '/',
    'refs/heads/',
    '/refs/heads/a',
    'refs//heads',
    'refs/heads/a b',
    'refs/heads/a\tb',
    'refs/heads/a\nb',
    'refs/heads/a\x7f',
    'refs/heads/..',
    'refs/heads/a..b',
    'refs/heads/.a',
    'refs/.heads/a',
    'refs/heads/a.',
    'refs/heads/a.lock',
    'refs/a.lock/b',
    'refs/heads/a@{1}',
    'refs/heads/a~1',
    'refs/heads/a^',
    'refs/heads/a:b',
    'refs/heads/a?',
    'refs/heads/a*',
    'refs/heads/a[b]',
    'refs/heads/a\\b',
  ])('refuses %j, as git does', (name) => {
    expect(isValidRefName(name)).toBe(false);
    expect(gitAccepts(name)).toBe(false);
  });

  test('a NUL is refused', () => expect(isValidRefName('refs/heads/a\0b')).toBe(false));

  test('agrees with git check-ref-format on any text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'refs',
        'heads',
        '.lock',
        '.',
        '..',
        '@',
        '{',
        '@{',
        '/',
        '//',
        '\\',
        '*',
        '"',
        "'",
        ' ',
        '~',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ maxLength: 4 }),
    );
    const name = fc
      .array(piece, { maxLength: 8 })
      .map((pieces) => pieces.join(''))
      // An argument can hold no NUL, and one that begins with a dash is read as an option.
      .filter((text) => !text.includes('\0') && !text.startsWith('-'));
    fc.assert(
      fc.property(
        fc.oneof(
          name,
          name.map((text) => `refs/heads/${text}`),
        ),
        (text) => {
          expect(isValidRefName(text)).toBe(gitAccepts(text));
        },
      ),
      { numRuns: 600 },
    );
  });

  test('agrees with git about every character by itself', () => {
    for (let code = 1; code < 0x180; code += 1) {
      const name = `refs/heads/a${String.fromCodePoint(code)}b`;
      expect([code, isValidRefName(name)]).toEqual([code, gitAccepts(name)]);
    }
  });

  test('the git compared with is a real one', () => {
    expect(execFileSync('git', ['--version'], { encoding: 'utf8' })).toMatch(/^git version/);
  });
});
