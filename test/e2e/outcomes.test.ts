import { afterEach, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/events/index.js';
import { oneJob, sequence } from './sequence.js';
import { type Scenario, startScenario } from './server.js';

let scenario: Scenario;

afterEach(() => scenario.end());

const job = (id: string, inputs: string, body: string, options = '') =>
  `(ci.job ${id} [${inputs}] ${options}\n  (fn [{: sh : jobs : log : env}]\n    ${body}))\n`;

const pipeline = (...jobs: string[]) => `(local ci (require :quire.ci))\n${jobs.join('\n')}`;

/** Pushes one pipeline and resolves with the events of push and run, from push.received on. */
const runPipeline = async (
  source: string,
  files: Record<string, string> = {},
): Promise<readonly StoredEvent[]> => {
  scenario = await startScenario();
  const work = await scenario.newRepo();
  await work.commit({ '.quire/ci.fnl': source, ...files });
  await work.push();
  const ended = await scenario.feed.runEnded();
  return scenario.feed.events.slice(1, ended.seq);
};

const begin = ['push.received refs/heads/main', 'run.queued refs/heads/main', 'run.claimed', 'run.started'];

describe('a push runs its pipeline', () => {
  it('succeeds, and every step of it is an event', async () => {
    const source = pipeline(
      job(':build', ':quire/push', '(sh "echo built > out.txt")'),
      job(':test', ':build', '(sh ["cat" "out.txt"])'),
    );
    const events = await runPipeline(source);
    expect(sequence(events)).toEqual([
      ...begin,
      'pipeline.registered build test',
      'job.started build',
      'sh.started build/1',
      'sh.finished build/1: 0',
      'job.succeeded build',
      'job.started test',
      'sh.started test/1',
      'sh.finished test/1: 0',
      'job.succeeded test',
      'run.succeeded',
    ]);
    const { stdout } = await scenario.quire('run', 'logs', 'latest', 'test');
    expect(stdout).toContain('built');
  });

  it('tells the pusher the run and its address', async () => {
    scenario = await startScenario();
    const work = await scenario.newRepo();
    await work.commit({ '.quire/ci.fnl': pipeline(job(':a', ':quire/push', '(sh "true")')) });
    const { stderr } = await work.push();
    const { stream } = await scenario.feed.until(({ type }) => type === 'run.queued');
    const id = stream.slice('run/'.length);
    expect(stderr).toContain(`quire: run ${id} queued for refs/heads/main ${scenario.url}/runs/${id}`);
    await scenario.feed.runEnded();
    expect(sequence(scenario.feed.events).slice(1)).toEqual([...begin.slice(0, 2), ...oneJob('a')]);
  });

  it('fails with exit code, message and location', async () => {
    const events = await runPipeline(
      pipeline(job(':test', ':quire/push', '(sh "exit 3")'), job(':deploy', ':test', '(sh "true")')),
    );
    expect(sequence(events)).toEqual([
      ...begin,
      'pipeline.registered test deploy',
      'job.started test',
      'sh.started test/1',
      'sh.finished test/1: 3',
      'job.failed test',
      'job.skipped deploy: input-failed',
      'run.failed pipeline-failure',
    ]);
    const failed = events.find((event) => event.type === 'job.failed');
    expect(failed?.data).toMatchObject({ exitCode: 3, location: { file: '.quire/ci.fnl', line: 4 } });
    const shown = await scenario.quire('run', 'show', 'latest');
    expect(shown.stdout).toContain('exit 3');
  });

  it('skips what has nothing to do, lets an allowed failure pass, and runs :always jobs', async () => {
    const events = await runPipeline(
      pipeline(
        job(':lint', ':quire/push', '(sh "exit 1")', '{:allow-failure true}'),
        job(':release', ':quire/push', '(when (= (. (jobs :quire/push) :branch) "release") (sh "true"))'),
        job(':publish', ':release', '(sh "true")'),
        job(':report', ':lint :publish', '(sh "echo done")', '{:always true}'),
      ),
    );
    expect(sequence(events)).toEqual([
      ...begin,
      'pipeline.registered lint release publish report',
      'job.started lint',
      'sh.started lint/1',
      'sh.finished lint/1: 1',
      'job.failed lint (allowed)',
      'job.skipped release: nothing-to-do',
      'job.skipped publish: input-skipped',
      'job.started report',
      'sh.started report/1',
      'sh.finished report/1: 0',
      'job.succeeded report',
      'run.succeeded',
    ]);
  });

  it('fails at once with the diagnostics of a broken pipeline', async () => {
    const events = await runPipeline(
      '(local ci (require :quire.ci))\n(ci.job :a [:quire/push] (fn [] (shh "true")))\n',
    );
    expect(sequence(events)).toEqual([...begin, 'run.failed pipeline-invalid']);
    const failed = events.find((event) => event.type === 'run.failed');
    expect(failed?.data.diagnostics[0]).toMatchObject({ file: '.quire/ci.fnl', line: 2 });
  });

  it('ends a pipeline that loops for ever at its top level', async () => {
    scenario = await startScenario({ config: '{:limits {:lua-cpu 0.3}}' });
    const work = await scenario.newRepo();
    await work.commit({ '.quire/ci.fnl': '(while true nil)' });
    await work.push();
    const ended = await scenario.feed.runEnded();
    expect(sequence(scenario.feed.events).slice(1)).toEqual([...begin, 'run.failed pipeline-invalid']);
    expect((ended as StoredEvent<'run.failed'>).data.message).toMatch(/limit/);
  });

  it('gives commands nothing of the server environment', async () => {
    await runPipeline(pipeline(job(':env', ':quire/push', '(sh "env")')));
    const { stdout } = await scenario.quire('run', 'logs', 'latest', 'env');
    expect(stdout).toContain('QUIRE_REF=refs/heads/main');
    expect(stdout).not.toContain('SECRET_OF_THE_SERVER');
    expect(stdout).not.toMatch(/token/i);
  });
});

describe('a push that starts nothing', () => {
  it('says that there is no pipeline', async () => {
    scenario = await startScenario();
    const work = await scenario.newRepo();
    await work.commit({ 'README.md': 'hello' });
    const { stderr } = await work.push();
    expect(stderr).toContain('quire: no run for refs/heads/main');
    await scenario.feed.until(({ type }) => type === 'push.ref-ignored');
    expect(sequence(scenario.feed.events).slice(1)).toEqual([
      'push.received refs/heads/main',
      'push.ref-ignored refs/heads/main: no-pipeline',
    ]);
  });

  it('records a deleted ref', async () => {
    scenario = await startScenario();
    const work = await scenario.newRepo();
    await work.commit({ 'README.md': 'hello' });
    await work.push('HEAD:refs/heads/main', 'HEAD:refs/heads/old');
    await work.push(':refs/heads/old');
    await scenario.feed.until(
      (event) => event.type === 'push.ref-ignored' && event.data.reason === 'deleted',
    );
    expect(sequence(scenario.feed.events).slice(-2)).toEqual([
      'push.received refs/heads/old',
      'push.ref-ignored refs/heads/old: deleted',
    ]);
  });
});

describe('what a push may update', () => {
  const one = pipeline(job(':a', ':quire/push', '(sh "true")'));

  it('runs two refs of one push one after the other', async () => {
    scenario = await startScenario();
    const work = await scenario.newRepo();
    await work.commit({ '.quire/ci.fnl': one });
    await work.push('HEAD:refs/heads/main', 'HEAD:refs/heads/feature/"quoted"-é');
    await scenario.feed.runEnded(2);
    expect(sequence(scenario.feed.events).slice(1)).toEqual([
      'push.received refs/heads/main refs/heads/feature/"quoted"-é',
      'run.queued refs/heads/main',
      'run.queued refs/heads/feature/"quoted"-é',
      ...oneJob('a'),
      ...oneJob('a'),
    ]);
  });

  it('runs an annotated tag on the commit it leads to', async () => {
    scenario = await startScenario();
    const work = await scenario.newRepo();
    const sha = await work.commit({
      '.quire/ci.fnl': pipeline(job(':a', ':quire/push', '(sh ["echo" (. (jobs :quire/push) :tag)])')),
    });
    await work.git('tag', '-a', '-m', 'first', 'v1.0');
    await work.push('refs/tags/v1.0');
    await scenario.feed.runEnded();
    expect(sequence(scenario.feed.events).slice(1)).toEqual([
      'push.received refs/tags/v1.0',
      'run.queued refs/tags/v1.0',
      ...oneJob('a'),
    ]);
    const queued = scenario.feed.events.find((event) => event.type === 'run.queued');
    expect(queued).toMatchObject({ data: { ref: 'refs/tags/v1.0', sha } });
    expect((await scenario.quire('run', 'logs', 'latest', 'a')).stdout).toContain('v1.0');
  });
});
