import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { makeBareRepo } from './bare-repo.js';
import { useBrowser, withoutBrowser } from './browser.js';
import { endJob, manualClock, playExample, startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { startWeb } from './web-server.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe, with all of its rules, finds wrong with the page as it is: rule and place. */
const violationsOf = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
};

const pipeline = `(local ci (require :quire.ci))
; comments, strings "and :keywords"
(ci.job :one [:quire/push] (fn [{: sh}] (sh "true")))
(ci.job :two [:one] {:retry 2} (fn [{: sh}] (sh ["make" "all"])))
`;

const brokenPipeline = '(local ci (require :quire.ci))\n(ci.job :two [:nine] (fn [] nil))\n';

/** A server with every kind of run, and the address of every page in every state it can be in. */
const everyPage = async () => {
  const clock = manualClock(Date.UTC(2026, 10, 20, 8));
  const web = await startWeb({ clock: clock.now });
  const { history, store } = web;
  const example = await playExample(history, clock);
  await history.createRepo('sound');
  const sound = makeBareRepo(web.root, 'sound', { '.quire/ci.fnl': pipeline });
  await history.createRepo('unsound');
  const unsound = makeBareRepo(web.root, 'unsound', { '.quire/ci.fnl': brokenPipeline });
  const silent = await history.push('sound');
  await history.start(silent);
  await history.ci(silent, registration([registeredJob('build', ['quire/push'], 1)]));
  await startJob(history, silent, 'build');
  await history.command(silent, 'build', 1, { cmd: 'true' });
  await endJob(history, silent, 'build');
  await history.ci(silent, ['run.succeeded', {}]);
  const [, , third] = store.readEvents({ streams: [`run/${example.failed}`], limit: 3 });
  const log = `/runs/${example.failed}/jobs/test/sh/1`;
  const addresses: Record<string, string> = {
    home: '/',
    'home beyond its end': '/?after=zzz',
    runs: '/runs',
    'filtered runs': '/runs?state=failed&text=water',
    'runs that are not there': '/runs?text=nothing-like-it',
    repository: '/repos/library/catalogue',
    'empty repository': '/repos/empty',
    'succeeded run': `/runs/${example.succeeded}`,
    'failed run': `/runs/${example.failed}`,
    'broken run': `/runs/${example.broken}`,
    'superseded run': `/runs/${example.superseded}`,
    'active run': `/runs/${example.active}`,
    'waiting run': `/runs/${example.queued}`,
    'run in the past': `/runs/${example.failed}?at=${third!.seq}`,
    job: `/runs/${example.failed}/jobs/test`,
    'job without commands': `/runs/${example.failed}/jobs/deploy`,
    log,
    'log that is searched': `${log}?q=leaf`,
    'log that is searched in vain': `${log}?q=nothing-like-it`,
    'log with a bad pattern': `${log}?q=(`,
    'empty log': `/runs/${silent}/jobs/build/sh/1`,
    'timeline of a run': `/runs/${example.failed}/events`,
    timeline: '/events',
    'filtered timeline': '/events?type=run.failed&actor=ci',
    'timeline without events': '/events?actor=nobody',
    event: `/events/${third!.seq}`,
    statistics: '/repos/library/catalogue/-/statistics',
    'statistics of nothing': '/repos/empty/-/statistics',
    operations: '/operations',
    comparison: `/compare?left=${example.failed}&right=${example.succeeded}`,
    'comparison of moments': `/compare?left=${example.failed}@${third!.seq}&right=${example.failed}`,
    'comparison to be chosen': '/compare',
    'bad comparison': '/compare?left=x@y&right=z',
    pipeline: `/repos/sound/-/pipeline/${sound}`,
    'broken pipeline': `/repos/unsound/-/pipeline/${unsound}`,
    'missing page': '/nowhere',
    'missing run': '/runs/nothing',
  };
  return { web, addresses };
};

describe.skipIf(withoutBrowser()).each(['light', 'dark'] as const)(
  'in the %s theme axe finds nothing',
  (colorScheme) => {
    const browser = useBrowser();

    it('on any page, in any state of it', async () => {
      const { web, addresses } = await everyPage();
      const { page } = await browser.open(web.url, { colorScheme });
      const found: Record<string, string[]> = {};
      for (const [name, address] of Object.entries(addresses)) {
        await page.goto(web.url + address, { waitUntil: 'load' });
        const violations = await violationsOf(page);
        if (violations.length > 0) found[name] = violations;
      }
      expect(found).toEqual({});
    }, 180_000);

    it('on the first page of a new server, for its operator and for a stranger', async () => {
      const web = await startWeb();
      const { page } = await browser.open(web.url, { colorScheme });
      expect(await violationsOf(page)).toEqual([]);
      const { page: stranger } = await browser.open(web.url, {
        colorScheme,
        extraHTTPHeaders: { 'X-Forwarded-For': '10.0.0.1' },
      });
      expect(await stranger.locator('main').textContent()).toContain('this request carries no identity');
      expect(await violationsOf(stranger)).toEqual([]);
    });

    it('on a page that the server failed to make, or whose server is away', async () => {
      const trust = {
        projections() {
          throw new Error('broken');
        },
      } as never;
      const web = await startWeb({ trust });
      const { page } = await browser.open(`${web.url}/operations`, { colorScheme });
      expect(await page.locator('h1').textContent()).toBe('Something went wrong');
      expect(await violationsOf(page)).toEqual([]);
      await page.route(/seq=/, (route) => route.abort());
      await page.goto(`${web.url}/runs`);
      await page.locator('html[data-connection="away"]').waitFor();
      expect(await violationsOf(page)).toEqual([]);
    });

    it('while the lines of a log are on their way, with its times and wrapped, and with the help open', async () => {
      const web = await startWeb();
      await web.history.createRepo('a');
      const run = await web.history.push('a');
      await web.history.start(run);
      await web.history.ci(run, registration([registeredJob('build', ['quire/push'], 1)]));
      await startJob(web.history, run, 'build');
      const lines = Array.from({ length: 3000 }, (_, i) => `line ${i + 1}`);
      await web.history.command(run, 'build', 1, { cmd: 'make', lines });
      const { page } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1`, { colorScheme });
      await page.getByText('line 3000', { exact: true }).waitFor();
      await page.route(/\/lines\?/, () => undefined);
      await page.locator('.log').evaluate((log) => log.scrollTo(0, 0));
      expect(await violationsOf(page)).toEqual([]);
      await page.unroute(/\/lines\?/);
      await page.reload();
      await page.getByRole('combobox').first().selectOption('clock');
      await page.getByRole('button', { name: 'wrap' }).click();
      expect(await violationsOf(page)).toEqual([]);
      await page.locator('#main').focus();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
    });
  },
);
