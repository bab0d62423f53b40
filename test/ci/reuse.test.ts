import { describe, expect, it } from 'vitest';
import { Scenario } from './fixture/scenario.js';

const pipeline = (...forms: string[]) => ['(local ci (require :quire.ci))', ...forms].join('\n');

const job = (id: string, inputs: string, body: string, options = '') =>
  `(ci.job :${id} [${inputs}] ${options} (fn [{: sh : jobs}] ${body}))`;

const result = (jobId: string, outputs: unknown = null, outputsSha256: string | null = null) => ({
  jobId,
  runId: 'earlier',
  outputs: outputs as null,
  outputsSha256,
});

/** What became of each job, in order. */
const endsOf = (scenario: Scenario): string[] =>
  scenario.events
    .filter(({ type }) => /^job\.(reused|succeeded|failed|skipped)$/.test(type))
    .map(({ type, data }) => `${type} ${(data as { jobId: string }).jobId}`);

describe('a run that repeats only what failed', () => {
  it('takes over what succeeded without running it, and gives its outputs to dependents', async () => {
    const outputs = { name: 'é', sizes: [1, 2], nested: { '7': true } };
    const scenario = new Scenario(
      pipeline(
        job('build', ':quire/push', '(error "runs again")'),
        job(
          'test',
          ':build',
          '(let [b (jobs :build)] {:name b.name :sum (+ (. b.sizes 1) (. b.sizes 2)) :seven (. b.nested 7)})',
        ),
      ),
      { bootstrap: { reusable: [result('build', outputs)] } },
    );
    expect(await scenario.run()).toBe(0);
    expect(endsOf(scenario)).toEqual(['job.reused build', 'job.succeeded test']);
    expect(scenario.events.find(({ type }) => type === 'job.reused')!.data).toEqual(result('build', outputs));
    expect(scenario.events.find(({ type }) => type === 'job.succeeded')!.data).toMatchObject({
      outputs: { name: 'é', sum: 3, seven: true },
    });
    expect(scenario.events.at(-1)!.type).toBe('run.succeeded');
  });

  it('runs a job again whose input runs again, though it had succeeded, and a job the earlier run did not know', async () => {
    const scenario = new Scenario(
      pipeline(
        job('lint', ':quire/push', '(sh "true")', '{:allow-failure true}'),
        job('report', ':lint', '(sh "true")', '{:always true}'),
        job('new', ':quire/push', '(sh "true")'),
        job('done', ':quire/push', '(error "runs again")'),
      ),
      { bootstrap: { reusable: [result('report'), result('done')] } },
    );
    expect(await scenario.run()).toBe(0);
    expect(endsOf(scenario)).toEqual([
      'job.reused done',
      'job.succeeded lint',
      'job.succeeded report',
      'job.succeeded new',
    ]);
  });

  it('names large outputs by their digest alone', async () => {
    const digest = 'd'.repeat(64);
    const scenario = new Scenario(
      pipeline(
        job('build', ':quire/push', '(error "runs again")'),
        job('test', ':build', '{:length (length (. (jobs :build) :text))}'),
      ),
      { bootstrap: { reusable: [result('build', { text: 'x'.repeat(100_000) }, digest)] } },
    );
    expect(await scenario.run()).toBe(0);
    expect(scenario.events.find(({ type }) => type === 'job.reused')!.data).toEqual(
      result('build', null, digest),
    );
    expect(scenario.events.find(({ type }) => type === 'job.succeeded')!.data).toMatchObject({
      outputs: { length: 100_000 },
    });
  });
});
