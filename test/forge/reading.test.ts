import fc from 'fast-check';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  commitInfo,
  FileTooLargeError,
  filesChanged,
  GitError,
  InvalidObjectIdError,
  InvalidRefNameError,
  InvalidTreePathError,
  inspectRefs,
  listRefs,
  maxFilesChanged,
  readFileAt,
} from '../../src/forge/index.js';
import { manyFiles, scratchFolder, WorkTree } from './scratch.js';

const zero = '0'.repeat(40);

describe('refs', () => {
  test('an empty repository has none', async () => expect(await listRefs(new WorkTree().gitDir)).toEqual([]));

  test('lists every ref with the object it names, quotes and all', async () => {
    const work = new WorkTree();
    const sha = work.commit({ a: '1' });
    work.git('branch', '"it\'s"/日本');
    work.git('tag', '-a', '-m', 'annotated', 'v1');
    const tag = work.git('rev-parse', 'v1');
    expect(tag).not.toBe(sha);
    expect(await listRefs(work.gitDir)).toEqual([
      { ref: 'refs/heads/"it\'s"/日本', sha },
      { ref: 'refs/heads/main', sha },
      { ref: 'refs/tags/v1', sha: tag },
    ]);
  });
});

describe('inspecting updated refs', () => {
  const ref = 'refs/heads/main';

  test('tells where git has each ref: another push may have moved it on, or deleted it', async () => {
    const work = new WorkTree();
    const first = work.commit({ a: '1' });
    const second = work.commit({ a: '2' });
    work.git('tag', '-a', '-m', 'annotated', 'v1');
    work.git('branch', '"it\'s"/日本', first);
    const updates = [
      { ref, newSha: first },
      { ref: 'refs/heads/gone', newSha: first },
      { ref: 'refs/heads/gone', newSha: zero },
      { ref: 'refs/heads/"it\'s"/日本', newSha: second },
      { ref: 'refs/tags/v1', newSha: zero },
    ];
    const found = await inspectRefs(work.gitDir, updates);
    expect(found.map(({ foundSha }) => foundSha)).toEqual([
      second,
      null,
      null,
      first,
      work.git('rev-parse', 'v1'),
    ]);
    expect(found.map(({ commitSha }) => commitSha)).toEqual([first, first, null, second, null]);
  });

  test.each(['main', 'refs/heads/a b', `refs/heads/a\n${'a'.repeat(40)}`, 'refs/heads/main^{tree}', ''])(
    'refuses %j as a ref',
    async (name) => {
      const asked = inspectRefs(new WorkTree().gitDir, [{ ref: name, newSha: zero }]);
      await expect(asked).rejects.toBeInstanceOf(InvalidRefNameError);
    },
  );

  test('tells commits with and without a pipeline, tags, other objects, deletions and unknown ids', async () => {
    const work = new WorkTree();
    const bare = work.commit({ a: '1' });
    const piped = work.commit({ '.quire/ci.fnl': '(+ 1 2)' });
    work.git('tag', '-a', '-m', 'one', 'v1');
    work.git('tag', '-a', '-m', 'a tag of a tag', 'v2', 'v1');
    work.git('tag', '-a', '-m', 'a tag of a tree', 'tree', 'HEAD^{tree}');
    const id = (name: string) => work.git('rev-parse', name);
    const updates = [
      bare,
      zero,
      piped,
      id('v1'),
      id('v2'),
      id('tree'),
      id('HEAD:a'),
      'f'.repeat(40),
      id('HEAD^{tree}'),
    ].map((newSha) => ({ ref: 'refs/heads/gone', newSha }));
    expect((await inspectRefs(work.gitDir, updates)).map(({ foundSha: _gone, ...object }) => object)).toEqual(
      [
        { commitSha: bare, hasPipeline: false },
        { commitSha: null, hasPipeline: false },
        { commitSha: piped, hasPipeline: true },
        { commitSha: piped, hasPipeline: true },
        { commitSha: piped, hasPipeline: true },
        { commitSha: null, hasPipeline: false },
        { commitSha: null, hasPipeline: false },
        { commitSha: null, hasPipeline: false },
        { commitSha: null, hasPipeline: false },
      ],
    );
  });

  test('a pipeline may be a link to a file of the tree; a folder or a dead link is none', async () => {
    const work = new WorkTree();
    const link = (target: string) => {
      rmSync(join(work.path, '.quire'), { recursive: true, force: true });
      mkdirSync(join(work.path, '.quire'));
      symlinkSync(target, join(work.path, '.quire/ci.fnl'));
      return { ref, newSha: work.commit({ 'ci/pipeline.fnl': '(+ 1 2)' }) };
    };
    const updates = ['../ci/pipeline.fnl', 'nowhere', '/etc/passwd', 'ci.fnl', '../../../out'].map(link);
    rmSync(join(work.path, '.quire'), { recursive: true });
    updates.push({ ref, newSha: work.commit({ '.quire/ci.fnl/file': '' }) });
    rmSync(join(work.path, '.quire'), { recursive: true });
    updates.push({ ref, newSha: work.commit({ '.quire/ci.fnl': '(+ 1 2)' }) });
    const found = await inspectRefs(work.gitDir, updates);
    expect(found.map((ref) => ref.hasPipeline)).toEqual([true, false, false, false, false, false, true]);
    expect(found.map((ref) => ref.commitSha)).toEqual(updates.map((update) => update.newSha));
  });

  test('thousands of refs are answered in order', async () => {
    const work = new WorkTree();
    const bare = work.commit({ a: '1' });
    const piped = work.commit({ '.quire/ci.fnl': '' });
    const updates = Array.from({ length: 5000 }, (_, i) => ({ ref, newSha: [bare, piped, zero][i % 3]! }));
    const found = await inspectRefs(work.gitDir, updates);
    expect(found.map((ref) => ref.commitSha)).toEqual(
      updates.map(({ newSha }) => (newSha === zero ? null : newSha)),
    );
    expect(found.map((ref) => ref.hasPipeline)).toEqual(updates.map(({ newSha }) => newSha === piped));
  });

  test('works in a SHA-256 repository', async () => {
    const work = new WorkTree(scratchFolder(), ['--object-format=sha256']);
    const sha = work.commit({ '.quire/ci.fnl': '' });
    expect(sha).toHaveLength(64);
    const updates = [
      { ref, newSha: sha },
      { ref: 'refs/heads/gone', newSha: '0'.repeat(64) },
    ];
    expect(await inspectRefs(work.gitDir, updates)).toEqual([
      { foundSha: sha, commitSha: sha, hasPipeline: true },
      { foundSha: null, commitSha: null, hasPipeline: false },
    ]);
  });

  test.each(['HEAD', '--batch', `${'a'.repeat(40)}\n${'b'.repeat(40)}`, 'A'.repeat(40), 'a'.repeat(41)])(
    'refuses %j as an object id',
    async (newSha) => {
      await expect(inspectRefs(new WorkTree().gitDir, [{ ref, newSha }])).rejects.toBeInstanceOf(
        InvalidObjectIdError,
      );
    },
  );
});

