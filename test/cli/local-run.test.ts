import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { checkoutWith, git, put } from './checkout.js';
import { quire, startQuire } from './quire.js';

const pipeline = (command: string): string => `(local ci (require :quire.ci))
(ci.job :first [:quire/push]
  (fn [{: sh}]
    (sh ${command})))
(ci.job :second [:first]
  (fn [{: sh : jobs}]
    (sh ["echo" (. (jobs :quire/push) :branch)])))
`;

const broken = `(local ci (require :quire.ci))
(ci.job :first [:quire/pusch] (fn [] nil))
`;

describe('quire ci run', () => {
  it('runs the working tree as it is, in a root of its own, and ends with 0', async () => {
    const folder = checkoutWith({ '.quire/ci.fnl': pipeline('"cat note.txt"') });
    put(folder, { 'note.txt': 'not committed yet\n' });
    mkdirSync(join(folder, 'sub'));
    const root = temporaryRoot();
    const { code, stdout, stderr } = await quire(['ci', 'run', '--root', root], { cwd: join(folder, 'sub') });
    expect(stderr).toContain(`root: ${root}`);
    expect({ code, end: stdout.trimEnd().split('\n').at(-1) }).toEqual({
      code: 0,
      end: expect.stringContaining('✓ succeeded  run '),
    });
    const logs = await quire(['run', 'logs', 'latest', '--root', root, '--raw']);
    expect(logs.stdout).toBe('not committed yet\nwork\n');
    expect(git(folder, 'status', '--porcelain')).toBe('?? note.txt');
    expectRebuildable(root);
  });

  it('writes the event stream of a real run', async () => {
    const folder = checkoutWith({ '.quire/ci.fnl': pipeline('"true"') });
    const { code, stdout } = await quire(['ci', 'run', '--json', '--root', temporaryRoot()], { cwd: folder });
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual([
      'run.queued',
      'run.claimed',
      'run.started',
      'pipeline.registered',
      'job.started',
      'sh.started',
      'sh.finished',
      'job.succeeded',
      'job.started',
      'sh.started',
      'sh.finished',
      'job.succeeded',
      'run.succeeded',
    ]);
  });

  it('ends with 1 when the run fails and says where', async () => {
    const folder = checkoutWith({ '.quire/ci.fnl': pipeline('"echo oh no; exit 3"') });
    const { code, stdout } = await quire(['ci', 'run', '--root', temporaryRoot()], { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toContain('✗ first:');
    expect(stdout).toContain('│ oh no');
    expect(stdout).toContain('.quire/ci.fnl:4');
  });

  it('ends with 2 when the pipeline is broken and shows every diagnostic', async () => {
    const folder = checkoutWith({ '.quire/ci.fnl': broken });
    const { code, stdout } = await quire(['ci', 'run', '--root', temporaryRoot()], { cwd: folder });
    expect(code).toBe(2);
    expect(stdout).toContain('.quire/ci.fnl:2:17: job :first has the input :quire/pusch');
  });

  it('runs another commit with --rev', async () => {
    const folder = checkoutWith({ '.quire/ci.fnl': pipeline('"echo old"') });
    put(folder, { '.quire/ci.fnl': pipeline('"exit 1"') });
    git(folder, 'commit', '--quiet', '-am', 'Break it');
    const root = temporaryRoot();
    expect((await quire(['ci', 'run', '--root', root], { cwd: folder })).code).toBe(1);
    expect((await quire(['ci', 'run', '--rev', 'HEAD~1', '--root', root], { cwd: folder })).code).toBe(0);
    expectRebuildable(root);
  });

  it('needs a checkout with a pipeline', async () => {
    const folder = checkoutWith({ 'a.txt': 'a' });
    const root = temporaryRoot();
    const without = await quire(['ci', 'run', '--root', root], { cwd: folder });
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('has no .quire/ci.fnl') });
    expect((await quire(['ci', 'run', '--root', root], { cwd: temporaryRoot() })).code).toBe(2);
  });

  it('cancels the run on Ctrl-C, with its processes, and ends with 130', async () => {
    const folder = checkoutWith({ '.quire/ci.fnl': pipeline('"echo begun; sleep 600"') });
    const root = temporaryRoot();
    const child = startQuire(['ci', 'run', '--json', '--root', root], { cwd: folder });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('sh.started') && !child.killed) child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    const { stdout } = await quire(['run', 'show', 'latest', '--json', '--root', root]);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'canceled', cancelReason: 'operator' });
    expect(text).toContain('"message":"ended by Ctrl-C"');
    expectRebuildable(root);
  });
});

describe('quire ci validate', () => {
  it('finds nothing wrong with a good pipeline', async () => {
    const folder = checkoutWith({ '.quire/ci.fnl': pipeline('"true"') });
    expect(await quire(['ci', 'validate'], { cwd: folder })).toEqual({
      code: 0,
      stdout: '.quire/ci.fnl: no problems, 2 jobs\n',
      stderr: '',
    });
  });

  it('says what is wrong with a broken one, by the path as typed here, and ends with 2', async () => {
    const folder = checkoutWith({ '.quire/ci.fnl': broken });
    const { code, stdout } = await quire(['ci', 'validate', folder], { cwd: join(folder, '.quire') });
    expect(code).toBe(2);
    expect(stdout).toBe(
      [
        'ci.fnl:2:17: job :first has the input :quire/pusch, which is neither a job nor a source',
        '    2 │ (ci.job :first [:quire/pusch] (fn [] nil))',
        '      │                 ^',
        '  try: did you mean :quire/push?',
        'ci.fnl: 1 problem',
        '',
      ].join('\n'),
    );
    const json = await quire(['ci', 'validate', '--json'], { cwd: folder });
    expect(JSON.parse(json.stdout)).toMatchObject({
      file: '.quire/ci.fnl',
      valid: false,
      jobs: [],
      diagnostics: [{ code: 'unknown-input', line: 2, column: 17 }],
    });
  });

  it('says so when there is no pipeline', async () => {
    const { code, stderr } = await quire(['ci', 'validate'], { cwd: temporaryRoot() });
    expect(code).toBe(2);
    expect(stderr).toContain('there is no .quire/ci.fnl in ');
  });
});

describe('quire ci graph', () => {
  const folder = () => checkoutWith({ '.quire/ci.fnl': pipeline('"true"') });

  it('draws the graph', async () => {
    expect((await quire(['ci', 'graph'], { cwd: folder() })).stdout).toBe(
      ['●  quire/push  source', '●  first       line 2', '●  second      line 5', ''].join('\n'),
    );
  });

  it('gives it to Graphviz, and as JSON', async () => {
    const cwd = folder();
    expect((await quire(['ci', 'graph', '--dot'], { cwd })).stdout).toContain('  "first" -> "second";');
    const { jobs } = JSON.parse((await quire(['ci', 'graph', '--json'], { cwd })).stdout);
    expect(jobs[1]).toEqual({
      id: 'second',
      inputs: ['first'],
      options: { allowFailure: false, always: false, uninterruptible: false, timeoutMs: null, retry: 0 },
      file: '.quire/ci.fnl',
      line: 5,
    });
    expect((await quire(['ci', 'graph', '--dot', '--json'], { cwd })).code).toBe(2);
  });
});
