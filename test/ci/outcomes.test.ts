import { describe, expect, it } from 'vitest';
import { jobA, pipeline, scenario } from './fixture/scenario.js';

/** What a run of one job `a` comes to: the events after the registration. */
const storyOf = async (body: string, options?: string): Promise<string[]> => {
  const { story } = await scenario(jobA(body, options));
  expect(story[0]).toBe('pipeline.registered a');
  return story.slice(1);
};

describe('the outcome of a job', () => {
  it.each<[string, string, string[]]>([
    ['nothing returned, nothing done', 'nil', ['job.skipped a nothing-to-do', 'run.succeeded']],
    [
      'a command that succeeds',
      '(sh ["true"])',
      ['job.started a', 'sh.started a/1', 'sh.finished a/1 exit 0', 'job.succeeded a', 'run.succeeded'],
    ],
    [
      'nothing returned after a command',
      '(sh ["true"]) nil',
      ['job.started a', 'sh.started a/1', 'sh.finished a/1 exit 0', 'job.succeeded a', 'run.succeeded'],
    ],
    [
      'a failed command that is returned',
      '(sh "exit 3")',
      [
        'job.started a',
        'sh.started a/1',
        'sh.finished a/1 exit 3',
        'job.failed a exit 3',
        'run.failed pipeline-failure',
      ],
    ],
    ['a value returned, nothing done', '5', ['job.started a', 'job.succeeded a', 'run.succeeded']],
    ['false returned', 'false', ['job.started a', 'job.succeeded a', 'run.succeeded']],
    ['a table returned', '{:x 1}', ['job.started a', 'job.succeeded a', 'run.succeeded']],
    ['a table with :exit 0', '{:exit 0}', ['job.started a', 'job.succeeded a', 'run.succeeded']],
    [
      'a table with :exit 4',
      '{:exit 4}',
      ['job.started a', 'job.failed a exit 4', 'run.failed pipeline-failure'],
    ],
    [
      'a table with :exit 1.5',
      '{:exit 1.5}',
      ['job.started a', 'job.failed a exit null', 'run.failed pipeline-failure'],
    ],
    ['a table with another :exit', '{:exit "4"}', ['job.started a', 'job.succeeded a', 'run.succeeded']],
    [
      'an error',
      '(error "boom")',
      ['job.started a', 'job.failed a exit null', 'run.failed pipeline-failure'],
    ],
    [
      'an error after a command',
      '(sh ["true"]) (error "boom")',
      [
        'job.started a',
        'sh.started a/1',
        'sh.finished a/1 exit 0',
        'job.failed a exit null',
        'run.failed pipeline-failure',
      ],
    ],
    [
      'nothing returned after a file was written',
      '(write-file "out.txt" "x") nil',
      ['job.started a', 'file.written a out.txt', 'job.succeeded a', 'run.succeeded'],
    ],
    [
      'nothing but reading and logging',
      '(log "hello") (read-file "none") nil',
      ['job.logged a', 'file.read a none', 'job.skipped a nothing-to-do', 'run.succeeded'],
    ],
  ])('%s', async (_what, body, expected) => {
    expect(await storyOf(body)).toEqual(expected);
  });

  it('names the command and the line of a failure', async () => {
    const { event } = await failed('\n(sh ["npm" "run" "it\'s"])', { PATH: '/nowhere' });
    expect(event).toEqual({
      jobId: 'a',
      exitCode: 127,
      message: `command failed with exit 127: npm run 'it'\\''s' (.quire/ci.fnl:3)`,
      location: { file: '.quire/ci.fnl', line: 3 },
      allowed: false,
    });
  });

  it('names the message and the line of an error', async () => {
    const { event, run } = await failed('\n\n(error "no luck")');
    expect(event).toMatchObject({ message: 'no luck', location: { file: '.quire/ci.fnl', line: 4 } });
    expect(run.event('run.failed').message).toBe('job :a failed: no luck');
  });

  it('tells an error that is a table by its message', async () => {
    const { event } = await failed('(error {:message "as a table"})');
    expect(event.message).toBe('as a table');
  });

  it('fails for a run-fn that loops for ever, and names the limit', async () => {
    const { story, event } = await (async () => {
      const run = await scenario(jobA('(while true nil)'), { limits: { luaCpuMs: 150 } });
      return { story: run.story, event: run.event('job.failed') };
    })();
    expect(story.slice(1)).toEqual([
      'job.started a',
      'job.failed a exit null',
      'run.failed pipeline-failure',
    ]);
    expect(event.message).toContain('150');
    expect(event.message).toContain(':limits {:lua-cpu …}');
  });
});