describe('commits', () => {
  test('gives subject, message, author and time', async () => {
    const work = new WorkTree();
    const sha = work.commit({ a: '1' }, 'Say hello\nto everyone\n\nBody “quoted”\nmore\n');
    expect(await commitInfo(work.gitDir, sha)).toEqual({
      sha,
      subject: 'Say hello to everyone',
      message: 'Say hello\nto everyone\n\nBody “quoted”\nmore',
      author: 'Ada',
      authoredAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    });
  });

  test('an annotated tag gives its commit', async () => {
    const work = new WorkTree();
    const sha = work.commit({ a: '1' }, 'the commit');
    work.git('tag', '-a', '-m', 'the tag', 'v1');
    const info = await commitInfo(work.gitDir, work.git('rev-parse', 'v1'));
    expect(info).toMatchObject({ sha, subject: 'the commit' });
  });

  test('a message of another encoding is text all the same', async () => {
    const work = new WorkTree();
    work.git('config', 'i18n.commitEncoding', 'ISO-8859-1');
    work.gitWith(
      { input: Buffer.from('caf\xe9', 'latin1') },
      'commit',
      '--allow-empty',
      '--quiet',
      '-F',
      '-',
    );
    work.git('config', 'i18n.logOutputEncoding', 'ISO-8859-1');
    expect((await commitInfo(work.gitDir, work.git('rev-parse', 'HEAD'))).subject).toBe('café');
  });

  test('an enormous message is cut, not refused', async () => {
    const work = new WorkTree();
    const sha = work.commit({ a: '1' }, 'x'.repeat(3_000_000));
    const info = await commitInfo(work.gitDir, sha);
    expect([info.subject.length, info.message.length, info.author]).toEqual([500, 65_536, 'Ada']);
  });

  test('an empty message and an author without a name are no error', async () => {
    const work = new WorkTree();
    const tree = work.git('write-tree');
    const raw = `tree ${tree}\nauthor  <ada@example.org> 1700000000 +0200\ncommitter  <> 1700000000 +0000\n\n`;
    const sha = work.gitWith({ input: raw }, 'hash-object', '--literally', '-t', 'commit', '-w', '--stdin');
    expect(await commitInfo(work.gitDir, sha)).toEqual({
      sha,
      subject: '',
      message: '',
      author: 'ada@example.org',
      authoredAtMs: 1_700_000_000_000,
    });
  });

  test('the subject is the one git shows, white space collapsed', async () => {
    const work = new WorkTree();
    const message = fc
      .array(fc.constantFrom('a', 'word', ' ', '\n', '\n\n', '\t', '.', 'é', '# x'), { maxLength: 12 })
      .map((pieces) => `s${pieces.join('')}`);
    await fc.assert(
      fc.asyncProperty(message, async (text) => {
        const sha = work.commit({}, text);
        const { subject } = await commitInfo(work.gitDir, sha);
        const shown = work.git('log', '-1', '--format=%s', sha);
        expect(subject).toBe(shown.replaceAll(/\s+/g, ' ').trim());
      }),
      { numRuns: 60 },
    );
  });

  test('a commit that is not there is an error', async () => {
    const unknown = commitInfo(new WorkTree().gitDir, 'f'.repeat(40));
    await expect(unknown).rejects.toBeInstanceOf(GitError);
    await expect(unknown).rejects.toMatchObject({ code: 'git-failed', exitCode: 128 });
  });
});

