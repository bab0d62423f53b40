import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ArchiveError, archive, createRepo, GitError, InvalidObjectIdError } from '../../src/forge/index.js';
import { scratchFolder, WorkTree } from './scratch.js';

const { PATH: path, TMPDIR: temporary } = process.env;

beforeEach(() => {
  process.env.TMPDIR = scratchFolder();
});
afterEach(() => {
  // Whatever came of it, nothing that was made on the way is left.
  const left = readdirSync(process.env.TMPDIR!).filter((name) => name.startsWith('quire-archive-'));
  process.env.PATH = path;
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  expect(left).toEqual([]);
});

/** Puts a script in the place of a command for the rest of the test. */
function replace(command: string, script: string): void {
  const folder = scratchFolder();
  writeFileSync(join(folder, command), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, command), 0o755);
  process.env.PATH = `${folder}:${path}`;
}

const newFolder = () => join(scratchFolder(), 'workspace');

describe('unpacking a commit', () => {
  test('writes files, modes and links into a new folder', async () => {
    const work = new WorkTree();
    symlinkSync('d/a "ü"', join(work.path, 'link'));
    writeFileSync(join(work.path, 'run'), '#!/bin/sh\n');
    chmodSync(join(work.path, 'run'), 0o755);
    const binary = randomBytes(100_000);
    const sha = work.commit({ 'd/a "ü"': 'text\n', binary });
    const destination = newFolder();
    await archive(work.gitDir, sha, destination);
    expect(readdirSync(destination).sort()).toEqual(['binary', 'd', 'link', 'run']);
    expect(readFileSync(join(destination, 'd/a "ü"'), 'utf8')).toBe('text\n');
    expect(readFileSync(join(destination, 'binary')).equals(binary)).toBe(true);
    expect(readlinkSync(join(destination, 'link'))).toBe('d/a "ü"');
    expect(statSync(join(destination, 'run')).mode & 0o777).toBe(0o755);
    expect(statSync(join(destination, 'binary')).mode & 0o777).toBe(0o644);
  });

  test('leaves nothing out and changes nothing that attributes would', async () => {
    const work = new WorkTree();
    const sha = work.commit({
      '.gitattributes': 'tests export-ignore\n.gitattributes export-ignore\nversion export-subst\n',
      'tests/a': '1',
      version: '$Format:%H$\n',
    });
    const destination = newFolder();
    await archive(work.gitDir, sha, destination);
    expect(readdirSync(destination).sort()).toEqual(['.gitattributes', 'tests', 'version']);
    expect(readFileSync(join(destination, 'version'), 'utf8')).toBe('$Format:%H$\n');
    expect(existsSync(join(work.gitDir, 'info/attributes'))).toBe(false);
  });

  test('works from a bare repository given by a relative path, and with SHA-256', async () => {
    const root = scratchFolder();
    const bare = await createRepo(root, 'app', { hook: '#!/bin/sh\n' });
    const work = new WorkTree();
    const sha = work.commit({ a: '1' });
    work.git('push', '--quiet', bare, 'main');
    const back = process.cwd();
    process.chdir(root);
    try {
      await archive('repos/app.git', sha, 'workspace');
    } finally {
      process.chdir(back);
    }
    expect(readdirSync(join(root, 'workspace'))).toEqual(['a']);

    const other = new WorkTree(scratchFolder(), ['--object-format=sha256']);
    const destination = newFolder();
    await archive(other.gitDir, other.commit({ b: '1' }), destination);
    expect(readdirSync(destination)).toEqual(['b']);
  });

  test('an empty commit gives an empty folder', async () => {
    const work = new WorkTree();
    const destination = newFolder();
    await archive(work.gitDir, work.commit({}), destination);
    expect(readdirSync(destination)).toEqual([]);
  });

  test('a hundred megabytes pass between the two processes', async () => {
    const work = new WorkTree();
    const block = randomBytes(1_000_000);
    work.git('config', 'core.compression', '0');
    const sha = work.commit({ big: Buffer.concat(Array.from({ length: 100 }, () => block)) });
    const destination = newFolder();
    await archive(work.gitDir, sha, destination);
    expect(statSync(join(destination, 'big')).size).toBe(100_000_000);
    expect(readFileSync(join(destination, 'big')).subarray(99_000_000).equals(block)).toBe(true);
  });

  test('a folder that is already there is refused and left alone', async () => {
    const work = new WorkTree();
    const sha = work.commit({ a: '1' });
    const destination = scratchFolder();
    writeFileSync(join(destination, 'mine'), '');
    await expect(archive(work.gitDir, sha, destination)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readdirSync(destination)).toEqual(['mine']);
  });
});

