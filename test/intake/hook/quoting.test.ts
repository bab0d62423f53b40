import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidRepoNameError } from '../../../src/forge/index.js';
import { postReceiveHook } from '../../../src/intake/hook/index.js';
import { shellQuote } from '../../../src/intake/hook/shell-quote.js';
import { parsePushMessage } from '../../../src/intake/push-message.js';
import { scratchFolder } from '../../forge/scratch.js';
import { startPushServer } from './push-server.js';
import { Pushing, run } from './pushing.js';

const settings = { root: '/r', repo: 'app', node: '/n', quireBin: '/q' };
const line = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/main\n`;

/** Names of folders that hold everything a shell treats apart. */
const strangeName = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "'",
        '"',
        '`',
        '$',
        '$(exit 9)',
        '\\',
        ' ',
        '\n',
        '\t',
        ';',
        '&',
        '|',
        '*',
        '?',
        '-',
        '#',
        '!',
        '%s',
        '~',
        '{',
        '(',
        'é',
        '日本',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 10 },
  )
  .map((pieces) => pieces.join('').replaceAll(/[\0/]/g, ''))
  .filter((name) => name !== '' && name !== '.' && name !== '..' && Buffer.byteLength(name) < 200);

describe('quoting', () => {
  test('gives one word that the shell reads as it was', () => {
    fc.assert(
      fc.property(fc.oneof(strangeName, fc.string({ unit: 'binary' })), (text) => {
        fc.pre(!text.includes('\0'));
        expect(
          execFileSync('/bin/sh', ['-c', `printf '%s.' ${shellQuote(text)}`], { encoding: 'utf8' }),
        ).toBe(`${text}.`);
      }),
      { numRuns: 150 },
    );
  });

  test('refuses NUL', () => expect(() => shellQuote('a\0b')).toThrow(RangeError));
});

describe('the text of a hook', () => {
  test('is a script for sh that sh finds no fault with', async () => {
    const text = postReceiveHook(settings);
    expect(text).toMatch(/^#!\/bin\/sh\n/);
    expect(await run('/bin/sh', ['-n'], { input: text })).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  test.each(['root', 'node', 'quireBin'])('needs an absolute path as %s', (key) => {
    expect(() => postReceiveHook({ ...settings, [key]: 'relative' })).toThrow(
      'expected an absolute path, found "relative"',
    );
  });

  test('needs a repository name that is one', () => {
    expect(() => postReceiveHook({ ...settings, repo: '"; rm -rf /' })).toThrow(InvalidRepoNameError);
  });

  test('works for every data root, however strange its name', async () => {
    await fc.assert(
      fc.asyncProperty(strangeName, async (name) => {
        const root = join(scratchFolder(), name);
        mkdirSync(root);
        const pushing = await Pushing.start({ root });
        const { stderr, exitCode } = await pushing.hook(line);
        expect([stderr, exitCode]).toEqual([
          'quire: the server is not running; this push is kept and will be run when it starts\n',
          0,
        ]);
        const [file] = readdirSync(join(root, 'spool'));
        expect(parsePushMessage(readFileSync(join(root, 'spool', file!), 'utf8')).repo).toBe('group/app');
      }),
      { numRuns: 25 },
    );
  });

  test('reaches a server at the end of a path that is longer than a socket address', async () => {
    const root = join(scratchFolder(), 'd'.repeat(100), 'e'.repeat(100));
    mkdirSync(root, { recursive: true });
    const pushing = await Pushing.start({ root });
    const back = process.cwd();
    process.chdir(root);
    const received = await startPushServer('.').finally(() => process.chdir(back));
    const { stdout } = await pushing.hook(line);
    expect(stdout).toMatch(/^quire: run 1 queued/);
    expect(received).toHaveLength(1);
  });
});
