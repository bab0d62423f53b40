import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/cli/cli-error.js';
import { failureOf } from '../../src/cli/failure.js';
import { resolveRoot } from '../../src/cli/root.js';
import { ServerRefusal } from '../../src/cli/server-client.js';
import { RepoStateError, UnknownRunError } from '../../src/lifecycle/index.js';
import { RootLockedError } from '../../src/store/index.js';
import packageJson from '../../package.json' with { type: 'json' };
import { temporaryRoot } from '../store/temporary-store.js';
import { quire, quireBin, startQuire } from './quire.js';

describe('the data root', () => {
  it('is --root, else QUIRE_ROOT, else the current folder with a quire.db, else ~/.quire', () => {
    const here = temporaryRoot();
    const home = join(homedir(), '.quire');
    expect(resolveRoot('sub', { QUIRE_ROOT: '/env' }, here)).toBe(join(here, 'sub'));
    expect(resolveRoot(undefined, { QUIRE_ROOT: '/env' }, here)).toBe('/env');
    expect(resolveRoot(undefined, { QUIRE_ROOT: '' }, here)).toBe(home);
    writeFileSync(join(here, 'config.fnl'), '');
    expect(resolveRoot(undefined, {}, here)).toBe(home);
    writeFileSync(join(here, 'quire.db'), '');
    expect(resolveRoot(undefined, {}, here)).toBe(here);
    expect(() => resolveRoot('', {}, here)).toThrow('--root expects a folder');
  });

  it('without a database is an error that says what to do', async () => {
    const root = temporaryRoot();
    const { code, stderr } = await quire(['run', 'list'], { env: { QUIRE_ROOT: root } });
    expect(code).toBe(3);
    expect(stderr).toMatch(`quire: there is no quire database in ${root}; `);
    expect(stderr).toMatch('make one with: quire serve');
  });
});

describe('errors', () => {
  const systemError = Object.assign(new Error('EACCES: no'), { code: 'EACCES', errno: -13, syscall: 'open' });

  it.each([
    ['a refusal', new RepoStateError('repository a already exists'), 1, 'repo-state'],
    ['wrong usage', new CliError('usage', 'no'), 2, 'usage'],
    ['an unknown run', new UnknownRunError('r'), 2, 'unknown-run'],
    ['what could not be done', new RootLockedError('/root'), 3, 'root-locked'],
    ['a system error', systemError, 3, 'EACCES'],
    ['a refusal of the server', new ServerRefusal(409, 'out-of-step', 'no'), 1, 'out-of-step'],
    ['a known refusal of the server', new ServerRefusal(404, 'unknown-run', 'no'), 2, 'unknown-run'],
    ['a failing server', new ServerRefusal(500, 'internal', 'its log says why'), 3, 'internal'],
    ['a fault', new TypeError('x is not a function'), 4, 'fault'],
    ['a fault that Node names', Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' }), 4, 'fault'],
    ['something thrown', 'text', 4, 'fault'],
  ])('%s has its exit code', (_what, error, exitCode, code) => {
    expect(failureOf(error)).toMatchObject({ exitCode, code });
  });

  it('are one JSON line on the standard error with --json', async () => {
    const root = temporaryRoot();
    const { code, stdout, stderr } = await quire(['run', 'list', '--json', '--root', root]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ code: 'no-database' });
  });

  it('are JSON too where the command line itself is wrong', async () => {
    const { code, stderr } = await quire(['run', 'list', '--json', '--bogus']);
    expect({ code, error: JSON.parse(stderr) }).toEqual({
      code: 2,
      error: { code: 'usage', message: "unknown option '--bogus'" },
    });
    expect((await quire(['run', '--json', '--help'])).code).toBe(0);
  });

  it.each([[['bogus']], [['run', 'bogus']], [['run', 'show']], [['run', 'list', '--bogus']], [[]]])(
    '%j is wrong usage',
    async (args) => {
      const { code, stdout, stderr } = await quire(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).not.toBe('');
    },
  );
});

describe('quire --version', () => {
  it('prints the version of the package', async () => {
    expect(await quire(['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
    expect((await quire(['--json', '--version'])).stdout).toBe(`${packageJson.version}\n`);
  });
});

describe('the output', () => {
  it('may be cut off by its reader', async () => {
    const child = startQuire(['--help']);
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(0);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'that cannot be written is said in words, with an exit code of its own',
    () => {
      const full = openSync('/dev/full', 'w');
      const { status, stderr } = spawnSync(process.execPath, [quireBin, 'completion', 'bash'], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      });
      closeSync(full);
      expect({ status, stderr }).toEqual({
        status: 3,
        stderr: 'quire: the output could not be written: ENOSPC: no space left on device, write\n',
      });
    },
  );
});

describe('quire completion', () => {
  it.each(['bash', 'zsh', 'fish'])('knows every command and its options in %s', async (shell) => {
    const { code, stdout } = await quire(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['serve', 'repo', 'history', 'timestamps', 'root']) expect(stdout).toContain(word);
  });

  it('refuses a shell it does not know', async () => {
    expect((await quire(['completion', 'tcsh'])).stderr).toBe(
      'quire: expected one of bash, zsh, fish, found "tcsh"\n',
    );
  });

  it('completes commands, options and nested commands in a real bash', async () => {
    const { stdout: script } = await quire(['completion', 'bash']);
    const complete = (...words: string[]): string[] => {
      const asked = `${script}
COMP_WORDS=(quire ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_quire 2>/dev/null
printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync('bash', ['-c', asked], { encoding: 'utf8' }).trim().split('\n');
    };
    expect(complete('ru')).toEqual(['run']);
    expect(complete('run', 'w')).toEqual(['watch']);
    expect(complete('run', 'logs', '--f')).toEqual(['--follow']);
    expect(complete('--root', '/x', 'run', 'logs', '--j')).toEqual(['--json']);
  });
});