const failed = async (body: string, env: Record<string, string> = {}) => {
  const run = await scenario(jobA(body), { env });
  return { run, event: run.event('job.failed', 'a') };
};

describe('outputs', () => {
  it.each<[string, unknown]>([
    ['"text"', 'text'],
    ['"\\xff"', '\ufffd'],
    ['42', 42],
    ['1.5', 1.5],
    ['true', true],
    ['[1 2 [3]]', [1, 2, [3]]],
    ['{:a {:b [true "é"]}}', { a: { b: [true, 'é'] } }],
    ['{1 :one 3 :three}', { 1: 'one', 3: 'three' }],
    ['{}', {}],
  ])('%s is recorded as JSON', async (value, expected) => {
    const run = await scenario(jobA(value));
    expect(run.event('job.succeeded')).toEqual({ jobId: 'a', outputs: expected, outputsSha256: null });
  });

  it('of a returned command are its exit, its command and what it printed', async () => {
    const run = await scenario(jobA('(sh ["sh" "-c" "echo out; echo err >&2"])'));
    expect(run.event('job.succeeded').outputs).toEqual({
      exit: 0,
      cmd: ['sh', '-c', 'echo out; echo err >&2'],
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('tell only the size of what was too long to be captured', async () => {
    const run = await scenario(jobA('(sh "head -c 70000 /dev/zero")'));
    expect(run.event('job.succeeded').outputs).toEqual({
      exit: 0,
      cmd: 'head -c 70000 /dev/zero',
      'stdout-bytes': 70_000,
      stderr: '',
    });
  });

  it('above 64 KiB are a blob', async () => {
    const run = await scenario(jobA('{:long (string.rep "x" 70000)}'));
    const { outputs, outputsSha256 } = run.event('job.succeeded');
    expect(outputs).toBeNull();
    const { readFileSync } = await import('node:fs');
    expect(JSON.parse(readFileSync(`${run.blobs}/${outputsSha256}`, 'utf8'))).toEqual({
      long: 'x'.repeat(70_000),
    });
  });

  it.each([
    ['(fn [] 1)', 'the returned value is a function'],
    ['{:a [1 {:b print}]}', 'the returned .a[2].b is a function'],
    ['(coroutine.create #nil)', 'the returned value is a coroutine'],
    ['(let [t {}] (set t.self {:t t}) t)', 'the returned .self.t is a table that contains itself'],
    ['{true 1}', 'the returned value is a table with the boolean true as a key'],
    ['[(/ 0 0)]', 'the returned [1] is the number NaN'],
    [
      '(let [t {}] (var at t) (for [i 1 200] (set at.x {}) (set at at.x)) t)',
      'nested more than 100 levels deep',
    ],
  ])('%s fail the job', async (value, message) => {
    const source = value.replace('print', '(fn [] nil)');
    const run = await scenario(jobA(source));
    expect(run.story.slice(1)).toEqual([
      'job.started a',
      'job.failed a exit null',
      'run.failed pipeline-failure',
    ]);
    expect(run.event('job.failed').message).toContain(message);
  });
});

describe('options of a job', () => {
  it(':retry runs it again from the start until it succeeds', async () => {
    const body = '(sh "echo x >> tries; test $(wc -l < tries) = 3")';
    expect(await storyOf(body, '{:retry 5}')).toEqual([
      'job.started a',
      'sh.started a/1',
      'sh.finished a/1 exit 1',
      'job.retried a attempt 2',
      'sh.started a/2',
      'sh.finished a/2 exit 1',
      'job.retried a attempt 3',
      'sh.started a/3',
      'sh.finished a/3 exit 0',
      'job.succeeded a',
      'run.succeeded',
    ]);
  });

  it(':retry gives up after so many more tries, with the last failure', async () => {
    expect(await storyOf('(error "always")', '{:retry 2}')).toEqual([
      'job.started a',
      'job.retried a attempt 2',
      'job.retried a attempt 3',
      'job.failed a exit null',
      'run.failed pipeline-failure',
    ]);
  });

  it(':retry tells why each attempt failed', async () => {
    const run = await scenario(jobA('\n(sh "exit 7")', '{:retry 1}'));
    expect(run.event('job.retried')).toEqual({
      jobId: 'a',
      attempt: 2,
      message: 'command failed with exit 7: exit 7 (.quire/ci.fnl:3)',
      location: { file: '.quire/ci.fnl', line: 3 },
    });
  });

  it(':allow-failure lets the run succeed and the dependents run', async () => {
    const run = await scenario(
      pipeline(`(ci.job :lint [:quire/push] {:allow-failure true} (fn [{: sh}] (sh "exit 5")))
        (ci.job :silent [:quire/push] {:allow-failure true} (fn [] (error "x")))
        (ci.job :after [:lint :silent] (fn [{: jobs}] {:lint (jobs :lint) :silent (type (jobs :silent))}))`),
    );
    expect(run.story.slice(-4)).toEqual([
      'job.failed silent exit null allowed',
      'job.started after',
      'job.succeeded after',
      'run.succeeded',
    ]);
    expect(run.event('job.failed', 'lint')).toMatchObject({ exitCode: 5, allowed: true });
    expect(run.event('job.succeeded', 'after').outputs).toEqual({ lint: { exit: 5 }, silent: 'nil' });
  });

  it(':always runs a job however its inputs ended', async () => {
    const run = await scenario(
      pipeline(`(ci.job :a [:quire/push] (fn [] (error "x")))
        (ci.job :b [:a] (fn [] 1))
        (ci.job :clean [:a :b] {:always true} (fn [{: jobs}] {:a (type (jobs :a)) :b (type (jobs :b))}))
        (ci.job :last [:clean] (fn [] 1))`),
    );
    expect(run.story).toEqual([
      'pipeline.registered a b clean last',
      'job.started a',
      'job.failed a exit null',
      'job.skipped b input-failed a',
      'job.started clean',
      'job.succeeded clean',
      'job.started last',
      'job.succeeded last',
      'run.failed pipeline-failure',
    ]);
    expect(run.event('job.succeeded', 'clean').outputs).toEqual({ a: 'nil', b: 'nil' });
  });

  it(':timeout ends what runs and fails the job', async () => {
    const run = await scenario(jobA('(sh "sleep 100") (sh "echo never")', '{:timeout 0.3 :retry 3}'));
    expect(run.story.slice(1)).toEqual([
      'job.started a',
      'sh.started a/1',
      'sh.interrupted a/1',
      'job.failed a exit null',
      'run.failed pipeline-failure',
    ]);
    expect(run.event('job.failed').message).toBe('the job reached its time limit of 0.3 s');
    const started = run.events.find(({ type }) => type === 'job.started');
    const deadline = Number(run.event('job.started').deadlineAtMs);
    expect(Math.abs(deadline - Number(started?.occurredAtMs) - 300)).toBeLessThan(100);
  });

  it(':timeout ends code that will not end, even when it catches errors', async () => {
    const run = await scenario(
      jobA('(sh ["true"]) (while true (pcall #(sh "sleep 100")))', '{:timeout 0.3}'),
    );
    expect(run.event('job.failed').message).toContain('time limit of 0.3 s');
  });
});

describe('the graph', () => {
  it('skips what depends on a failed or a skipped job, and runs the rest', async () => {
    const { story, event } = await (async () => {
      const run = await scenario(
        pipeline(`(ci.job :bad [:quire/push] (fn [] (error "x")))
          (ci.job :idle [:quire/push] (fn [] nil))
          (ci.job :after-bad [:bad] (fn [] 1))
          (ci.job :far [:after-bad] (fn [] 1))
          (ci.job :after-idle [:idle] (fn [] 1))
          (ci.job :free [:quire/push] (fn [] 1))`),
      );
      return { story: run.story, event: run.event('job.skipped', 'after-bad') };
    })();
    expect(story).toEqual([
      'pipeline.registered bad idle after-bad far after-idle free',
      'job.started bad',
      'job.failed bad exit null',
      'job.skipped after-bad input-failed bad',
      'job.skipped far input-skipped after-bad',
      'job.skipped idle nothing-to-do',
      'job.skipped after-idle input-skipped idle',
      'job.started free',
      'job.succeeded free',
      'run.failed pipeline-failure',
    ]);
    expect(event.message).toBe('its input :bad failed');
  });

  it('runs jobs in topological order, registration order among those ready', async () => {
    const run = await scenario(
      pipeline(`(ci.job :last [:mid :one] (fn [] 1)) (ci.job :one [:quire/push] (fn [] 1))
        (ci.job :mid [:two] (fn [] 1)) (ci.job :two [:quire/push] (fn [] 1))`),
    );
    expect(run.story[0]).toBe('pipeline.registered one two mid last');
    expect(run.story.filter((line) => line.startsWith('job.succeeded'))).toEqual([
      'job.succeeded one',
      'job.succeeded two',
      'job.succeeded mid',
      'job.succeeded last',
    ]);
  });

  it('lets jobs overlap as far as ci.parallel allows', async () => {
    const meet = (id: string, other: string) =>
      `(ci.job :${id} [:quire/push] (fn [{: sh}] (sh "touch ${id}; until test -e ${other}; do sleep 0.01; done")))`;
    const run = await scenario(
      pipeline(`(ci.parallel 2) ${meet('a', 'b')} ${meet('b', 'a')}
        (ci.job :c [:quire/push] (fn [{: sh}] (sh "test -e a && test -e b")))`),
    );
    expect(run.story.at(-1)).toBe('run.succeeded');
    const at = (line: string) => run.story.indexOf(line);
    expect(at('job.started b')).toBeLessThan(at('job.succeeded a'));
    expect(at('job.started c')).toBeGreaterThan(Math.min(at('job.succeeded a'), at('job.succeeded b')));
  });

  it('knows in overlapping jobs which job a primitive belongs to', async () => {
    const job = (id: string) => `(ci.job :${id} [:quire/push] (fn []
      (let [rt (require :quire.runtime)] (for [i 1 5] (rt.log (.. "${id}" i)) (rt.sh ["true"])) nil)))`;
    const run = await scenario(pipeline(`(ci.parallel 3) ${job('x')} ${job('y')} ${job('z')}`));
    for (const { type, data } of run.events) {
      if (type === 'job.logged') expect(String(data.message)[0]).toBe(data.jobId);
    }
    expect(run.events.filter(({ type }) => type === 'job.logged')).toHaveLength(15);
  });
});

describe('a broken pipeline', () => {
  it('ends the run at once, with all diagnostics and the first one as the message', async () => {
    const { story, event } = await (async () => {
      const run = await scenario(
        '(local ci (require :quire.ci))\n(ci.job :a [:gone] #nil)\n(ci.job :b [] #nil)',
      );
      return { story: run.story, event: run.event('run.failed') };
    })();
    expect(story).toEqual(['run.failed pipeline-invalid']);
    expect(event.diagnostics).toHaveLength(2);
    expect(event.message).toBe(
      '.quire/ci.fnl:2:13: job :a has the input :gone, which is neither a job nor a source\n' +
        '(ci.job :a [:gone] #nil)\n            ^\nhint: the source is :quire/push',
    );
  });

  it('that does not compile is reported with its place', async () => {
    const run = await scenario('(local x\n  (let [y 1');
    expect(run.event('run.failed')).toMatchObject({
      failureKind: 'pipeline-invalid',
      diagnostics: [{ file: '.quire/ci.fnl', line: 2, sourceLine: '  (let [y 1' }],
    });
  });

  it('that loops for ever at its top level is ended, naming the limit', async () => {
    const run = await scenario('(while true nil)', { limits: { luaCpuMs: 200 } });
    expect(run.story).toEqual(['run.failed pipeline-invalid']);
    expect(run.event('run.failed').message).toContain('200');
    expect(run.event('run.failed').message).toContain('raise it with :limits {:lua-cpu …} in config.fnl');
  });

  it('that is missing is said to be', async () => {
    const { rmSync } = await import('node:fs');
    const { Scenario } = await import('./fixture/scenario.js');
    const run = new Scenario('');
    rmSync(`${run.workspace}/.quire/ci.fnl`);
    expect(await run.run()).toBe(0);
    expect(run.event('run.failed').message).toBe('.quire/ci.fnl: there is no .quire/ci.fnl');
  });

  it('that is a link out of the workspace is not read', async () => {
    const { rmSync, symlinkSync } = await import('node:fs');
    const { Scenario } = await import('./fixture/scenario.js');
    const run = new Scenario('');
    rmSync(`${run.workspace}/.quire/ci.fnl`);
    symlinkSync('/etc/passwd', `${run.workspace}/.quire/ci.fnl`);
    expect(await run.run()).toBe(0);
    expect(run.event('run.failed').message).toContain('leads out of the workspace');
  });

  it.each(['../../escape', '/etc/x', '..', 'a/../../b', 'x\\u0000y', '-rf'])(
    'with the job id %j makes no file anywhere',
    async (id) => {
      const run = await scenario(pipeline(`(ci.job "${id}" [:quire/push] (fn [{: sh}] (sh "true")))`));
      expect(run.story).toEqual(['run.failed pipeline-invalid']);
      const { existsSync } = await import('node:fs');
      expect(existsSync(`${run.runDir}/jobs`)).toBe(false);
    },
  );
});
