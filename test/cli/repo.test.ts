import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { quire } from './quire.js';

describe('quire repo, without a server', () => {
  it('makes, lists and removes a repository, and every step is an event', async () => {
    const root = join(temporaryRoot(), 'new');
    const made = await quire(['repo', 'new', 'group/a', '--root', root]);
    expect(made).toEqual({ code: 0, stdout: `${root}/repos/group/a.git\n`, stderr: '' });
    expect(existsSync(join(root, 'repos/group/a.git/hooks/post-receive'))).toBe(true);
    const listed = await quire(['repo', 'list', '--root', root, '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'group/a', lastRun: null }]);
    const removed = await quire(['repo', 'rm', 'group/a', '--root', root, '--json']);
    const { movedTo } = JSON.parse(removed.stdout);
    expect(existsSync(join(movedTo, 'HEAD'))).toBe(true);
    expect((await quire(['repo', 'list', '--root', root])).stdout).toContain('no repositories');
    expectRebuildable(root);
  });

  it('deletes with --purge', async () => {
    const root = temporaryRoot();
    await quire(['repo', 'new', 'a', '--root', root]);
    const { stdout } = await quire(['repo', 'rm', 'a', '--purge', '--root', root]);
    expect(stdout).toBe('a is deleted\n');
    expect(existsSync(join(root, 'repos/a.git'))).toBe(false);
  });

  it('says no to a name that is taken, and to one that is not there', async () => {
    const root = temporaryRoot();
    await quire(['repo', 'new', 'a', '--root', root]);
    expect(await quire(['repo', 'new', 'a', '--root', root])).toMatchObject({
      code: 1,
      stderr: 'quire: repository a already exists\n',
    });
    expect(await quire(['repo', 'rm', 'b', '--root', root])).toMatchObject({
      code: 1,
      stderr: 'quire: there is no repository b\n',
    });
  });

  it.each(['..', '../x', 'a/b/c', '-x', 'a b', 'x.git', 'a\nb'])('refuses the name %j', async (name) => {
    const root = temporaryRoot();
    const { code, stderr } = await quire(['--root', root, 'repo', 'new', '--', name]);
    expect(code).toBe(2);
    expect(stderr).toContain('allowed is name or group/name');
    expect(existsSync(join(root, 'quire.db'))).toBe(false);
  });
});

describe('quire hook post-receive', () => {
  it('says that the push is kept when no server runs, and ends with 0', async () => {
    const root = temporaryRoot();
    const id = '01kzzzz00aaaaaaaaa1x';
    mkdirSync(join(root, 'spool'));
    const file = join(root, 'spool', `${id}.json`);
    writeFileSync(file, `{"id":"${id}"}`);
    expect(await quire(['hook', 'post-receive', '--spooled', file], { env: { QUIRE_ROOT: root } })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'quire: the server is not running; this push is kept and will be run when it starts\n',
    });
  });

  it('fails when there is no such file, so that the hook can say so', async () => {
    const { code } = await quire(['hook', 'post-receive', '--spooled', '/nonexistent/x.json']);
    expect(code).toBe(3);
  });
});
