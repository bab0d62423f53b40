import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shLogPath } from '../../src/runner/run-folder.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { type Scenario, startScenario } from './server.js';
import type { WorkTree } from './work-tree.js';

let scenario: Scenario;
let work: WorkTree;

beforeEach(async () => {
  scenario = await startScenario({ config: '{:limits {:capture 65536 :log 200000}}' });
  work = await scenario.newRepo();
});

afterEach(() => scenario.end());

const job = (id: string, body: string, options = '') =>
  `(ci.job :${id} [:quire/push] ${options}\n  (fn [{: sh : jobs : log : env : read-file : write-file}]\n    ${body}))\n`;

const pipeline = (...parts: string[]) => `(local ci (require :quire.ci))\n${parts.join('\n')}`;

/** Runs a pipeline; resolves with the id of its run. */
const runOf = async (source: string, files: Readonly<Record<string, string>> = {}): Promise<string> => {
  const place = scenario.feed.events.filter(({ type }) => type === 'run.queued').length + 1;
  await work.commit({ '.quire/ci.fnl': source, ...files });
  await work.push();
  const { stream } = await scenario.feed.runEnded(place);
  return stream.slice('run/'.length);
};

const replay = async (...args: string[]) => {
  const { code, stdout, stderr } = await scenario.quire('replay', ...args, '--json');
  if (stdout === '') throw new Error(stderr);
  const { verdict, jobs, ...rest } = JSON.parse(stdout);
  const ofJob = (id: string) => jobs.find((one: { id: string }) => one.id === id);
  return { code, verdict, jobs, ofJob, ...rest };
};

const withPipeline = (source: string): string => {
  const path = join(temporaryRoot(), 'other.fnl');
  writeFileSync(path, source);
  return path;
};

describe('a replay of a run with everything that ends otherwise', () => {
  it('is the same: time limits, signals, bytes, limits of memory, errors, working folders, late modules', async () => {
    const source = pipeline(
      job('slow', '(sh "sleep 100")', '{:timeout 0.5 :allow-failure true}'),
      job('late', '(let [r (sh "sleep 100" {:timeout 0.3})] (sh ["echo" r.exit (tostring r.timed-out)]))'),
      job(
        'big',
        '(let [r (sh "head -c 100000 /dev/zero | tr \'\\\\0\' x") (ok why) (pcall #r.stdout)] (sh ["echo" (tostring ok) why]))',
      ),
      job(
        'bytes',
        '(let [r (sh "printf \'\\\\377\\\\001\\\\n\\\\na\'; printf b >&2")] (sh ["echo" (length r.stdout) r.stderr]))',
      ),
      job('killed', '(let [r (sh "kill -9 $$")] (sh ["echo" r.exit r.signal]))'),
      job(
        'folder',
        '(sh "mkdir -p sub/dir") (sh "pwd" {:cwd "sub/../sub/dir/"}) (sh "true" {:cwd "missing"})',
        '{:allow-failure true}',
      ),
      job('outside', '(read-file "../outside")', '{:allow-failure true}'),
      job('folder-read', '(read-file ".quire")', '{:allow-failure true}'),
      job('raises', '(sh "true") (error {:code 7})', '{:allow-failure true}'),
      job('returns', '(sh "true") {:exit 2}', '{:allow-failure true}'),
      job('module', '(let [late (require :lib.late)] (late.hello sh))'),
      job('writes', '(write-file "x.txt" "content") (sh ["echo" (read-file "x.txt")])'),
      job('input', '(let [r (sh "cat; echo $A" {:stdin "abc" :env {:A "1"}})] (sh ["echo" r.stdout]))'),
      job('gives', '(sh "echo given")'),
      '(ci.job :takes [:gives] (fn [{: sh : jobs}] (sh ["echo" (. (jobs :gives) :stdout)])))',
    );
    const runId = await runOf(source, { '.quire/lib/late.fnl': '{:hello (fn [sh] (sh "echo late"))}' });
    const found = await replay(runId, '--pipeline');
    expect(found.jobs.filter(({ verdict }: { verdict: string }) => verdict !== 'same')).toEqual([]);
    expect(found).toMatchObject({ code: 0, verdict: 'same' });
  });

  it('is the same where jobs of a matrix overlap and share the stream of random numbers', async () => {
    const source = pipeline(
      '(ci.parallel 4)',
      '(each [_ name (ipairs [:a :b :c :d :e])]',
      '  (ci.job (.. "m-" name) [:quire/push]',
      '    (fn [{: sh}]',
      '      (sh ["sh" "-c" (.. "sleep 0." (math.random 9) "; echo " (math.random 1000000))])',
      '      (sh ["sh" "-c" (.. "sleep 0.0" (math.random 9) "; echo " (math.random 1000000))])',
      '      (sh ["echo" (math.random 1000000)]))))',
    );
    const runId = await runOf(source);
    expect(await replay(runId, '--pipeline')).toMatchObject({ verdict: 'same', divergence: null });
  });

  it('fails again at once when the pipeline was broken, and tells what another would do', async () => {
    const runId = await runOf('(local ci (require :quire.ci))\n(ci.job :a [:b] (fn [] nil))\n');
    expect(await replay(runId, '--pipeline')).toMatchObject({
      code: 0,
      verdict: 'same',
      recorded: { state: 'failed', message: 'pipeline-invalid' },
    });
    const other = withPipeline(pipeline(job('a', '(sh "make")')));
    const found = await replay(runId, '--pipeline', other);
    expect(found).toMatchObject({ code: 1, verdict: 'diverged' });
    expect(found.ofJob('a')).toMatchObject({ recorded: null, replayed: { state: 'unknown' } });
  });
});

