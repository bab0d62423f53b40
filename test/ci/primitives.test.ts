import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobA, pipeline, Scenario, scenario, type ScenarioOptions } from './fixture/scenario.js';

const outputsOf = async (body: string, options?: ScenarioOptions): Promise<unknown> => {
  const run = await scenario(jobA(body), options);
  return run.event('job.succeeded').outputs;
};

const messageOf = async (body: string, options?: ScenarioOptions): Promise<string> => {
  const run = await scenario(jobA(body), options);
  return String(run.event('job.failed').message);
};

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

describe('jobs', () => {
  it('gives the push', async () => {
    expect(await outputsOf('(jobs :quire/push)')).toEqual({
      sha: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00',
      ref: 'refs/heads/main',
      branch: 'main',
      'files-changed': ['src/a.ts', 'docs/é.md'],
      pusher: 'alice',
      'commit-message': 'Add naïveté\n',
      'pushed-at': '2026-11-22T12:00:00.123Z',
      repo: 'demo',
    });
  });

  it('gives the push to a job that names it only indirectly', async () => {
    const run = await scenario(
      pipeline(
        '(ci.job :a [:quire/push] (fn [] 1)) (ci.job :b [:a] (fn [{: jobs}] (. (jobs :quire/push) :branch)))',
      ),
    );
    expect(run.event('job.succeeded', 'b').outputs).toBe('main');
  });

  it('gives the outputs of direct and indirect inputs, each time afresh', async () => {
    const run = await scenario(
      pipeline(`(ci.job :a [:quire/push] (fn [] {:list [1 2] :text "é" 5 :five}))
        (ci.job :b [:a] (fn [{: jobs}] (let [a (jobs :a)] (table.insert a.list 3) (length a.list))))
        (ci.job :c [:b] (fn [{: jobs}] [(jobs :b) (length (. (jobs :a) :list)) (. (jobs :a) 5) (. (jobs :a) :text)]))`),
    );
    expect(run.event('job.succeeded', 'c').outputs).toEqual([3, 2, 'five', 'é']);
  });

  it('refuses what is no input, naming those there are', async () => {
    const run = await scenario(
      pipeline(`(ci.job :a [:quire/push] (fn [] 1)) (ci.job :other [:quire/push] (fn [] 1))
        (ci.job :b [:a] (fn [{: jobs}] (jobs :other)))`),
    );
    expect(run.event('job.failed', 'b').message).toBe(
      'jobs: :other is not an input of job :b, whose inputs are, direct and indirect: :a :quire/push; ' +
        'add it to the inputs in ci.job',
    );
  });
});

describe('env', () => {
  it('reads the environment of the run, and nothing beyond it', async () => {
    process.env.QUIRE_TEST_OUTSIDE = 'visible to this process';
    const body =
      '[(env "CI") (env "EMPTY") (env "WIDE") (type (env "QUIRE_TEST_OUTSIDE")) (type (env "constructor"))]';
    expect(await outputsOf(body, { env: { EMPTY: '', WIDE: 'é' } })).toEqual(['true', '', 'é', 'nil', 'nil']);
  });

  it('wants a name', async () => {
    expect(await messageOf('(env)')).toBe('env: the name of a variable must be a string, found nil');
  });
});

describe('log', () => {
  it('records strings as they are and other values as Fennel writes them', async () => {
    const run = await scenario(jobA('(log "a\\nb" 5 nil {:x [true]} "é") (log) nil'));
    const messages = run.events.filter(({ type }) => type === 'job.logged').map(({ data }) => data.message);
    expect(messages).toEqual(['a\nb 5 nil {:x [true]} é', '']);
  });

  it('refuses a message that is too long', async () => {
    expect(await messageOf('(log (string.rep "x" 16385))')).toContain(
      'log: the message has 16385 characters, 16384 are allowed',
    );
    const run = await scenario(jobA('(log (string.rep "x" 16384))'));
    expect(String(run.event('job.logged').message)).toHaveLength(16_384);
  });
});