describe('files changed', () => {
  test('between two commits: added, changed, deleted and both names of a renamed file', async () => {
    const work = new WorkTree();
    const before = work.commit({ keep: '1', change: '1', gone: '1', 'old name': 'the same content' });
    const after = work.commit({
      change: '2',
      gone: null,
      'old name': null,
      'new\nname "é"': 'the same content',
    });
    expect(await filesChanged(work.gitDir, before, after)).toEqual({
      files: ['change', 'gone', 'new\nname "é"', 'old name'],
      complete: true,
    });
  });

  test('of a new branch: what its commit changed against its first parent', async () => {
    const work = new WorkTree();
    work.commit({ a: '1' });
    work.git('checkout', '--quiet', '-b', 'side');
    work.commit({ b: '1' });
    work.git('checkout', '--quiet', 'main');
    work.commit({ c: '1' });
    work.git('merge', '--quiet', '--no-edit', 'side');
    const { files } = await filesChanged(work.gitDir, null, work.git('rev-parse', 'HEAD'));
    expect(files).toEqual(['b']);
  });

  test('of a first commit: the whole tree', async () => {
    const work = new WorkTree();
    const sha = work.commit({ a: '1', 'd/b': '1' });
    expect((await filesChanged(work.gitDir, null, sha)).files).toEqual(['a', 'd/b']);
  });

  test('with a previous commit that is gone: as of a new branch', async () => {
    const work = new WorkTree();
    work.commit({ a: '1' });
    const sha = work.commit({ b: '1' });
    expect((await filesChanged(work.gitDir, 'f'.repeat(40), sha)).files).toEqual(['b']);
  });

  test('after a forced push: against the previous commit although it is no ancestor', async () => {
    const work = new WorkTree();
    work.commit({ a: '1' });
    const previous = work.commit({ b: '1' });
    work.git('reset', '--quiet', '--hard', 'HEAD~1');
    const sha = work.commit({ c: '1' });
    expect((await filesChanged(work.gitDir, previous, sha)).files).toEqual(['b', 'c']);
  });

  test('from an annotated tag to an annotated tag', async () => {
    const work = new WorkTree();
    work.commit({ a: '1' });
    work.git('tag', '-a', '-m', 'x', 'v1');
    work.commit({ b: '1' });
    work.git('tag', '-a', '-m', 'x', 'v2');
    const id = (tag: string) => work.git('rev-parse', tag);
    expect((await filesChanged(work.gitDir, id('v1'), id('v2'))).files).toEqual(['b']);
  });

  test('stops at the limit and says so', async () => {
    const work = new WorkTree();
    const first = work.commit(manyFiles('d', maxFilesChanged));
    expect((await filesChanged(work.gitDir, null, first)).complete).toBe(true);
    const second = work.commit({ ...manyFiles('d', 0), 'd/one-more': '' });
    work.git('checkout', '--quiet', '--orphan', 'all');
    const all = work.commit({});
    const { files, complete } = await filesChanged(work.gitDir, null, all);
    expect([files.length, complete]).toEqual([maxFilesChanged, false]);
    expect((await filesChanged(work.gitDir, first, second)).files).toEqual(['d/one-more']);
  });
});

