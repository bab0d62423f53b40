import fc from 'fast-check';
import { sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkRepoName, InvalidRepoNameError, repoDir } from '../../src/forge/index.js';

describe('repository names', () => {
  test.each(['app', 'a/b', 'A.b_c-9', '9', 'a'.repeat(64), 'tools/my.repo', 'x.github', 'x.gitx'])(
    'accepts %s',
    (name) => expect(checkRepoName(name)).toBe(name),
  );

  test.each([
    ['', 'an empty part found'],
    ['..', 'a part starting with . found'],
    ['a/..', 'a part starting with . found'],
    ['../etc', 'a part starting with . found'],
    ['/a/b/c', '4 parts found'],
    ['a/b/c', '3 parts found'],
    ['/a', 'an empty part found'],
    ['a/', 'an empty part found'],
    ['-rf', 'a part starting with - found'],
    ['a/-x', 'a part starting with - found'],
    ['.hidden', 'a part starting with . found'],
    ['app.git', 'a part ending in .git found'],
    ['app.git/b', 'a part ending in .git found'],
    ['app.lock', 'a part ending in .lock found'],
    ['a'.repeat(65), 'a part of 65 characters found'],
    ['a b', 'the character " " (U+0020) found'],
    ['a\nb', 'the character "\\n" (U+000A) found'],
    ['a\0b', 'the character "\\u0000" (U+0000) found'],
    ['a\\b', 'the character "\\\\" (U+005C) found'],
    ['café', 'the character "é" (U+00E9) found'],
    ['💥', 'the character "💥" (U+1F4A5) found'],
  ])('refuses %j: %s', (name, problem) => {
    const refused = error(() => checkRepoName(name));
    expect(refused).toBeInstanceOf(InvalidRepoNameError);
    expect(refused).toMatchObject({ code: 'invalid-repo-name', repo: name, problem });
  });

  test('the message says what was found and what is allowed', () => {
    expect(error(() => checkRepoName('a\nb')).message).toBe(
      'repository name "a\\nb": the character "\\n" (U+000A) found; allowed is name or group/name, each part 1 to 64 ' +
        'of A-Z a-z 0-9 . _ -, not starting with - or . and not ending in .git or .lock',
    );
  });

  test('a message stays short however long the name is', () => {
    expect(error(() => checkRepoName('a'.repeat(1_000_000))).message.length).toBeLessThan(500);
  });

  test('no accepted name leads out of the repositories folder', () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[a-c./-]{1,12}$/),
      fc.stringMatching(/^[\w.-]{1,64}(\/[\w.-]{1,64})?$/),
    );
    fc.assert(
      fc.property(names, (name) => {
        let path: string;
        try {
          path = repoDir('/root', name);
        } catch (refused) {
          expect(refused).toBeInstanceOf(InvalidRepoNameError);
          return;
        }
        expect(path).toBe(`/root/repos/${name}.git`);
        expect(path.split(sep)).not.toContain('..');
      }),
      { numRuns: 2000 },
    );
  });
});

function error(action: () => unknown): Error {
  try {
    action();
  } catch (thrown) {
    return thrown as Error;
  }
  throw new Error('expected a refusal');
}
