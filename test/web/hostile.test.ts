import { describe, expect, it } from 'vitest';
import { useBrowser, withoutBrowser } from './browser.js';
import { makeBareRepo } from './bare-repo.js';
import { endJob, startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { startWeb } from './web-server.js';

const esc = '\u001b';

/** As it may come in any text that a repository or a person gives. */
const hostile = (place: string): string =>
  `<img src=x onerror="document.title='${place}'"></title></script><script>alert('${place}')</script>${esc}]0;${esc}[31m&amp;\u202e`;

/** A history in which every free text is hostile; the addresses of the pages that show it. */
const hostileHistory = async () => {
  const web = await startWeb();
  const { history } = web;
  await history.createRepo('a');
  makeBareRepo(web.root, 'a', { '.quire/ci.fnl': '(local ci (require :quire.ci))' });
  const ref = 'refs/heads/<img-src=x-onerror=alert(1)>&"\'';
  const run = await history.push('a', {
    ref,
    subject: hostile('subject'),
    author: hostile('author'),
    pusher: hostile('pusher'),
  });
  await history.start(run);
  const job = '<img src=x onerror=alert(2)>"\'&';
  await history.ci(
    run,
    registration([registeredJob(job, ['quire/push'], 1), registeredJob('next', [job], 2)]),
  );
  await startJob(history, run, job);
  await history.ci(run, ['job.logged', { jobId: job, message: hostile('message') }]);
  await history.command(run, job, 1, {
    cmd: ['sh', '-c', hostile('command')],
    lines: [hostile('line'), `${esc}[1m${hostile('bold')}`],
    exitCode: 3,
  });
  const place = { file: '.quire/ci.fnl', line: 1, column: 1 };
  await history.ci(
    run,
    ['file.read', { jobId: job, path: hostile('path'), sha256: null, bytes: 0 }],
    ['job.failed', { jobId: job, exitCode: 3, message: hostile('failure'), location: place, allowed: false }],
    ['job.skipped', { jobId: 'next', reason: 'input-failed', inputId: job, message: hostile('skip') }],
    [
      'run.failed',
      {
        failureKind: hostile('kind'),
        message: hostile('end'),
        diagnostics: [{ ...place, code: 'x', message: hostile('diagnostic'), sourceLine: hostile('source') }],
      },
    ],
  );
  const address = `/runs/${run}/jobs/${encodeURIComponent(job)}`;
  const paths = [
    '/',
    '/runs',
    `/runs?text=${encodeURIComponent(hostile('filter'))}&actor=${encodeURIComponent(hostile('filter'))}`,
    `/repos/a?ref=${encodeURIComponent(ref)}`,
    `/runs/${run}`,
    `/runs/${run}?at=${web.store.head().seq - 1}`,
    `/runs/${run}/events`,
    address,
    `${address}/sh/1`,
    `${address}/sh/1?q=${encodeURIComponent('<img|alert')}`,
    '/events',
    `/events?type=${encodeURIComponent(hostile('type'))}`,
    `/events/${web.store.head().seq}`,
    `/compare?left=${run}&right=${run}`,
    `/compare?left=${encodeURIComponent(hostile('run'))}`,
    `/repos/a/-/statistics?ref=${encodeURIComponent(ref)}`,
    '/operations',
    `/${encodeURIComponent(hostile('page'))}`,
  ];
  const queued = await history.push('a', { ref, subject: hostile('waiting') });
  await history.start(queued);
  await history.ci(queued, registration([registeredJob(job, ['quire/push'], 1)]));
  await startJob(history, queued, job);
  await endJob(history, queued, job);
  return { web, paths, run };
};

describe('text from outside', () => {
  it('makes no element on any page', async () => {
    const { web, paths } = await hostileHistory();
    for (const path of paths) {
      const html = await web.text(path);
      expect(html, path).not.toMatch(/<img/i);
      expect(html, path).not.toContain('<script>');
    }
    expect(web.errors).toEqual([]);
  });
});

describe.skipIf(withoutBrowser())('text from outside, in a browser', () => {
  const browser = useBrowser();

  it('is shown as it is and does nothing', async () => {
    const { web, paths, run } = await hostileHistory();
    const { page, complaints } = await browser.open(web.url);
    const dialogs: string[] = [];
    page.on('dialog', async (dialog) => {
      dialogs.push(dialog.message());
      await dialog.dismiss();
    });
    for (const path of paths) {
      await page.goto(web.url + path, { waitUntil: 'load' });
      expect(await page.locator('img, main script, [onerror]').count(), path).toBe(0);
    }
    await page.goto(`${web.url}/runs/${run}`);
    expect(await page.locator('h1').textContent()).toContain(
      `<img src=x onerror="document.title='subject'">`,
    );
    expect([dialogs, complaints]).toEqual([[], []]);
  });
});