describe('read-file', () => {
  it('gives the bytes of a file and records them', async () => {
    const content = Buffer.from([0, 255, 10, 65]);
    const run = await scenario(jobA('[(string.byte (read-file "data/bin") 1 -1)]'), {
      files: { 'data/bin': content },
    });
    expect(run.event('job.succeeded').outputs).toEqual([0, 255, 10, 65]);
    expect(run.event('file.read')).toEqual({
      jobId: 'a',
      path: 'data/bin',
      sha256: sha256(content),
      bytes: 4,
    });
    expect(readFileSync(join(run.blobs, sha256(content)))).toEqual(content);
  });

  it('gives nil for a file that is missing, and records that', async () => {
    const run = await scenario(jobA('(type (read-file "none/at/all"))'));
    expect(run.event('job.succeeded').outputs).toBe('nil');
    expect(run.event('file.read')).toEqual({ jobId: 'a', path: 'none/at/all', sha256: null, bytes: 0 });
  });

  it.each([
    ['(read-file "/etc/passwd")', '"/etc/passwd" is absolute; paths are relative to the workspace'],
    ['(read-file "../run/x")', '"../run/x" leads out of the workspace'],
    ['(read-file "a/../../run")', 'leads out of the workspace'],
    ['(read-file "link")', '"link" leads out of the workspace'],
    ['(read-file "linked-folder/passwd")', 'leads out of the workspace'],
    ['(read-file "loop")', 'ELOOP'],
    ['(read-file ".quire")', '".quire" is no regular file'],
    ['(read-file "")', 'the path is empty'],
    ['(read-file "a\\0b")', 'must not contain a NUL byte'],
    ['(read-file 5)', 'read-file: the path must be a string, found the number 5'],
    ['(read-file "big")', '"big" has more than the limit of 65536 bytes that a pipeline may read'],
    ['(do (sh ["mkfifo" "pipe"]) (read-file "pipe"))', '"pipe" is no regular file'],
  ])('%s is refused', async (call, message) => {
    const run = new Scenario(jobA(call), { files: { big: 'x'.repeat(65_537) } });
    symlinkSync('/etc/passwd', join(run.workspace, 'link'));
    symlinkSync('/etc', join(run.workspace, 'linked-folder'));
    symlinkSync('loop', join(run.workspace, 'loop'));
    await run.run();
    expect(run.event('job.failed').message).toContain(message);
  });

  it('follows a link that stays within the workspace', async () => {
    const run = new Scenario(jobA('(read-file "here")'), { files: { 'deep/file': 'content' } });
    symlinkSync('deep/file', join(run.workspace, 'here'));
    await run.run();
    expect(run.event('job.succeeded').outputs).toBe('content');
  });
});

describe('read-json', () => {
  it('gives tables', async () => {
    const files = { 'package.json': '\ufeff{"name": "é", "list": [1, 2.5, null, true], "deep": {"a": {}}}' };
    const body =
      '(let [j (read-json "package.json")] [j.name (. j.list 2) (type (. j.list 3)) (. j.list 4) (type j.deep.a)])';
    expect(await outputsOf(body, { files })).toEqual(['é', 2.5, 'nil', true, 'table']);
  });

  it.each([
    ['bad.json', 'read-json: bad.json is not JSON: '],
    ['latin1.json', 'read-json: latin1.json is not UTF-8 text'],
  ])('%s is refused', async (name, message) => {
    const files = { 'bad.json': '{"a": }', 'latin1.json': Buffer.from('"\xe9"', 'latin1') };
    expect(await messageOf(`(read-json "${name}")`, { files })).toContain(message);
  });

  it('gives nil for a file that is missing', async () => {
    expect(await outputsOf('(type (read-json "none.json"))')).toBe('nil');
  });
});

