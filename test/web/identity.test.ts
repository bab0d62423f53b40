import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { endJob, startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { startWeb, type WebServer } from './web-server.js';

/** fetch does not let a test choose its Host. */
const statusAs = (
  web: WebServer,
  path: string,
  headers: Record<string, string | string[]>,
): Promise<number> =>
  new Promise((resolve, reject) => {
    request(web.url + path, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

const withRun = async (options: Parameters<typeof startWeb>[0] = {}) => {
  const web = await startWeb(options);
  await web.history.createRepo('secret');
  return { web, path: `/runs/${await web.history.push('secret')}` };
};

describe('without :auth', () => {
  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1:3000', '127.9.9.9', '[::1]:3000'])(
    'a direct request to Host %s is the operator',
    async (host) => {
      const { web, path } = await withRun();
      expect(await statusAs(web, path, { Host: host })).toBe(200);
      expect(await web.text('/')).toContain('<p class="who">ann</p>');
    },
  );

  it.each([
    [{ Host: 'rebind.example' }],
    [{ Host: 'localhost.rebind.example' }],
    [{ Host: '127.0.0.1.rebind.example' }],
    [{ Host: '192.168.1.7:3000' }],
    [{ Host: 'localhost', 'X-Forwarded-For': '10.0.0.1' }],
    [{ Host: 'localhost', 'X-Forwarded-Proto': 'https' }],
    [{ Host: 'localhost', Forwarded: 'for=10.0.0.1' }],
    [{ Host: 'localhost', Via: '1.1 proxy' }],
    [{ Host: 'localhost', 'X-Real-IP': '10.0.0.1' }],
    [{ Host: 'localhost', 'Remote-User': 'root', 'X-Forwarded-User': 'root' }],
  ])('a request with %j is anonymous and sees nothing', async (headers) => {
    const { web, path } = await withRun();
    expect(await statusAs(web, path, headers)).toBe(404);
    expect(await statusAs(web, '/repos/secret', headers)).toBe(404);
    expect(await statusAs(web, `${path}/cancel`, headers)).toBe(404);
    expect(await statusAs(web, '/health', headers)).toBe(200);
  });
});

describe('with :auth', () => {
  const auth = { header: 'Remote-User', trust: ['127.0.0.1'] };

  it('takes the name from the header of a trusted peer', async () => {
    const { web, path } = await withRun({ auth });
    expect(await statusAs(web, path, { 'Remote-User': 'bea', 'X-Forwarded-For': '10.0.0.1' })).toBe(200);
  });

  it('knows nobody without the header, with an empty one, or with two', async () => {
    const { web, path } = await withRun({ auth });
    expect(await statusAs(web, path, {})).toBe(404);
    expect(await statusAs(web, path, { 'Remote-User': ' ' })).toBe(404);
    expect(await statusAs(web, path, { 'Remote-User': ['bea', 'root'] })).toBe(404);
  });

  it('ignores the header of any other peer', async () => {
    const { web, path } = await withRun({ auth: { header: 'Remote-User', trust: ['unix', '10.0.0.1'] } });
    expect(await statusAs(web, path, { 'Remote-User': 'bea' })).toBe(404);
  });
});

describe('what is public', () => {
  const anonymous = { Host: 'ci.example' };

  it('is seen without an identity, and nothing beside it', async () => {
    const web = await startWeb({
      publicAccess: (repo) => (repo === 'open' ? 'runs' : repo === 'half' ? 'repository' : 'nothing'),
    });
    const runs: Record<string, string> = {};
    for (const repo of ['open', 'half', 'shut']) {
      await web.history.createRepo(repo);
      runs[repo] = await web.history.push(repo);
    }
    expect(await statusAs(web, `/runs/${runs.open}`, anonymous)).toBe(200);
    expect(await statusAs(web, `/runs/${runs.half}`, anonymous)).toBe(404);
    expect(await statusAs(web, '/repos/half', anonymous)).toBe(200);
    expect(await statusAs(web, '/repos/shut', anonymous)).toBe(404);
    const listed = await new Promise<string>((resolve) => {
      request(`${web.url}/runs`, { headers: { ...anonymous, Accept: 'application/json' } }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve(body));
      }).end();
    });
    expect(listed).toContain(runs.open);
    expect(listed).not.toContain(runs.half);
    expect(listed).not.toContain(runs.shut);
  });
});

describe('the buttons of a run', () => {
  const tokenOf = (html: string) => /name="token" value="([^"]+)"/.exec(html)![1]!;
  const post = (
    web: WebServer,
    path: string,
    body: Record<string, string>,
    headers: Record<string, string> = {},
  ) =>
    fetch(web.url + path, { method: 'POST', body: new URLSearchParams(body), headers, redirect: 'manual' });

  it('cancel a waiting run in the name of who asks', async () => {
    const { web, path } = await withRun();
    const token = tokenOf(await web.text(path));
    const answer = await post(web, `${path}/cancel`, { token }, { Origin: web.url });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, path]);
    const last = web.store.readEvents({ descending: true, limit: 1 })[0]!;
    expect(last).toMatchObject({ type: 'run.canceled', actor: 'operator:ann' });
    expect((await post(web, `${path}/cancel`, { token })).status).toBe(409);
    const again = await post(web, `${path}/rerun`, { token });
    expect(await web.text(again.headers.get('location')!)).toContain('attempt 2');
  });

  it('run only what failed again, when something did', async () => {
    const { web, path } = await withRun();
    const run = path.slice('/runs/'.length);
    const label = 'Run failed jobs again';
    await web.history.start(run);
    await web.history.ci(
      run,
      registration([registeredJob('build', ['quire/push'], 1), registeredJob('test', ['build'], 2)]),
    );
    await startJob(web.history, run, 'build');
    await endJob(web.history, run, 'build');
    await startJob(web.history, run, 'test');
    await web.history.ci(
      run,
      ['job.failed', { jobId: 'test', exitCode: 1, message: 'no', location: null, allowed: false }],
      ['run.failed', { failureKind: 'pipeline-failure', message: 'no', diagnostics: [] }],
    );
    const html = await web.text(path);
    expect(html).toContain(label);
    const answer = await post(web, `${path}/rerun`, { token: tokenOf(html), only: 'failed' });
    const again = answer.headers.get('location')!.slice('/runs/'.length);
    const queued = web.store.readEvents({ descending: true, limit: 1 })[0]!;
    expect(queued).toMatchObject({ type: 'run.queued', data: { rerunOf: run, onlyFailed: true } });
    expect(await web.text(`/runs/${again}`)).not.toContain(label);
    expect((await post(web, `/runs/${again}/rerun`, { token: tokenOf(html), only: 'failed' })).status).toBe(
      409,
    );
    await web.history.start(again);
    await web.history.ci(
      again,
      registration([registeredJob('build', ['quire/push'], 1), registeredJob('test', ['build'], 2)]),
      ['job.reused', { jobId: 'build', runId: run, outputs: null, outputsSha256: null }],
    );
    const shown = await web.text(`/runs/${again}`);
    expect(shown).toContain(
      `Not run again: it keeps <a href="/runs/${run}/jobs/build">its result of the earlier run</a>.`,
    );
  });

  it('do nothing without the token, from another site, or for somebody unknown', async () => {
    const { web, path } = await withRun();
    const token = tokenOf(await web.text(path));
    const { seq } = web.store.head();
    expect((await post(web, `${path}/cancel`, {})).status).toBe(403);
    expect((await post(web, `${path}/cancel`, { token: `${token}x` })).status).toBe(403);
    expect((await post(web, `${path}/cancel`, { token }, { Origin: 'http://evil.example' })).status).toBe(
      403,
    );
    expect((await post(web, `${path}/cancel`, { token }, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(
      403,
    );
    expect((await post(web, `${path}/cancel`, { token }, { 'X-Forwarded-For': '10.0.0.1' })).status).toBe(
      404,
    );
    expect(web.store.head().seq).toBe(seq);
  });
});