describe('a replay without an answer', () => {
  it('ends where output is not kept, and only when the code looks at it', async () => {
    const source = (body: string) =>
      pipeline(job('big', `(let [r (sh "seq 60000" {:capture 1000000})] ${body})`));
    const runId = await runOf(source('(sh "echo done")'));
    expect(await replay(runId, '--pipeline')).toMatchObject({ verdict: 'same' });
    const looks = await replay(
      runId,
      '--pipeline',
      withPipeline(source('(when (= r.stdout "") (error "x")) (sh "echo done")')),
    );
    expect(looks.ofJob('big')).toMatchObject({
      replayed: {
        state: 'unknown',
        message: expect.stringMatching(/^history ends here: the log .* was cut at its limit/),
      },
    });
    expect(looks).toMatchObject({ code: 0, verdict: 'incomplete' });
  });

  it('ends where a log was changed on disk', async () => {
    const source = (body: string) => pipeline(job('a', `(let [r (sh "echo one")] ${body})`));
    const runId = await runOf(source('(sh ["echo" r.stdout])'));
    writeFileSync(shLogPath(scenario.root, runId, 'a', 1), '2026-11-22T14:40:00.123456789Z stdout F two\n');
    const found = await replay(runId, '--pipeline');
    expect(found.ofJob('a')).toMatchObject({
      replayed: { state: 'unknown', message: expect.stringContaining('is not the one that was recorded') },
    });
    expect(found).toMatchObject({ code: 0, verdict: 'incomplete' });
  });

  it('ends where lines of a log were destroyed, in an export too', async () => {
    const runId = await runOf(pipeline(job('a', '(let [r (sh "echo token")] (sh ["echo" r.stdout]))')));
    await scenario.stop();
    const lines = ['--run', runId, '--job', 'a', '--sh', '1', '--lines', '1'];
    const redacted = await scenario.quire('events', 'redact', ...lines, '--reason', 'test');
    expect(redacted).toMatchObject({ code: 0 });
    const file = join(temporaryRoot(), 'run.quire');
    expect(await scenario.quire('run', 'export', runId, '-o', file)).toMatchObject({ code: 0 });
    const opened = await scenario.quire('run', 'open', file, 'replay', '--pipeline', '--json');
    const found = await replay(runId, '--pipeline');
    for (const { jobs, verdict } of [found, JSON.parse(opened.stdout)]) {
      expect(verdict).toBe('incomplete');
      expect(jobs[0].replayed).toMatchObject({
        state: 'unknown',
        message: 'history ends here: lines of the log of the command were destroyed',
      });
    }
  });

  it('ends where text was destroyed: of a command, of the environment', async () => {
    const runId = await runOf(
      pipeline(job('a', '(sh "echo a") (sh "echo b")'), job('b', '(sh ["echo" (env :QUIRE_BRANCH)])')),
    );
    const seqOf = (type: string, text: string) =>
      String(
        scenario.stored().find((event) => event.type === type && JSON.stringify(event.data).includes(text))!
          .seq,
      );
    await scenario.stop();
    const seqs = [seqOf('sh.started', 'echo b'), seqOf('run.started', 'PATH')];
    expect(await scenario.quire('events', 'redact', ...seqs, '--reason', 'test')).toMatchObject({ code: 0 });
    const found = await replay(runId, '--pipeline');
    expect(found).toMatchObject({ code: 0, verdict: 'incomplete', divergence: null });
    expect(found.ofJob('a')).toMatchObject({
      replayed: {
        state: 'unknown',
        message: `history ends here: the text of event ${seqs[0]} was destroyed`,
      },
      calls: [
        { text: 'echo a', answer: 'same' },
        { text: 'echo b', answer: 'unknown' },
      ],
    });
    expect(found.ofJob('b').replayed.message).toBe(
      `history ends here: the text of event ${seqs[1]} was destroyed`,
    );
  });

  it('is refused for a run that never started', async () => {
    await scenario.stop();
    await work.commit({ '.quire/ci.fnl': pipeline(job('a', '(sh "true")')) });
    await work.push();
    await scenario.serve();
    const runId = (await scenario.feed.until(({ type }) => type === 'run.queued')).stream.slice(4);
    await scenario.feed.runEnded();
    const rerun = await scenario.quire('run', 'rerun', runId);
    const again = /run (\S+)/.exec(rerun.stdout)![1]!;
    await scenario.feed.runEnded(2);
    expect((await replay(again, '--pipeline')).verdict).toBe('same');
    await scenario.stop();
    const waiting = /run (\S+)/.exec((await scenario.quire('run', 'rerun', runId)).stdout)![1]!;
    const refused = await scenario.quire('replay', waiting, '--pipeline');
    expect(refused).toMatchObject({
      code: 1,
      stderr: `quire: run ${waiting} cannot be replayed: it was never started\n`,
    });
  });
});