describe('write-file', () => {
  it('makes the file and its folders, and records its bytes', async () => {
    const run = await scenario(jobA('(write-file "a/b/c.txt" "\\xffnew") (read-file "a/b/c.txt") 1'));
    const content = Buffer.from('\xffnew', 'latin1');
    expect(readFileSync(join(run.workspace, 'a/b/c.txt'))).toEqual(content);
    expect(run.event('file.written')).toEqual({
      jobId: 'a',
      path: 'a/b/c.txt',
      sha256: sha256(content),
      bytes: 4,
    });
    expect(readFileSync(join(run.blobs, sha256(content)))).toEqual(content);
  });

  it('replaces a longer file', async () => {
    const run = await scenario(jobA('(write-file "f" "new") 1'), { files: { f: 'much longer' } });
    expect(readFileSync(join(run.workspace, 'f'), 'utf8')).toBe('new');
  });

  it.each([
    ['(write-file "../escape" "x")', 'leads out of the workspace'],
    ['(write-file "/tmp/quire-escape" "x")', 'is absolute'],
    ['(write-file "linked-folder/x" "x")', 'leads out of the workspace'],
    ['(write-file "dangling" "x")', 'ELOOP'],
    ['(write-file "." "x")', 'is the workspace itself, not a file'],
    ['(write-file "f")', 'write-file: the content must be a string, found nil'],
    ['(write-file "f" (string.rep "x" 65537))', 'the content has 65537 bytes, more than the limit of 65536'],
    ['(write-file ".quire" "x")', 'EISDIR'],
    ['(write-file ".quire/ci.fnl/x" "x")', ''],
  ])('%s is refused', async (call, message) => {
    const run = new Scenario(jobA(call));
    mkdirSync(join(run.folder, 'outside'));
    symlinkSync(join(run.folder, 'outside'), join(run.workspace, 'linked-folder'));
    symlinkSync(join(run.folder, 'outside/new'), join(run.workspace, 'dangling'));
    await run.run();
    expect(run.event('job.failed').message).toContain(message);
    expect(existsSync(join(run.folder, 'outside/new'))).toBe(false);
    expect(existsSync(join(run.folder, 'outside/x'))).toBe(false);
    expect(existsSync(join(run.folder, 'escape'))).toBe(false);
    expect(run.story.some((line) => line.startsWith('file.written'))).toBe(false);
  });
});

describe('the table of primitives', () => {
  it('is the one that quire.runtime is', async () => {
    const run = await scenario(
      pipeline('(ci.job :a [:quire/push] (fn [given] (= given (require :quire.runtime))))'),
    );
    expect(run.event('job.succeeded').outputs).toBe(true);
  });

  it('has exactly these members, and cannot be changed', async () => {
    const run = await scenario(
      pipeline(
        '(ci.job :a [:quire/push] (fn [rt] (let [names (icollect [k (pairs rt)] k)] (table.sort names) names)))',
      ),
    );
    expect(run.event('job.succeeded').outputs).toEqual([
      'env',
      'jobs',
      'log',
      'read-file',
      'read-json',
      'secret',
      'sh',
      'write-file',
    ]);
    expect(await messageOf('(tset (require :quire.runtime) :sh 5)')).toContain('read-only');
  });

  it('can be used from a module of the repository', async () => {
    const run = await scenario(
      pipeline('(local lib (require :lib.steps)) (ci.job :a [:quire/push] #(lib.hello))'),
      {
        files: {
          '.quire/lib/steps.fnl': '(local rt (require :quire.runtime))\n{:hello (fn []\n (rt.sh "exit 6"))}',
        },
      },
    );
    expect(run.event('job.failed')).toMatchObject({
      exitCode: 6,
      location: { file: '.quire/lib/steps.fnl', line: 3 },
    });
  });

  it('knows the job of a function that another job made', async () => {
    const run = await scenario(
      pipeline(`(local kept {})
        (ci.job :a [:quire/push] (fn [{: log}] (set kept.log log) 1))
        (ci.job :b [:a] (fn [] (kept.log "from b") 1))`),
    );
    expect(run.event('job.logged')).toEqual({ jobId: 'b', message: 'from b' });
  });
});
