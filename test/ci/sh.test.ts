import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CriDecoder, rebuildFromLog } from '../../src/logs/index.js';
import { jobA, pipeline, Scenario, scenario, type ScenarioOptions } from './fixture/scenario.js';
import { isRunning, pidWritten } from './fixture/processes.js';

/** What job `a` returned, run with this body. */
const outputsOf = async (body: string, options?: ScenarioOptions): Promise<unknown> => {
  const run = await scenario(jobA(body), options);
  return run.event('job.succeeded').outputs;
};

/** Why job `a` failed, run with this body. */
const failureOf = async (body: string, options?: ScenarioOptions) => {
  const run = await scenario(jobA(body), options);
  return run.event('job.failed') as {
    message: string;
    exitCode: number | null;
    location: { line: number } | null;
  };
};

describe('a command', () => {
  it.each([
    ['(sh "echo $0 $((1 + 2))")', '/bin/sh 3\n'],
    ['(sh ["echo" "$HOME" "a  b"])', '$HOME a  b\n'],
    ['(sh ["echo" 5 1.5])', '5 1.5\n'],
    ['(sh ["printf" "é\\n"])', 'é\n'],
  ])('%s prints %j', async (call, printed) => {
    expect(await outputsOf(`(. ${call} :stdout)`)).toBe(printed);
  });

  it('is recorded with its place, its folder and its bytes', async () => {
    const run = await scenario(jobA('\n(sh ["sh" "-c" "echo out; echo err >&2"])'));
    expect(run.event('sh.started')).toEqual({
      jobId: 'a',
      n: 1,
      cmd: ['sh', '-c', 'echo out; echo err >&2'],
      cwd: '.',
      deadlineAtMs: null,
      location: { file: '.quire/ci.fnl', line: 3 },
    });
    const log = run.log('a');
    expect(run.event('sh.finished')).toEqual({
      jobId: 'a',
      n: 1,
      exitCode: 0,
      signal: null,
      timedOut: false,
      logTruncated: false,
      stdoutBytes: 4,
      stderrBytes: 4,
      logBytes: log.length,
      logSha256: (await import('node:crypto')).createHash('sha256').update(log).digest('hex'),
    });
    expect(rebuildFromLog(log, 'stdout').toString()).toBe('out\n');
  });

  it('gives bytes that are no text as they are', async () => {
    expect(await outputsOf('(let [r (sh "printf \'\\\\377\\\\000\\\\n\'")] [(r.stdout:byte 1 -1)])')).toEqual(
      [255, 0, 10],
    );
  });

  it.each([
    ['(sh)', 'sh: the command must be a string, found nil'],
    ['(sh 5)', 'sh: the command must be a string, found the number 5'],
    ['(sh "")', 'sh: the command is empty'],
    ['(sh [])', 'sh: the command is empty'],
    ['(sh [""])', 'sh: the command is empty'],
    ['(sh ["a" nil "b"])', 'has the key the number 3 in it'],
    ['(sh {:cmd "x"})', 'has the key the string "cmd" in it'],
    ['(sh ["a" {}])', 'sh: argument 2 of the command must be a string, found a table'],
    ['(sh ["a" "b\\0c"])', 'sh: argument 2 of the command must not contain a NUL byte'],
    ['(sh "\\xff")', 'sh: the command must be UTF-8 text'],
    ['(sh (string.rep "x" 300000))', '262144 are allowed; put it in a script, or its data in :stdin'],
    ['(sh "npm" "test")', 'sh: the options must be a table, found the string "test"'],
    ['(sh "npm" {} 1)', 'give several words as a list'],
    ['(sh "x" {:timout 5})', 'sh: unknown option :timout; did you mean :timeout?'],
    ['(sh "x" {:timeout 0})', 'sh: option :timeout must be seconds'],
    ['(sh "x" {:env "A=1"})', 'sh: option :env must be a table'],
    ['(sh "x" {:env {:A true}})', 'sh: variable A in :env must be a string, found the boolean true'],
    ['(sh "x" {:env {"A=B" "1"}})', 'sh: :env has a bad variable name "A=B"'],
    ['(sh "x" {:stdin 5})', 'sh: option :stdin must be a string, found the number 5'],
    ['(sh "x" {:allow-failure 1})', 'sh: option :allow-failure must be true or false'],
    ['(sh "x" {:capture -1})', 'sh: option :capture must be bytes'],
    ['(sh "x" {:cwd "nowhere"})', 'sh: option :cwd names "nowhere", which is no folder of the workspace'],
    ['(sh "x" {:cwd ".quire/ci.fnl"})', 'which is no folder of the workspace'],
    ['(sh "x" {:cwd "../run"})', '"../run" leads out of the workspace'],
    ['(sh "x" {:cwd "/tmp"})', '"/tmp" is absolute; paths are relative to the workspace'],
  ])('%s is an error that says what to write', async (call, message) => {
    const failure = await failureOf(`\n${call}`);
    expect(failure.message).toContain(message);
    expect(failure.location?.line).toBe(3);
  });

  it('does not run in a folder that a link leads out to', async () => {
    const run = new Scenario(jobA('(sh "pwd" {:cwd "out"})'));
    symlinkSync('/tmp', join(run.workspace, 'out'));
    await run.run();
    expect(run.event('job.failed').message).toBe('"out" leads out of the workspace');
  });

  it('that is unknown is exit 127 with the reason in its log', async () => {
    const run = await scenario(jobA('(let [r (sh ["no-such-command"])] {:code r.exit})'));
    expect(run.event('job.succeeded').outputs).toEqual({ code: 127 });
    expect(rebuildFromLog(run.log('a'), 'stderr').toString()).toContain('no-such-command: command not found');
  });

  it('cannot be started where the workspace is gone, and says so', async () => {
    const run = await scenario(jobA('(sh "rm -rf ../workspace") (sh ["true"])'));
    expect(run.story.at(-3)).toBe('sh.finished a/2 exit 126');
    expect(rebuildFromLog(run.log('a', 2)).toString()).toContain(`its folder ${run.workspace} is gone`);
  });

  it('gets the environment of the run, with :env on top, and nothing else', async () => {
    const run = await scenario(jobA('(. (sh ["env"] {:env {:CI "no" :N 5}}) :stdout)'), {
      env: { GIVEN: 'yes' },
    });
    const lines = String(run.event('job.succeeded').outputs).trim().split('\n').sort();
    const { env } = run.server.bootstrap;
    expect(lines).toEqual(
      Object.entries({ ...env, CI: 'no', N: '5' })
        .map((pair) => pair.join('='))
        .sort(),
    );
  });

  it('runs in :cwd, which is recorded', async () => {
    const run = new Scenario(jobA('(. (sh "pwd" {:cwd "sub/./dir"}) :stdout)'));
    mkdirSync(join(run.workspace, 'sub/dir'), { recursive: true });
    await run.run();
    expect(run.event('job.succeeded').outputs).toBe(`${run.workspace}/sub/dir\n`);
    expect(run.event('sh.started').cwd).toBe('sub/dir');
  });

  it('reads :stdin', async () => {
    expect(await outputsOf('(. (sh "wc -c" {:stdin "12345"}) :stdout)')).toBe('5\n');
  });

  it('that exceeds its :timeout is ended with all it started, and gives 124', async () => {
    const run = new Scenario(
      jobA('(let [r (sh "sleep 1000 & echo $! > pid; wait" {:timeout 0.4})] [r.exit r.timed-out r.signal])'),
    );
    const ended = run.run();
    const pid = await pidWritten(join(run.workspace, 'pid'));
    await ended;
    expect(run.event('job.succeeded').outputs).toEqual([124, true, 'SIGTERM']);
    expect(run.event('sh.finished')).toMatchObject({ timedOut: true, signal: 'SIGTERM', exitCode: null });
    expect(isRunning(pid)).toBe(false);
    const started = run.events.find(({ type }) => type === 'sh.started');
    const deadline = Number(started?.data.deadlineAtMs);
    expect(Math.abs(deadline - Number(started?.occurredAtMs) - 400)).toBeLessThan(100);
  });

  it('that is ended by a signal gives 128 and its number, and its name', async () => {
    expect(await outputsOf('(let [r (sh "kill -KILL $$")] [r.exit r.signal])')).toEqual([137, 'SIGKILL']);
  });

  it('may leave a process behind, which serves the job and ends with it', async () => {
    const run = new Scenario(
      pipeline(`(ci.job :a [:quire/push] (fn [{: sh}]
          (sh "sleep 1000 & echo $! > pid")
          (sh "grep 'State:.[RSD]' /proc/$(cat pid)/status")))
        (ci.job :b [:a] (fn [{: sh}] (sh "grep 'State:.[RSD]' /proc/$(cat pid)/status" {:allow-failure true}) 1))`),
    );
    await run.run();
    expect(run.story).toContain('sh.finished a/2 exit 0');
    expect(run.story.filter((line) => line.startsWith('sh.finished b/1'))).not.toEqual([
      'sh.finished b/1 exit 0',
    ]);
  });

  it('works inside comparators, replacements, metamethods and modules being loaded', async () => {
    const body = `(local numbers [2 1])
      (table.sort numbers (fn [a b] (= (. (sh (.. "test " a " -lt " b)) :exit) 0)))
      (local replaced (string.gsub "a" "." (fn [c] (. (sh (.. "printf " c c)) :stdout))))
      (local shown (tostring (setmetatable {} {:__tostring (fn [] (. (sh "printf shown") :stdout))})))
      [numbers replaced shown (require :lib.loading)]`;
    const files = {
      '.quire/lib/loading.fnl': '(local {: sh} (require :quire.runtime)) (. (sh "printf loaded") :stdout)',
    };
    expect(await outputsOf(body, { files })).toEqual([[1, 2], 'aa', 'shown', 'loaded']);
  });

  it('works in coroutines, iterators and protected calls', async () => {
    const body = `(local words [])
      (local co (coroutine.wrap (fn [] (coroutine.yield (. (sh "echo 1") :stdout)) (. (sh "echo 2") :stdout))))
      (table.insert words (co)) (table.insert words (co))
      (each [w (fn [] (when (< (length words) 4) (. (sh "echo 3") :stdout)))] (table.insert words w))
      (local (ok err) (pcall (fn [] (sh "true") (error :caught))))
      (table.insert words (tostring ok))
      (table.concat words)`;
    expect(await outputsOf(body)).toBe('1\n2\n3\n3\nfalse');
  });
});

