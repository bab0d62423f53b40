import { describe, expect, it } from 'vitest';
import { decideRerun, viewRun } from '../../src/lifecycle/index.js';
import { spreadOf, summarize } from '../../src/web/statistics/summarize.js';
import { endJob, manualClock, playExample, startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { startWeb } from './web-server.js';

const play = async () => {
  const clock = manualClock(Date.UTC(2026, 10, 20, 8));
  const web = await startWeb({ clock: clock.now });
  const example = await playExample(web.history, clock);
  return { web, example };
};

describe('feeds for programs', () => {
  it('list runs as Atom, with hostile text as text', async () => {
    const { web, example } = await play();
    const response = await web.get('/runs.atom');
    expect(response.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
    const feed = await response.text();
    expect(feed).toContain(`<link href="${web.url}/runs/${example.failed}"/>`);
    expect(feed).toContain(
      '<title>active: Prune &lt;b&gt;before&lt;/b&gt; &amp; after the frost “again”</title>',
    );
    const ofRepo = await web.text('/repos/library/catalogue/-/runs.atom');
    expect(ofRepo).toContain('Give every shelf mark its own line');
    expect(ofRepo).not.toContain('Prune');
  });

  it('draw a badge of the default branch or of any ref', async () => {
    const { web } = await play();
    expect(await web.text('/repos/library/catalogue/-/badge.svg')).toContain('quire: succeeded');
    const failed = await web.text('/repos/orchard/-/badge.svg?ref=refs/heads/irrigation');
    expect(failed).toContain('quire: failed');
    expect(await web.text('/repos/empty/-/badge.svg')).toContain('quire: no run');
    const hidden = await web.get('/repos/orchard/-/badge.svg', { 'X-Forwarded-For': '10.0.0.1' });
    expect(hidden.status).toBe(404);
  });

  it('describe every page in an OpenAPI document', async () => {
    const { web } = await play();
    type Document = {
      openapi: string;
      paths: Record<string, { get: { parameters: { name: string; in: string }[] } }>;
    };
    const document = (await web.json('/openapi.json')) as Document;
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/repos/{group}/{name}');
    expect(Object.keys(document.paths)).toContain('/repos/{name}');
    for (const [path, { get }] of Object.entries(document.paths)) {
      const named = get.parameters
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => `{${name}}`);
      expect(path.match(/\{\w+\}/g) ?? []).toEqual(named);
    }
  });
});

describe('statistics', () => {
  const run = (id: string, sha: string, durationMs: number) =>
    ({ id, sha, state: 'succeeded', queuedAtMs: 0, startedAtMs: 10, finishedAtMs: 10 + durationMs }) as const;
  const job = (runId: string, state: 'succeeded' | 'failed') =>
    ({ runId, jobId: 'test', state, startedAtMs: 0, finishedAtMs: 5 }) as const;

  it('call a job flaky on a commit where it both succeeded and failed', () => {
    const runs = [run('1', 'a', 100), run('2', 'a', 200), run('3', 'b', 300)];
    const summary = summarize(runs, [job('1', 'failed'), job('2', 'succeeded'), job('3', 'succeeded')]);
    expect(summary.jobs).toMatchObject([{ jobId: 'test', ended: 3, failed: 1, flakyShas: ['a'] }]);
    expect(summary.jobs[0]!.states).toEqual(['failed', 'succeeded', 'succeeded']);
    expect(summary.duration).toEqual({ medianMs: 200, p95Ms: 300, maxMs: 300 });
    expect(summary.wait).toEqual({ medianMs: 10, p95Ms: 10, maxMs: 10 });
  });

  it('leave out a result that was taken over from an earlier run', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    const registered = registration([registeredJob('build', ['quire/push'], 1)]);
    await web.history.start(run);
    await web.history.ci(run, registered);
    await startJob(web.history, run, 'build');
    await endJob(web.history, run, 'build');
    await web.history.ci(run, ['run.failed', { failureKind: 'event-limit', message: 'x', diagnostics: [] }]);
    const request = { newRunId: '1m0000000000again000', requestedAtMs: Date.now(), onlyFailed: true };
    await web.store.append((read) => decideRerun(viewRun(read, run).run, request), { actor: 'operator:ann' });
    await web.history.start(request.newRunId);
    await web.history.ci(
      request.newRunId,
      registered,
      ['job.reused', { jobId: 'build', runId: run, outputs: null, outputsSha256: null }],
      ['run.succeeded', {}],
    );
    const { jobs, history } = (await web.json('/repos/a/-/statistics')) as {
      jobs: { jobId: string; ended: number }[];
      history: { runs: number }[];
    };
    expect(jobs).toMatchObject([{ jobId: 'build', ended: 1 }]);
    expect(history).toMatchObject([{ runs: 1 }]);
    expect(await web.text(`/runs/${request.newRunId}`)).toContain('build: not run again');
  });

  it('have no spread of nothing, and one value is its own spread', () => {
    expect(spreadOf([null])).toBeNull();
    expect(spreadOf([7])).toEqual({ medianMs: 7, p95Ms: 7, maxMs: 7 });
  });
});
