import { describe, expect, it } from 'vitest';
import { createFolderMeter } from '../../src/web/disk/folder-meter.js';
import { createLogStore } from '../../src/web/log/log-store.js';
import { createPages } from '../../src/web/pages/index.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { type Example, manualClock, playExample, startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { startWeb, type WebServer } from './web-server.js';

const play = async (): Promise<{ web: WebServer; example: Example }> => {
  const clock = manualClock(Date.UTC(2026, 10, 20, 8));
  const web = await startWeb({ clock: clock.now });
  const example = await playExample(web.history, clock);
  return { web, example };
};

describe('the pages of a server with some history', () => {
  it('list repositories with the state of their default branch', async () => {
    const { web } = await play();
    const page = await web.text('/');
    expect(page).toContain('1 run under way, 1 waiting');
    expect(page).toContain('href="/repos/library/catalogue"');
    expect(page).toContain('no run of main yet');
    expectRebuildable(web.store);
  });

  it('show a failed run with its jobs, exit codes, location, skip reasons and the end of the log', async () => {
    const { web, example } = await play();
    const page = await web.text(`/runs/${example.failed}`);
    expect(page).toContain('Water the roots, less');
    expect(page).toContain('.quire/ci.fnl:16:9');
    expect(page).toContain('npm test ended with exit code 1, and nobody looked at it');
    expect(page).toContain('its input test failed');
    expect(page).toContain('exit 1');
    expect(page).toContain('the roots take up water');
    expect(page).not.toContain('\u001b');
  });

  it('show the diagnostics of a broken pipeline with a mark under the place', async () => {
    const { web, example } = await play();
    const page = await web.text(`/runs/${example.broken}`);
    expect(page).toContain('did you mean :test?');
    expect(page).toContain('(ci.job :package [:tset :lint]');
    expect(page).toContain('.quire/ci.fnl:21:19');
  });

  it('link a superseded run to the run that took its place, and that one to it', async () => {
    const { web, example } = await play();
    expect(await web.text(`/runs/${example.superseded}`)).toContain(`href="/runs/${example.failed}"`);
    expect(await web.text(`/runs/${example.failed}`)).toContain(
      `Took the place of <a href="/runs/${example.superseded}">`,
    );
    expect(await web.text(`/runs/${example.succeeded}`)).not.toContain('Took the place');
  });

  it('render what comes from a repository as text', async () => {
    const { web, example } = await play();
    const page = await web.text(`/runs/${example.active}`);
    expect(page).toContain('Prune &lt;b>before&lt;/b> &amp; after the frost');
    expect(page).toContain('publish &lt;img src=x onerror=alert(1)>');
    expect(page).not.toContain('<img');
    const job = await web.get(
      `/runs/${example.active}/jobs/${encodeURIComponent('publish <img src=x onerror=alert(1)>')}`,
    );
    expect(job.status).toBe(200);
  });

  it('show a log in pages of lines and give its exact bytes', async () => {
    const { web, example } = await play();
    const address = `/runs/${example.succeeded}/jobs/test/sh/1`;
    expect(await web.text(`${address}?from=1&count=10`)).toContain('lines 1 to 10 of 310');
    const raw = await web.text(`${address}/raw`);
    expect(raw.split('\n')).toHaveLength(311);
    expect(raw).toMatch(/^\u001b\[32m✓\u001b\[0m a leaf knows its branch/);
    expect(await web.text(`${address}/raw?form=cri`)).toMatch(
      /^2026-11-20T\d\d:\d\d:\d\d\.\d{9}Z stdout F \u001b/,
    );
    expect(await web.text(`${address}/raw?stream=stderr`)).toBe('');
  });

  it('show the ends of the last twenty logs of a job, and links to the others', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    await web.history.start(run);
    await web.history.ci(run, registration([registeredJob('many', ['quire/push'], 1)]));
    await startJob(web.history, run, 'many');
    for (let n = 1; n <= 21; n += 1)
      await web.history.command(run, 'many', n, { cmd: `step ${n}`, lines: [`output of step ${n}`] });
    const { commands } = (await web.json(`/runs/${run}/jobs/many`)) as {
      commands: { lineCount: number; lines: { text: string }[] }[];
    };
    expect(commands.map(({ lineCount, lines }) => [lineCount, lines.length])).toEqual([
      [0, 0],
      ...Array(20).fill([1, 1]),
    ]);
    const html = await web.text(`/runs/${run}/jobs/many`);
    expect(html).not.toMatch(/output of step 1</);
    expect(html).toContain(`href="/runs/${run}/jobs/many/sh/1"`);
  });

  it('go on with the rows that a rebuild put in the place of those they had read', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    const stateOf = async () => ((await web.json(`/runs/${run}`)) as { run: { state: string } }).run.state;
    expect(await stateOf()).toBe('queued');
    await web.store.rebuild();
    expect(await stateOf()).toBe('queued');
    await web.history.start(run);
    expect(await stateOf()).toBe('active');
  });

  it('give JSON that fits their schemas, and no row says who owns its run', async () => {
    const { web, example } = await play();
    const addresses: Record<string, string> = {
      '/': '/',
      '/runs': '/runs?state=succeeded',
      '/repos{/:group}/:name': '/repos/library/catalogue',
      '/runs/:run': `/runs/${example.failed}`,
      '/runs/:run/jobs/:job': `/runs/${example.failed}/jobs/test`,
      '/runs/:run/jobs/:job/sh/:n': `/runs/${example.failed}/jobs/test/sh/1?from=3&count=2`,
      '/runs/:run/events': `/runs/${example.failed}/events`,
      '/events': '/events?type=run.',
      '/events/:seq': '/events/20',
      '/repos{/:group}/:name/-/statistics': '/repos/library/catalogue/-/statistics',
      '/operations': '/operations',
      '/compare': `/compare?left=${example.failed}@149&right=${example.succeeded}`,
    };
    const options = { store: web.store, root: web.root, url: web.url, version: '', actions: {} as never };
    for (const page of createPages(options, createLogStore(), createFolderMeter(web.root, Date.now))) {
      if (page.path.endsWith('/pipeline/:sha')) continue; // needs a git repository: pipeline.test.ts
      const address = addresses[page.path];
      expect(address, `an example of ${page.path}`).toBeDefined();
      const model = await web.json(address!);
      expect(page.schema.safeParse(model).error, page.path).toBeUndefined();
      const { run, runs } = model as { run?: object; runs?: unknown };
      for (const row of [run, ...(Array.isArray(runs) ? runs : [])])
        expect(Object.keys(row ?? {})).not.toContain('tokenHash');
    }
  });

  it('keep to one page of runs by keyset, forwards and backwards', async () => {
    const web = await startWeb();
    await web.history.createRepo('many');
    for (let i = 0; i < 105; i += 1) await web.history.push('many', { ref: `refs/heads/b${i}` });
    type Page = { runs: { ref: string }[]; olderBefore: string | null; newerAfter: string | null };
    const refs = (page: Page) => page.runs.map(({ ref }) => Number(ref.slice('refs/heads/b'.length)));
    const first = (await web.json('/repos/many')) as Page;
    const second = (await web.json(`/repos/many?before=${first.olderBefore}`)) as Page;
    const third = (await web.json(`/repos/many?before=${second.olderBefore}`)) as Page;
    expect([first, second, third].flatMap(refs)).toHaveLength(105);
    expect(new Set([first, second, third].flatMap(refs)).size).toBe(105);
    expect(first.newerAfter).toBeNull();
    expect(third.olderBefore).toBeNull();
    const back = (await web.json(`/repos/many?after=${third.newerAfter}`)) as Page;
    expect(refs(back)).toEqual(refs(second));
    const filtered = (await web.json('/runs?text=b17')) as Page;
    expect(refs(filtered)).toEqual([17]);
    expect(refs((await web.json('/runs?ref=refs/heads/b3&state=queued')) as Page)).toEqual([3]);
  });
});

