import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sequence } from './sequence.js';
import { type Scenario, startScenario } from './server.js';

let scenario: Scenario;

afterEach(() => scenario.end());

describe('a rerun of what failed', () => {
  it('keeps what succeeded, large outputs too, runs the rest, and can be repeated', async () => {
    scenario = await startScenario();
    const work = await scenario.newRepo();
    const mended = join(scenario.root, 'mended');
    await work.commit({
      '.quire/ci.fnl': `(local ci (require :quire.ci))
(ci.job :build [:quire/push] (fn [{: sh}] (sh "echo once") {:text (string.rep "x" 100000)}))
(ci.job :test [:build] (fn [{: sh : jobs}]
  (sh ["test" "-e" "${mended}"])
  {:length (length (. (jobs :build) :text))}))
(ci.job :deploy [:test] (fn [{: sh : jobs}] (sh ["test" "-e" "${mended}-too"]) (jobs :test)))
`,
    });
    await work.push();
    await scenario.feed.runEnded();
    const rerun = async (count: number) => {
      const before = scenario.feed.events.length;
      const { code } = await scenario.quire('run', 'rerun', '--failed', 'latest', '--json');
      expect(code).toBe(0);
      await scenario.feed.runEnded(count);
      return sequence(scenario.feed.events.slice(before)).filter(
        (step) => !/^run\.(queued|claimed|started)/.test(step),
      );
    };
    writeFileSync(mended, '');
    expect(await rerun(2)).toEqual([
      'pipeline.registered build test deploy',
      'job.reused build',
      'job.started test',
      'sh.started test/1',
      'sh.finished test/1: 0',
      'job.succeeded test',
      'job.started deploy',
      'sh.started deploy/1',
      'sh.finished deploy/1: 1',
      'job.failed deploy',
      'run.failed pipeline-failure',
    ]);
    writeFileSync(`${mended}-too`, '');
    expect(await rerun(3)).toEqual([
      'pipeline.registered build test deploy',
      'job.reused build',
      'job.reused test',
      'job.started deploy',
      'sh.started deploy/1',
      'sh.finished deploy/1: 0',
      'job.succeeded deploy',
      'run.succeeded',
    ]);
    const shown = await scenario.quire('run', 'show', 'latest', '--json');
    const { attempt, jobs } = JSON.parse(shown.stdout);
    expect(attempt).toBe(3);
    expect(jobs.map(({ outputs }: { outputs: unknown }) => outputs)).toEqual([
      null,
      { length: 100_000 },
      { length: 100_000 },
    ]);
    expect(existsSync(join(scenario.root, 'blobs', jobs[0].outputsSha256))).toBe(true);
    const refused = await scenario.quire('run', 'rerun', '--failed', 'latest');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('it succeeded; run all of it again instead');
  });

  it('is exported with its own logs, though the run before led to it, and opens', async () => {
    scenario = await startScenario();
    const work = await scenario.newRepo();
    await work.commit({
      '.quire/ci.fnl': `(local ci (require :quire.ci))
(ci.job :test [:quire/push] (fn [{: sh}] (sh "echo attempt $QUIRE_ATTEMPT; exit 3")))
`,
    });
    await work.push();
    await scenario.feed.runEnded();
    await scenario.quire('run', 'rerun', 'latest');
    await scenario.feed.runEnded(2);
    const file = join(scenario.root, 'again.quire');
    expect(await scenario.quire('run', 'export', 'latest', '-o', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(' 1 log, '),
    });
    expect(await scenario.quire('run', 'open', file, 'logs')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/attempt 2$/m),
    });
    const explained = await scenario.quire('run', 'open', file, 'explain');
    expect(explained.stdout).toBe((await scenario.quire('run', 'explain', 'latest')).stdout);
    expect((await scenario.quire('run', 'open', file, 'replay', '--pipeline')).stdout).toContain('= same');
  });
});
