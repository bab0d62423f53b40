import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { borrowObjects } from '../../src/cli/ci/borrow-objects.js';
import { findCheckout } from '../../src/cli/ci/checkout.js';
import { chooseCommit } from '../../src/cli/ci/choose-commit.js';
import { createRepo } from '../../src/forge/index.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { checkoutWith, git, put } from './checkout.js';

/** A checkout with two commits, on the branch `work`. */
const checkout = (): string => {
  const folder = checkoutWith({ 'a.txt': 'one', 'sub/b.txt': 'two', 'gone.txt': 'three' });
  put(folder, { 'a.txt': 'changed once' });
  git(folder, 'commit', '--quiet', '-am', 'Second');
  return folder;
};

/** The commit that would run for a checkout, and how to look into it. */
const commitOf = async (folder: string, rev?: string) => {
  const gitDir = await createRepo(temporaryRoot(), 'local', { hook: '#!/bin/sh\n' });
  const found = await findCheckout(folder);
  await borrowObjects(found, gitDir);
  const commit = await chooseCommit(found, gitDir, 'ann', rev);
  return {
    ...commit,
    files: () => git(gitDir, 'ls-tree', '-r', '--name-only', commit.sha).split('\n'),
    text: (path: string) => git(gitDir, 'show', `${commit.sha}:${path}`),
  };
};

/** Every file of a folder with the digest of its bytes. */
const fingerprint = (folder: string): Record<string, string> =>
  Object.fromEntries(
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [
        path,
        createHash('sha1')
          .update(readFileSync(join(folder, path)))
          .digest('hex'),
      ]),
  );

describe('the commit of a working tree', () => {
  it('is HEAD itself when nothing differs, compared with its parent', async () => {
    const folder = checkout();
    expect(await commitOf(join(folder, 'sub'))).toMatchObject({
      sha: git(folder, 'rev-parse', 'HEAD'),
      ref: 'refs/heads/work',
      previousSha: git(folder, 'rev-parse', 'HEAD~1'),
      made: false,
    });
  });

  it('holds changed, new and deleted files as they lie there, and is compared with HEAD', async () => {
    const folder = checkout();
    put(folder, { 'a.txt': 'changed twice', 'new/ünï code.txt': 'new' });
    rmSync(join(folder, 'gone.txt'));
    const commit = await commitOf(join(folder, 'sub'));
    expect(commit).toMatchObject({ made: true, previousSha: git(folder, 'rev-parse', 'HEAD') });
    expect(commit.files()).toEqual(['a.txt', '"new/\\303\\274n\\303\\257 code.txt"', 'sub/b.txt']);
    expect(commit.text('a.txt')).toBe('changed twice');
  });

  it('leaves out what is ignored, by .gitignore or the checkout alone, unless it is tracked', async () => {
    const folder = checkout();
    put(folder, {
      '.gitignore': '*.log\nkept.log\n',
      'debug.log': 'x',
      'kept.log': 'tracked although ignored',
      'private.txt': 'x',
      '.git/info/exclude': 'private.txt\n',
    });
    git(folder, 'add', '--force', 'kept.log');
    const commit = await commitOf(folder);
    expect(commit.files()).toEqual(['.gitignore', 'a.txt', 'gone.txt', 'kept.log', 'sub/b.txt']);
  });

  it('writes nothing into the checkout, not even into its .git', async () => {
    const folder = checkout();
    put(folder, { 'a.txt': 'changed twice', 'new.txt': 'new' });
    const before = fingerprint(folder);
    await commitOf(folder);
    expect(fingerprint(folder)).toEqual(before);
  });

  it('needs no commit and no file to begin with', async () => {
    const folder = temporaryRoot();
    git(folder, 'init', '--quiet', '--initial-branch=work');
    put(folder, { 'a.txt': 'one' });
    const commit = await commitOf(folder);
    expect(commit).toMatchObject({ ref: 'refs/heads/work', previousSha: '0'.repeat(40), made: true });
    expect(commit.files()).toEqual(['a.txt']);
  });

  it('works in a clone that is shallow, borrows objects, and stands at no branch', async () => {
    const origin = checkout();
    const folder = join(temporaryRoot(), 'clone');
    git('/', 'clone', '--quiet', '--shared', origin, folder);
    git(folder, 'checkout', '--quiet', '--detach');
    put(folder, { 'new.txt': 'new' });
    const commit = await commitOf(folder);
    expect(commit.ref).toBe('refs/heads/detached');
    expect(commit.files()).toEqual(['a.txt', 'gone.txt', 'new.txt', 'sub/b.txt']);
    const shallow = join(temporaryRoot(), 'shallow');
    git('/', 'clone', '--quiet', '--depth=1', `file://${origin}`, shallow);
    expect(await commitOf(shallow)).toMatchObject({ made: false, previousSha: '0'.repeat(40) });
  });

  it('works in a second working tree of a repository', async () => {
    const folder = checkout();
    const other = join(temporaryRoot(), 'other');
    git(folder, 'worktree', 'add', '--quiet', '-b', 'side', other);
    put(other, { 'new.txt': 'new' });
    const commit = await commitOf(other);
    expect(commit.ref).toBe('refs/heads/side');
    expect(commit.files()).toContain('new.txt');
  });
});

describe('the commit of --rev', () => {
  it('is that commit, with the branch or tag that was named', async () => {
    const folder = checkout();
    git(folder, 'tag', 'v1', 'HEAD~1');
    put(folder, { 'new.txt': 'not of interest' });
    expect(await commitOf(folder, 'HEAD~1')).toMatchObject({
      sha: git(folder, 'rev-parse', 'HEAD~1'),
      ref: 'refs/heads/work',
      previousSha: '0'.repeat(40),
    });
    expect(await commitOf(folder, 'v1')).toMatchObject({ ref: 'refs/tags/v1' });
    expect(await commitOf(folder, 'work')).toMatchObject({ ref: 'refs/heads/work' });
  });

  it.each(['nope', '--all', ''])('refuses %j', async (rev) => {
    await expect(commitOf(checkout(), rev)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a folder that is no checkout', () => {
  it('is refused with what git says', async () => {
    await expect(findCheckout(temporaryRoot())).rejects.toMatchObject({
      code: 'not-a-checkout',
      message: expect.stringContaining('not a git repository'),
    });
  });
});