describe('an address that leads nowhere', () => {
  it.each([
    ['/runs/absent', 404],
    ['/repos/absent', 404],
    ['/nothing/here', 404],
    ['/runs?state=sleepy', 400],
    ['/runs/%ff', 400],
    ['/assets/..%2Foptions.ts', 404],
  ])('%s answers %i in words, and as JSON to a program', async (path, status) => {
    const web = await startWeb();
    const page = await web.get(path, { Accept: 'text/html' });
    expect(page.status).toBe(status);
    expect(await page.text()).toContain(`<p class="eyebrow">${status}</p>`);
    const json = await web.get(path, { Accept: 'application/json' });
    expect(json.status).toBe(status);
    expect(await json.json()).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    expect(web.errors).toEqual([]);
  });

  it('never leads out of the folder of a run', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    for (const job of ['..', '~..', '%2e%2e', '..%2F..', '%00']) {
      const { status } = await web.get(`/runs/${run}/jobs/${job}/sh/1/raw`);
      expect(status, job).toBe(404);
    }
  });
});

describe('health and headers', () => {
  it('answers /health with the version and the last event', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    expect(await web.json('/health')).toEqual({ status: 'ok', version: '0.1.0', seq: 1 });
  });

  it('allows nothing but this origin, on every answer', async () => {
    const web = await startWeb();
    for (const path of ['/', '/health', '/absent', '/assets/quire.css']) {
      const { headers } = await web.get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
    expect(await web.text('/')).not.toMatch(/<style|style="|<script(?! src=)|\son\w+=/);
  });
});
