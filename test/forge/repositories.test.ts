import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createRepo,
  defaultBranch,
  GitError,
  InvalidRepoNameError,
  installHook,
  listRepos,
  RepoExistsError,
  RepoNotFoundError,
  removeRepo,
  repoDir,
} from '../../src/forge/index.js';
import { gitEnv, scratchFolder, WorkTree } from './scratch.js';

const hook = '#!/bin/sh\ntouch hook-ran\n';

describe('creating a repository', () => {
  test('makes a bare repository on main with an executable hook', async () => {
    const root = scratchFolder();
    const path = await createRepo(root, 'app', { hook });
    expect(path).toBe(join(root, 'repos/app.git'));
    expect(await defaultBranch(path)).toBe('main');
    expect(readFileSync(join(path, 'hooks/post-receive'), 'utf8')).toBe(hook);
    expect(statSync(join(path, 'hooks/post-receive')).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(path, 'hooks'))).toEqual(['post-receive']);
  });

  test('a push runs the hook, also for a pusher whose own configuration moves hooks elsewhere', async () => {
    const path = await createRepo(scratchFolder(), 'app', { hook });
    const work = new WorkTree();
    work.commit({ a: '1' });
    const config = join(scratchFolder(), 'gitconfig');
    writeFileSync(config, '[core]\n\thooksPath = /nowhere\n');
    work.gitWith({ env: { GIT_CONFIG_GLOBAL: config } }, 'push', '--quiet', path, 'main');
    expect(existsSync(join(path, 'hook-ran'))).toBe(true);
  });

  test('an executable hook does not depend on the umask', async () => {
    const before = process.umask(0o077);
    try {
      const path = await createRepo(scratchFolder(), 'app', { hook });
      expect(statSync(join(path, 'hooks/post-receive')).mode & 0o777).toBe(0o755);
    } finally {
      process.umask(before);
    }
  });

  test('refuses a name that is taken and leaves what is there alone', async () => {
    const root = scratchFolder();
    const path = await createRepo(root, 'app', { hook });
    writeFileSync(join(path, 'mark'), '');
    const refused = await createRepo(root, 'app', { hook }).catch((error) => error);
    expect(refused).toBeInstanceOf(RepoExistsError);
    expect(refused).toMatchObject({ code: 'repo-exists', repo: 'app', path });
    expect(existsSync(join(path, 'mark'))).toBe(true);
    expect(readdirSync(join(root, 'repos'))).toEqual(['app.git']);
  });

  test('of two that ask for the same name at once one gets it', async () => {
    const root = scratchFolder();
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => createRepo(root, 'g/app', { hook })));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(RepoExistsError);
    expect(readdirSync(join(root, 'repos'))).toEqual(['g']);
  });

  test('a group and a repository may share a name', async () => {
    const root = scratchFolder();
    await createRepo(root, 'a', { hook });
    await createRepo(root, 'a/b', { hook });
    expect(await listRepos(root)).toEqual(['a', 'a/b']);
  });

  test('an unusable name makes nothing', async () => {
    const root = scratchFolder();
    await expect(createRepo(root, '../out', { hook })).rejects.toBeInstanceOf(InvalidRepoNameError);
    expect(readdirSync(root)).toEqual([]);
  });

  test('a failing git leaves nothing behind', async () => {
    const root = scratchFolder();
    const path = process.env.PATH;
    process.env.PATH = scratchFolder();
    try {
      await expect(createRepo(root, 'app', { hook })).rejects.toBeInstanceOf(GitError);
    } finally {
      process.env.PATH = path;
    }
    expect(readdirSync(join(root, 'repos'))).toEqual([]);
  });

  test('installing a hook again replaces it', async () => {
    const path = await createRepo(scratchFolder(), 'app', { hook });
    await installHook(path, '#!/bin/sh\n: new\n');
    expect(readFileSync(join(path, 'hooks/post-receive'), 'utf8')).toBe('#!/bin/sh\n: new\n');
  });
});

describe('listing repositories', () => {
  test('a root without any lists none', async () => expect(await listRepos(scratchFolder())).toEqual([]));

  test('lists names in order and nothing that is not a repository by its name', async () => {
    const root = scratchFolder();
    for (const name of ['zeta', 'group/two', 'group/one', 'alpha']) await createRepo(root, name, { hook });
    mkdirSync(join(root, 'repos/.new-123abc'));
    mkdirSync(join(root, 'repos/-x.git'));
    mkdirSync(join(root, 'repos/group/deep/er.git'), { recursive: true });
    writeFileSync(join(root, 'repos/file.git'), '');
    symlinkSync(join(root, 'repos/zeta.git'), join(root, 'repos/linked.git'));
    expect(await listRepos(root)).toEqual(['alpha', 'group/one', 'group/two', 'linked', 'zeta']);
  });
});

describe('removing a repository', () => {
  const atMs = Date.UTC(2026, 10, 22, 14, 42, 50, 123);

  test('moves it aside with the time in its name', async () => {
    const root = scratchFolder();
    await createRepo(root, 'group/app', { hook });
    const moved = await removeRepo(root, 'group/app', { atMs });
    expect(moved).toBe(join(root, 'removed/group/app-20261122T144250123Z.git'));
    expect(await defaultBranch(moved!)).toBe('main');
    expect(await listRepos(root)).toEqual([]);
  });

  test('the name is free again', async () => {
    const root = scratchFolder();
    await createRepo(root, 'app', { hook });
    await removeRepo(root, 'app');
    await createRepo(root, 'app', { hook });
    expect(await listRepos(root)).toEqual(['app']);
  });

  test('purge deletes it', async () => {
    const root = scratchFolder();
    await createRepo(root, 'app', { hook });
    expect(await removeRepo(root, 'app', { purge: true, atMs })).toBeNull();
    expect(existsSync(repoDir(root, 'app'))).toBe(false);
    expect(readdirSync(join(root, 'removed'))).toEqual([]);
  });

  test('one that is not there is an error that names it', async () => {
    const refused = await removeRepo(scratchFolder(), 'app').catch((error) => error);
    expect(refused).toBeInstanceOf(RepoNotFoundError);
    expect(refused).toMatchObject({ code: 'repo-not-found', repo: 'app' });
  });

  test('a name that leads elsewhere is refused', async () => {
    await expect(removeRepo(scratchFolder(), '../../etc')).rejects.toBeInstanceOf(InvalidRepoNameError);
  });
});

test('the default branch is what HEAD names, null when HEAD is a commit', async () => {
  const path = await createRepo(scratchFolder(), 'app', { hook });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: path, env: gitEnv });
  git('symbolic-ref', 'HEAD', 'refs/heads/feature/"x"');
  expect(await defaultBranch(path)).toBe('feature/"x"');
  const work = new WorkTree();
  work.commit({ a: '1' });
  work.git('checkout', '--quiet', '--detach');
  expect(await defaultBranch(work.gitDir)).toBeNull();
});
