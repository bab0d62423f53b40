import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { appendRaw } from '../store/raw-event.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { filledRoot, ids } from './filled-root.js';
import { quire } from './quire.js';

/** A root with one repository and nothing wrong with it. */
const wellRoot = async (): Promise<string> => {
  const root = temporaryRoot();
  await openStore(root).close();
  await quire(['repo', 'new', 'demo', '--root', root]);
  return root;
};

const blobOf = (root: string, text: string): string => {
  mkdirSync(join(root, 'blobs'), { recursive: true });
  const path = join(root, 'blobs', createHash('sha256').update(text).digest('hex'));
  writeFileSync(path, text);
  return path;
};

describe('quire doctor', () => {
  it('finds nothing where nothing is wrong', async () => {
    const root = await wellRoot();
    blobOf(root, 'as it was');
    const { code, stdout } = await quire(['doctor', '--root', root]);
    expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('✓'))).toEqual([]);
    expect(code).toBe(0);
  });

  it('names what is wrong with files, each with its remedy, and repairs the hooks', async () => {
    const root = await wellRoot();
    writeFileSync(join(root, 'config.fnl'), '{:max-concurrent-runs 0}');
    mkdirSync(join(root, 'spool/rejected'), { recursive: true });
    writeFileSync(join(root, 'spool/one.json'), '{}');
    writeFileSync(join(root, 'spool/rejected/two.json'), '{}');
    appendFileSync(blobOf(root, 'as it was'), '!');
    const hook = join(root, 'repos/demo.git/hooks/post-receive');
    writeFileSync(hook, readFileSync(hook, 'utf8').replace(root, '/elsewhere'));
    const sick = await quire(['doctor', '--root', root]);
    expect(sick.code).toBe(1);
    for (const words of [
      '✗ the configuration can be read',
      'config.fnl:1:',
      '1 push waits for a server',
      'remedy: start it: quire serve',
      'the push two.json could not be taken in; two.json.reason says why',
      'that is not the one of this quire, this root and this Node',
      'its bytes were changed; found digest',
    ]) {
      expect(sick.stdout).toContain(words);
    }
    const fixed = await quire(['doctor', '--fix', '--root', root]);
    expect(fixed.stdout).toContain('repaired  repository demo has a hook');
    expect(fixed.stdout).toContain('✓ every repository is in its place, with its hook');
    expect(fixed.code).toBe(1);
    expect(readFileSync(hook, 'utf8')).toContain(`root=${root}`.replace(root, `'${root}'`));
    rmSync(join(root, 'repos/demo.git'), { recursive: true });
    const json = await quire(['doctor', '--json', '--root', root]);
    const { ok, checks } = JSON.parse(json.stdout) as {
      ok: boolean;
      checks: { check: string; problems: { what: string; remedy: string }[] }[];
    };
    expect(ok).toBe(false);
    expect(checks.flatMap(({ problems }) => problems)).toContainEqual({
      what: `repository demo is not at ${join(root, 'repos/demo.git')}`,
      remedy: 'put it back, or: quire repo rm demo',
    });
  });

  it('misses a blob that events name, and says which, whose it is, and what to do; so does verify --full', async () => {
    const { root, store } = await filledRoot();
    await store.close();
    const [name] = readdirSync(join(root, 'blobs'));
    const path = join(root, 'blobs', name!);
    expect((await quire(['doctor', '--root', root])).stdout).toContain('✓ stored contents are there');
    rmSync(path);
    const { code, stdout } = await quire(['doctor', '--root', root]);
    const what = new RegExp(
      `blob ${path}: the file is missing; it is the pipeline of run ${ids.succeeded} \\(event \\d+, and named once more\\): the run can be replayed only while its repository has the commit\n`,
    );
    expect(code).toBe(1);
    expect(stdout).toContain('✗ stored contents are there, and are what their names say');
    expect(stdout).toMatch(what);
    expect(stdout).toContain('    remedy: copy the file of this name from the blobs/ of a backup;');
    const verified = await quire(['verify', '--full', '--root', root]);
    expect(verified.stdout).toContain('\n✗ 0 blobs, 0 bytes\n  blob ');
    expect(verified.stdout).toMatch(what);
    const json = JSON.parse((await quire(['verify', '--full', '--json', '--root', root])).stdout);
    expect(json).toMatchObject({
      ok: false,
      blobs: { blobs: 0, findings: [{ code: 'blob-missing', sha256: name, timesNamed: 2 }] },
    });
  });

  it('says what it could not look at, and looks at everything else', async () => {
    const { root, store } = await filledRoot();
    await store.close();
    mkdirSync(join(root, 'repos/demo.git/hooks/post-receive'), { recursive: true });
    const log = join(root, 'runs', ids.succeeded, 'jobs/lint/sh-1.log');
    rmSync(log);
    symlinkSync('sh-1.log', log);
    const { code, stdout, stderr } = await quire(['doctor', '--root', root]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/✗ every repository is in its place.*\n {2}this could not be looked at: EISDIR/);
    expect(stdout).toContain("    remedy: see to it that the server's user can read it");
    expect(stdout).toMatch(/\(.*sh-1\.log\): it cannot be read: ELOOP/);
    expect(stdout).toContain('✓ stored contents are there');
    expect(stdout).toContain('something was added to it');
  });

  it('finds a damaged database file', async () => {
    const root = await wellRoot();
    const path = join(root, 'quire.db');
    const db = new Database(path);
    const page = db
      .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'repos'")
      .pluck()
      .get() as number;
    const size = Number(db.pragma('page_size', { simple: true }));
    db.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, (page - 1) * size, (page - 1) * size + 200);
    writeFileSync(path, bytes);
    const { code, stdout } = await quire(['doctor', '--root', root]);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ the database file is sound');
    expect(stdout).toContain('remedy: stop the server, check the disk, and put a backup in its place');
  });

  it('tells of everything that is wrong, though a repair cannot be done', async () => {
    const root = await wellRoot();
    appendRaw(root, { stream: 'repo/demo', type: 'repo.painted', typeVersion: 1, json: '{}' });
    const db = new Database(join(root, 'quire.db'));
    db.exec("DELETE FROM projection_versions WHERE name = 'refs'");
    db.close();
    const { code, stdout, stderr } = await quire(['doctor', '--fix', '--root', root]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(
      /not repaired {2}the rows of refs were never folded\n {4}the rebuild stopped at event \d+/,
    );
    expect(stdout).toContain('✓ the chain of events is whole');
    const json = await quire(['doctor', '--fix', '--json', '--root', root]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      repaired: [],
      notRepaired: [{ what: expect.any(String) }],
    });
  });

  it.each([
    ['no database any more', (bytes: Buffer) => bytes.fill(0xff, 0, 100), 'file is not a database'],
    ['damaged in its first page', (bytes: Buffer) => bytes.fill(0xff, 100, 200), 'malformed'],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 5000), 'malformed'],
  ])(
    'says of a file that is %s what is wrong and what to do, and so does every command',
    async (_, spoil, words) => {
      const root = await wellRoot();
      const path = join(root, 'quire.db');
      writeFileSync(path, spoil(readFileSync(path)));
      const { code, stdout, stderr } = await quire(['doctor', '--root', root]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      expect(stdout).toContain('✓ the configuration can be read');
      expect(stdout).toContain(words);
      expect(stdout).toContain('remedy: stop the server, check the disk, and put a backup in its place');
      expect(stdout).toContain('quire --root NEW events import FILE');
      for (const command of [['verify'], ['run', 'list'], ['serve'], ['projections', 'rebuild']]) {
        const refused = await quire([...command, '--root', root]);
        expect(refused, command.join(' ')).toMatchObject({ code: 3, stdout: '' });
        expect(refused.stderr, command.join(' ')).toMatch(
          /^quire: .* damaged \(SQLite: .*put a backup in its place/,
        );
      }
    },
  );

  it('says of a database of an older quire how it is brought to today', async () => {
    const root = await wellRoot();
    const db = new Database(join(root, 'quire.db'));
    db.exec('DELETE FROM __drizzle_migrations WHERE rowid = (SELECT max(rowid) FROM __drizzle_migrations)');
    db.close();
    expect(await quire(['doctor', '--root', root])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(
        /written by an older version; copy the file, then start quire serve once/,
      ),
    });
  });
});