describe('a commit that cannot be unpacked', () => {
  test('because it is not there: git says so, and no folder stays', async () => {
    const destination = newFolder();
    const failed = await archive(new WorkTree().gitDir, 'f'.repeat(40), destination).catch((error) => error);
    expect(failed).toBeInstanceOf(GitError);
    expect(failed).toMatchObject({ code: 'git-failed', exitCode: 128 });
    expect(existsSync(destination)).toBe(false);
  });

  test('because git breaks off in the middle: an error, although tar may be content', async () => {
    const real = path!
      .split(':')
      .map((folder) => join(folder, 'git'))
      .find(existsSync)!;
    const work = new WorkTree();
    const sha = work.commit({ a: '1' });
    // The end-of-archive blocks are complete, so that tar ends with 0 while git does not.
    replace('git', `${real} "$@"; exit 7`);
    const destination = newFolder();
    await expect(archive(work.gitDir, sha, destination)).rejects.toMatchObject({
      code: 'git-failed',
      exitCode: 7,
    });
    expect(existsSync(destination)).toBe(false);
  });

  test('because tar fails: tar is blamed, not git that lost its reader', async () => {
    const work = new WorkTree();
    const sha = work.commit({ big: randomBytes(3_000_000) });
    replace('tar', 'echo disk full >&2; exit 2');
    const destination = newFolder();
    const failed = await archive(work.gitDir, sha, destination).catch((error) => error);
    expect(failed).toBeInstanceOf(ArchiveError);
    expect(failed).toMatchObject({ code: 'archive-failed', exitCode: 2, stderr: 'disk full\n' });
    expect(existsSync(destination)).toBe(false);
  });

  test('because tar is not installed', async () => {
    const work = new WorkTree();
    const sha = work.commit({ a: '1' });
    const real = path!
      .split(':')
      .map((folder) => join(folder, 'git'))
      .find(existsSync)!;
    const folder = scratchFolder();
    symlinkSync(real, join(folder, 'git'));
    process.env.PATH = folder;
    const failed = await archive(work.gitDir, sha, newFolder()).catch((error) => error);
    expect(failed).toBeInstanceOf(ArchiveError);
    expect(failed.message).toContain('ENOENT');
  });

  test('because git is not installed', async () => {
    const work = new WorkTree();
    const sha = work.commit({ a: '1' });
    process.env.PATH = scratchFolder();
    await expect(archive(work.gitDir, sha, newFolder())).rejects.toMatchObject({ code: 'git-missing' });
  });

  test('because it took too long, or was called off: both processes are ended', async () => {
    const work = new WorkTree();
    const sha = work.commit({ a: '1' });
    replace('tar', 'exec sleep 60');
    await expect(archive(work.gitDir, sha, newFolder(), { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'git-timed-out',
    });
    const controller = new AbortController();
    const running = archive(work.gitDir, sha, newFolder(), { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'git-aborted' });
  });

  test('because its id is none', async () => {
    await expect(archive(new WorkTree().gitDir, '--output=/x', newFolder())).rejects.toBeInstanceOf(
      InvalidObjectIdError,
    );
  });

  test('a link that was there first is no way out of the folder', async () => {
    const work = new WorkTree();
    const outside = scratchFolder();
    const blob = work.gitWith({ input: 'x' }, 'hash-object', '-w', '--stdin');
    const target = work.gitWith({ input: outside }, 'hash-object', '-w', '--stdin');
    const inner = work.gitWith({ input: `100644 blob ${blob}\tescaped\n` }, 'mktree');
    // A tree that names the same entry twice, first as a link: git would never write one, a pusher may.
    const entries = [
      Buffer.from('120000 a\0'),
      Buffer.from(target, 'hex'),
      Buffer.from('40000 a\0'),
      Buffer.from(inner, 'hex'),
    ];
    const tree = work.gitWith(
      { input: Buffer.concat(entries) },
      'hash-object',
      '--literally',
      '-t',
      'tree',
      '-w',
      '--stdin',
    );
    const sha = work.git('commit-tree', '-m', 'hostile', tree);
    const destination = newFolder();
    await archive(work.gitDir, sha, destination).catch((error) => expect(error).toBeInstanceOf(Error));
    expect(readdirSync(outside)).toEqual([]);
    mkdirSync(destination, { recursive: true });
    expect(lstatSync(destination).isDirectory()).toBe(true);
  });
});