describe('a failing command that nobody looked at', () => {
  /** Body → whether the job goes on and succeeds. */
  it.each<[string, string, boolean]>([
    ['stops the job at the next command', '(sh "exit 3") (sh "touch next")', false],
    ['stops the job at its end', '(sh "exit 3") 5', false],
    ['stops the job that returns nothing', '(sh "exit 3") nil', false],
    ['is not looked at by reading its output', '(let [r (sh "exit 3")] r.stdout (sh "touch next"))', false],
    ['is not looked at by logging it', '(log (sh "exit 3")) (sh "touch next")', false],
    ['is not looked at by keeping it', '(local r (sh "exit 3")) [r]', false],
    ['is not looked at by a raw get', '(let [r (sh "exit 3")] (rawget r :exit) (sh "touch next"))', false],
    ['stops also what catches errors', '(sh "exit 3") (pcall sh "touch next") 5', false],
    ['is looked at by reading .exit', '(let [r (sh "exit 3")] r.exit (sh "touch next"))', true],
    ['is looked at by destructuring', '(let [{: exit} (sh "exit 3")] (sh "touch next"))', true],
    ['is looked at by matching', '(match (sh "exit 3") {:exit 0} 1 _ (sh "touch next"))', true],
    ['is looked at by going through it', '(each [k v (pairs (sh "exit 3"))] nil) (sh "touch next")', true],
    ['may be ignored when it says so', '(sh "exit 3" {:allow-failure true}) (sh "touch next")', true],
    ['may be returned when it says so', '(sh "touch next; exit 3" {:allow-failure true})', true],
    [
      'is looked at late, but before the next',
      '(local r (sh "exit 3")) (log :x) (when (= r.exit 3) (sh "touch next"))',
      true,
    ],
  ])('%s', async (_what, body, goesOn) => {
    const run = await scenario(jobA(body));
    expect(run.story.at(-1)).toBe(goesOn ? 'run.succeeded' : 'run.failed pipeline-failure');
    expect(existsSync(join(run.workspace, 'next'))).toBe(goesOn);
  });

  it('gives the job its exit code, its words and its line', async () => {
    const failure = await failureOf('\n\n(sh ["sh" "-c" "exit 9"])\n(sh "echo next")');
    expect(failure).toMatchObject({ exitCode: 9, location: { file: '.quire/ci.fnl', line: 4 } });
    expect(failure.message).toBe(
      "command failed with exit 9: sh -c 'exit 9' (.quire/ci.fnl:4); nobody looked at its :exit, so the job " +
        'stops here: read it, or give that sh {:allow-failure true}',
    );
  });

  it('is told from the one before it, which was looked at', async () => {
    const failure = await failureOf('(let [r (sh "exit 1")] r.exit)\n(sh "exit 2")\n(sh "true")');
    expect(failure).toMatchObject({ exitCode: 2, location: { line: 3 } });
  });

  it('that ended by a signal or a time limit is one too', async () => {
    expect(await failureOf('(sh "kill -9 $$") 1')).toMatchObject({ exitCode: 137 });
    const timedOut = await failureOf('(sh "sleep 100" {:timeout 0.1}) 1');
    expect(timedOut.exitCode).toBe(124);
    expect(timedOut.message).toContain('command reached its time limit: sleep 100');
  });

  it('does not weigh on the next attempt', async () => {
    const run = await scenario(jobA('(sh "test -e tried || { touch tried; exit 4; }") 1', '{:retry 1}'));
    expect(run.story.at(-1)).toBe('run.succeeded');
  });
});

