import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookUpSecret, type SecretDeclaration } from '../../src/secrets/index.js';
import { matchesPattern } from '../../src/secrets/matches-pattern.js';
import { scratchFolder } from '../forge/scratch.js';

const scope = { repo: 'app', ref: 'refs/heads/main' };
const declared = (secret: Partial<SecretDeclaration>) =>
  new Map([['token', { source: { value: 's3cr3t' }, repos: null, refs: null, ...secret }]]);
const lookUp = (secret: Partial<SecretDeclaration>, asking = scope) =>
  lookUpSecret(declared(secret), 'token', asking);

describe('looking up a secret', () => {
  test('gives the value of one that is declared for everybody', async () => {
    expect(await lookUp({})).toEqual({ found: true, value: 's3cr3t' });
  });

  test.each(['other', '', 'toString', '__proto__'])('of the undeclared name %j says so', async (name) => {
    expect(await lookUpSecret(declared({}), name, scope)).toEqual({
      found: false,
      reason: 'undeclared',
      message: `secret ${JSON.stringify(name)} is not declared in config.fnl`,
    });
  });

  test.each([
    [{ repos: ['app'] }, true],
    [{ repos: ['other', 'app'] }, true],
    [{ repos: ['*'] }, true],
    [{ repos: [] }, false],
    [{ repos: ['ap'] }, false],
    [{ repos: ['App'] }, false],
    [{ refs: ['refs/heads/main'] }, true],
    [{ refs: ['refs/heads/*'] }, true],
    [{ refs: ['refs/tags/*'] }, false],
    [{ refs: ['main'] }, false],
    [{ repos: ['app'], refs: ['refs/heads/other'] }, false],
    [{ repos: ['other'], refs: ['refs/heads/main'] }, false],
  ])('of the scope %j is %s for app on main', async (secret, found) => {
    const answer = await lookUp(secret);
    expect(answer.found).toBe(found);
    if (!answer.found) expect(answer.reason).toBe('out-of-scope');
  });

  test('says which side of the scope refused', async () => {
    expect(await lookUp({ repos: ['x'] })).toMatchObject({
      message: 'secret token is not for repository app; see its :repos',
    });
    expect(await lookUp({ refs: ['refs/heads/x'] })).toMatchObject({
      message: 'secret token is not for refs/heads/main; see its :refs',
    });
  });

  test('reads a file at each use and takes one newline off its end', async () => {
    const file = join(scratchFolder(), 'token');
    for (const [content, value] of [
      ['one\n', 'one'],
      ['two\r\n', 'two'],
      ['three\n\n', 'three\n'],
      [' four', ' four'],
      ['fünf\n', 'fünf'],
    ] as const) {
      writeFileSync(file, content);
      expect(await lookUp({ source: { file } })).toEqual({ found: true, value });
    }
  });

  test('of a file that has no usable value says why, and never what is in it', async () => {
    const folder = scratchFolder();
    const file = join(folder, 'token');
    const message = async () => {
      const answer = await lookUp({ source: { file } });
      expect(answer).toMatchObject({ found: false, reason: 'unreadable' });
      return (answer as { message: string }).message.replaceAll(folder, '');
    };
    expect(await message()).toMatch(/^secret token has no value: ENOENT/);
    mkdirSync(file);
    expect(await message()).toBe('secret token has no value: /token is not a regular file');
    rmSync(file, { recursive: true });
    writeFileSync(file, '\n');
    expect(await message()).toBe('secret token has no value: /token is empty');
    writeFileSync(file, Buffer.from([0x73, 0xff, 0xfe]));
    expect(await message()).toBe('secret token has no value: /token is not UTF-8 text; store it as base64');
    writeFileSync(file, Buffer.alloc(1024 * 1024 + 1, 'x'));
    expect(await message()).toBe(
      'secret token has no value: /token has 1048577 bytes; at most 1048576 are allowed',
    );
  });
});

describe('patterns of a scope', () => {
  test('agree with a regular expression', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '/', '.'), { maxLength: 8 }).map((all) => all.join(''));
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '/', '.', '*'), { maxLength: 8 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(pattern, text, (wild, plain) => {
        const expression = new RegExp(
          `^${wild
            .split('*')
            .map((part) => part.replaceAll('.', '\\.'))
            .join('.*')}$`,
          's',
        );
        expect(matchesPattern(wild, plain)).toBe(expression.test(plain));
      }),
      { numRuns: 5000 },
    );
  });

  test('are answered in time, however many stars there are', () => {
    expect(matchesPattern(`${'*a'.repeat(500)}*b`, 'a'.repeat(100_000))).toBe(false);
  });
});
