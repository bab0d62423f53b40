import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { GitError, runGit } from '../../src/forge/index.js';
import { scratchFolder, WorkTree } from './scratch.js';

const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
});

/** Puts a script in the place of git for the rest of the test. */
function replaceGit(script: string): void {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'git'), 0o755);
  process.env.PATH = `${folder}:${path}`;
}

describe('running git', () => {
  test('gives what git wrote', async () => {
    const { stdout, complete } = await runGit(['hash-object', '--stdin'], { input: 'hello\n' });
    expect(stdout.toString()).toBe('ce013625030ba8dba906f756967f9e9ca394464a\n');
    expect(complete).toBe(true);
  });

  test('a failure carries arguments, exit code and what git said', async () => {
    const gitDir = join(scratchFolder(), 'none.git');
    const failed = await runGit(['rev-parse', 'HEAD'], { gitDir }).catch((error) => error);
    expect(failed).toBeInstanceOf(GitError);
    expect(failed).toMatchObject({
      code: 'git-failed',
      args: [`--git-dir=${gitDir}`, 'rev-parse', 'HEAD'],
      exitCode: 128,
      stderr: expect.stringContaining('not a git repository'),
    });
  });

  test('a missing git is told apart', async () => {
    process.env.PATH = scratchFolder();
    await expect(runGit(['--version'])).rejects.toMatchObject({ code: 'git-missing', exitCode: null });
  });

  test('a git that hangs is ended at the time limit, even when a grandchild holds its pipes', async () => {
    replaceGit('sleep 60 & sleep 60');
    await expect(runGit(['--version'], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'git-timed-out' });
  });

  test('an abort ends it', async () => {
    replaceGit('echo started; exec sleep 60');
    const controller = new AbortController();
    const running = runGit(['--version'], { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'git-aborted' });
    await expect(runGit(['--version'], { signal: controller.signal })).rejects.toMatchObject({
      code: 'git-aborted',
    });
  });

  test('output beyond the limit is an error, and git is ended', async () => {
    replaceGit('exec yes');
    await expect(runGit(['--version'], { maxBytes: 1000 })).rejects.toMatchObject({
      code: 'git-output-too-large',
    });
  });

  test('output beyond the limit can be cut instead', async () => {
    replaceGit('exec yes');
    const { stdout, complete } = await runGit(['--version'], { maxBytes: 1001, beyondMaxBytes: 'stop' });
    expect([stdout.length, complete]).toEqual([1001, false]);
  });

  test('output of exactly the limit is complete', async () => {
    const { stdout, complete } = await runGit(['hash-object', '--stdin'], { input: '', maxBytes: 41 });
    expect([stdout.length, complete]).toEqual([41, true]);
  });

  test('what git says in failing is cut at 64 KiB', async () => {
    replaceGit('yes | head -c 1000000 >&2; exit 3');
    const failed: GitError = await runGit(['--version']).catch((error) => error);
    expect([failed.exitCode, failed.stderr.length]).toEqual([3, 65_536]);
  });

  test('input that git does not read is no error of its own', async () => {
    await expect(runGit(['--version'], { input: Buffer.alloc(10_000_000) })).resolves.toMatchObject({
      complete: true,
    });
  });

  test('nothing of the environment or of the configuration of a user reaches git', async () => {
    const work = new WorkTree();
    const hookRan = join(work.path, 'ran');
    process.env.GIT_CONFIG_COUNT = '1';
    process.env.GIT_CONFIG_KEY_0 = 'alias.version2';
    process.env.GIT_CONFIG_VALUE_0 = `!touch ${hookRan}`;
    process.env.GIT_DIR = '/nowhere';
    try {
      await expect(runGit(['version2'], { gitDir: work.gitDir })).rejects.toMatchObject({ exitCode: 1 });
      const { stdout } = await runGit(['config', '--list', '--show-scope'], { gitDir: work.gitDir });
      expect(stdout.toString()).not.toMatch(/^(system|global|command)/m);
    } finally {
      for (const name of ['GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_VALUE_0', 'GIT_DIR'])
        delete process.env[name];
    }
    expect(existsSync(hookRan)).toBe(false);
  });

  test('a sha means what it says although a replacement for it was pushed', async () => {
    const work = new WorkTree();
    const real = work.commit({ a: 'real' });
    const other = work.commit({ a: 'other' });
    work.git('replace', real, other);
    const { stdout } = await runGit(['cat-file', 'blob', `${real}:a`], { gitDir: work.gitDir });
    expect(stdout.toString()).toBe('real');
  });
});