describe('the result of a command', () => {
  it('has exit, stdout, stderr and cmd, and nothing else after a plain end', async () => {
    const body = '(let [r (sh "echo a; echo b >&2; exit 1")] [(collect [k v (pairs r)] k v)])';
    expect(await outputsOf(body)).toEqual([
      { exit: 1, stdout: 'a\n', stderr: 'b\n', cmd: 'echo a; echo b >&2; exit 1' },
    ]);
  });

  it('has the command as it was given', async () => {
    expect(await outputsOf('(. (sh ["echo" 1 "é"]) :cmd)')).toEqual(['echo', '1', 'é']);
  });

  it('cannot be changed', async () => {
    expect((await failureOf('(let [r (sh "true")] (set r.exit 5))')).message).toContain('read-only');
    expect((await failureOf('(rawset (sh "true") :exit 5)')).message).toBeTruthy();
    expect((await failureOf('(setmetatable (sh "true") {})')).message).toBeTruthy();
  });

  it('shows its fields in a log and as a string', async () => {
    const run = await scenario(
      jobA('(log (sh "printf out; exit 1" {:allow-failure true})) (log {:nested [(sh ["true"])]}) 1'),
    );
    const messages = run.events.filter(({ type }) => type === 'job.logged').map(({ data }) => data.message);
    expect(messages).toEqual([
      '{:cmd "printf out; exit 1" :exit 1 :stderr "" :stdout "out"}',
      '{:nested [{:cmd ["true"] :exit 0 :stderr "" :stdout ""}]}',
    ]);
    expect(await outputsOf('(tostring (sh "exit 3" {:allow-failure true}))')).toBe('sh-result: exit 3');
  });

  it('raises when output beyond the limit is read, and says how to have it', async () => {
    const failure = await failureOf('\n(let [r (sh "head -c 70000 /dev/zero")]\n r.stdout)');
    expect(failure.message).toBe(
      '.stdout of head -c 70000 /dev/zero has 70000 bytes, more than the limit of 65536: ' +
        'give that sh {:capture 70000}, or raise it with :limits {:capture …} in config.fnl',
    );
    expect(failure.location?.line).toBe(4);
  });

  it('gives more when :capture says so, and less', async () => {
    expect(await outputsOf('(length (. (sh "head -c 70000 /dev/zero" {:capture 70000}) :stdout))')).toBe(
      70_000,
    );
    expect((await failureOf('(. (sh "echo abc" {:capture 3}) :stdout)')).message).toContain('the limit of 3');
  });

  it('still has the other stream when one was too long', async () => {
    expect(await outputsOf('(. (sh "head -c 70000 /dev/zero; echo err >&2") :stderr)')).toBe('err\n');
  });

  it('is what it was for a dependent job, limits included', async () => {
    const run = await scenario(
      pipeline(`(ci.job :make [:quire/push] (fn [{: sh}] (sh "printf '\\\\377'")))
        (ci.job :big [:quire/push] (fn [{: sh}] {:result (sh "head -c 70000 /dev/zero")}))
        (ci.job :use [:make :big] (fn [{: jobs}]
          (let [(ok err) (pcall #(. (jobs :big) :result :stdout))]
            [(string.byte (. (jobs :make) :stdout)) ok (tostring err)])))`),
    );
    const outputs = run.event('job.succeeded', 'use').outputs as unknown[];
    expect(outputs.slice(0, 2)).toEqual([255, false]);
    expect(outputs[2]).toContain('more than the limit of 65536');
  });
});

describe('a log', () => {
  it('of each command is its own file', async () => {
    const run = await scenario(jobA('(sh "echo one") (sh "echo two")'));
    expect(rebuildFromLog(run.log('a', 1)).toString()).toBe('one\n');
    expect(rebuildFromLog(run.log('a', 2)).toString()).toBe('two\n');
  });

  it('that reaches its limit says so, and the event too', async () => {
    const run = await scenario(jobA('(sh "yes | head -c 100000")'), { limits: { logBytes: 5_000 } });
    expect(run.event('sh.finished')).toMatchObject({ logTruncated: true, stdoutBytes: 100_000, exitCode: 0 });
    const lines = new CriDecoder().push(run.log('a'));
    expect(lines.at(-1)?.text.toString()).toContain('this log ends at its limit of 5000 bytes');
  });

  it('for a job with an unusual name lies where the name says', async () => {
    const id = 'a b…"<&>';
    const run = await scenario(
      pipeline(`(ci.job ${JSON.stringify(id)} [:quire/push] (fn [{: sh}] (sh "echo x")))`),
    );
    expect(readFileSync(join(run.runDir, 'jobs', id, 'sh-1.log'), 'utf8')).toContain(' stdout F x\n');
  });
});