describe('reading a file of a commit', () => {
  test('gives its bytes, whatever they are', async () => {
    const work = new WorkTree();
    const bytes = Buffer.from([0, 255, 10, 13, 10, 0]);
    const sha = work.commit({ 'd/ä "b"': bytes, empty: '' });
    expect(await readFileAt(work.gitDir, sha, 'd/ä "b"', 100)).toEqual(bytes);
    expect(await readFileAt(work.gitDir, sha, 'empty', 0)).toEqual(Buffer.alloc(0));
  });

  test('what is not there, or is a folder, is null', async () => {
    const work = new WorkTree();
    const sha = work.commit({ 'd/a': '1' });
    for (const path of ['b', 'd', 'd/a/b', '-x', ':/d', '*', '@{0}', ' ']) {
      expect(await readFileAt(work.gitDir, sha, path, 100)).toBeNull();
    }
    expect(await readFileAt(work.gitDir, 'f'.repeat(40), 'd/a', 100)).toBeNull();
  });

  test('a link inside the tree is followed, one that leads out is not', async () => {
    const work = new WorkTree();
    symlinkSync('d/a', join(work.path, 'inside'));
    symlinkSync('/etc/passwd', join(work.path, 'outside'));
    const sha = work.commit({ 'd/a': 'content' });
    expect((await readFileAt(work.gitDir, sha, 'inside', 100))?.toString()).toBe('content');
    expect(await readFileAt(work.gitDir, sha, 'outside', 100)).toBeNull();
  });

  test('a file above the limit is an error, at the limit it is read', async () => {
    const work = new WorkTree();
    const sha = work.commit({ a: 'x'.repeat(1000), huge: 'x'.repeat(5_000_000) });
    expect(await readFileAt(work.gitDir, sha, 'a', 1000)).toHaveLength(1000);
    for (const [path, maxBytes] of [['a', 999] as const, ['huge', 999] as const]) {
      const refused = readFileAt(work.gitDir, sha, path, maxBytes);
      await expect(refused).rejects.toBeInstanceOf(FileTooLargeError);
      await expect(refused).rejects.toMatchObject({ code: 'file-too-large', path, maxBytes });
    }
  });

  test.each(['', '/etc/passwd', '../a', 'a/./b', 'a//b', 'a\nb', 'a\0b', './a'])(
    'refuses the path %j',
    async (path) => {
      const work = new WorkTree();
      const sha = work.commit({ a: '1' });
      await expect(readFileAt(work.gitDir, sha, path, 10)).rejects.toBeInstanceOf(InvalidTreePathError);
    },
  );

  test('a folder that is no repository is an error, not an absent file', async () => {
    await expect(readFileAt(scratchFolder(), zero, 'a', 10)).rejects.toBeInstanceOf(GitError);
  });
});
