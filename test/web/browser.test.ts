import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useBrowser, withoutBrowser } from './browser.js';
import { writeBigLog } from './big-log.js';
import { endJob, manualClock, playExample, startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { startWeb, type WebServer } from './web-server.js';

const oneJob = registration([registeredJob('build', ['quire/push'], 1)]);
const started = { jobId: 'build', n: 1, cmd: 'make', cwd: '.', deadlineAtMs: null, location: null };
const time = '2026-11-22T14:00:00.000000000Z stdout';
const finished = { jobId: 'build', n: 1, exitCode: 0, signal: null, timedOut: false, logTruncated: false };

describe.skipIf(withoutBrowser())('a page in a browser', () => {
  const browser = useBrowser();

  it('follows a run from queued to succeeded without a reload, in text, title and icon', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    const { page, complaints } = await browser.open(`${web.url}/runs/${run}`);
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
    const state = page.locator('#run-header .facts .state');
    expect(await state.textContent()).toContain('queued');
    await web.history.start(run);
    await state.filter({ hasText: 'active' }).waitFor();
    expect(await page.title()).toBe('◐ Commit 1 · quire');
    await web.history.ci(run, oneJob);
    await page.locator('.job h3', { hasText: 'build' }).waitFor();
    await startJob(web.history, run, 'build');
    await endJob(web.history, run, 'build');
    await web.history.ci(run, ['run.succeeded', {}]);
    await state.filter({ hasText: 'succeeded' }).waitFor();
    expect(await page.title()).toBe('✓ Commit 1 · quire');
    expect(await page.locator('#icon').getAttribute('href')).toContain('icon-succeeded.svg');
    expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('goes on after the server was restarted under it, with every log line once', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    web.history.log(run, 'build', 1, numbered(1, 400));
    const { page } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1`);
    const numbers = () =>
      page
        .locator('.log .line .text')
        .evaluateAll((lines) =>
          lines.map((line) => Number(line.textContent?.slice(5))).sort((one, two) => one - two),
        );
    await page.getByText('line 400', { exact: true }).waitFor();
    expect(await page.locator('#L400').evaluate((line) => line.getBoundingClientRect().bottom)).toBeLessThan(
      page.viewportSize()!.height,
    );
    await web.restart();
    web.history.log(run, 'build', 1, numbered(1, 450));
    await page.getByText('line 450', { exact: true }).waitFor();
    await page.locator('.log').evaluate((log) => log.scrollTo(0, 0));
    await page.getByText('line 1', { exact: true }).waitFor();
    const shown = await numbers();
    expect(shown).toEqual(shown.map((_, index) => shown[0]! + index));
    expect(await page.locator('.status-line').textContent()).toContain('450 lines');
  });

  it('shows every log line once after a reload in the middle of a log that goes on', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    web.history.log(run, 'build', 1, numbered(1, 700));
    const { page } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1`);
    await page.getByText('line 700', { exact: true }).waitFor();
    web.history.log(run, 'build', 1, numbered(701, 730));
    await page.getByText('line 730', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('line 730', { exact: true }).waitFor();
    web.history.log(run, 'build', 1, numbered(731, 910));
    await page.getByText('line 910', { exact: true }).waitFor();
    await page.goto(`${web.url}/runs/${run}/jobs/build/sh/1#L350`);
    await page.reload();
    await page.locator('#L350.marked').waitFor();
    web.history.log(run, 'build', 1, numbered(911, 920));
    await page.locator('.status-line', { hasText: '920 lines' }).waitFor();
    const seen = new Set<number>();
    for (let top = 0; top < 920 * 20; top += 1500) {
      await page.locator('.log').evaluate((log, to) => log.scrollTo(0, to), top);
      const first = Math.min(920, Math.floor(top / 20) + 10);
      await page.locator(`#L${first}`).waitFor();
      const shown = await page
        .locator('.log .line')
        .evaluateAll((lines) =>
          lines.map((line) => [Number(line.id.slice(1)), line.querySelector('.text')?.textContent] as const),
        );
      expect(new Set(shown.map(([number]) => number)).size).toBe(shown.length);
      for (const [number, text] of shown) {
        expect(text).toBe(`line ${number}`);
        seen.add(number);
      }
    }
    expect(seen.size).toBe(920);
  });

  it('shows a log of a million lines from its end, any line by its number, and few of them at a time', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    writeBigLog(web.root, run, 'build', 1_000_000, (n) => (n === 654_321 ? 'the needle' : ''));
    const address = `${web.url}/runs/${run}/jobs/build/sh/1`;
    const { page, complaints } = await browser.open(address);
    const line = (n: number) => page.locator('.viewer .text', { hasText: new RegExp(`^line ${n} `) });
    await line(1_000_000).waitFor();
    await page.waitForFunction(endIsInWindow, 1_000_000);
    appendFileSync(join(web.root, 'runs', run, 'jobs/build/sh-1.log'), `${time} F line 1000001 \n`);
    await page.waitForFunction(endIsInWindow, 1_000_001);
    expect(await page.locator('.log-range').textContent()).toContain('1,000,001 lines');
    await page.locator('.log').evaluate((log) => log.scrollTo(0, 0));
    await line(1).waitFor();
    await page.locator('.log').evaluate((log) => log.scrollTo(0, log.scrollHeight / 2));
    await page.waitForFunction(() => {
      const row = document.querySelector('.viewer .line');
      return row !== null && Math.abs(Number(row.id.slice(1)) - 500_000) < 2000;
    });
    expect(await page.locator('.line').count()).toBeLessThan(3000);
    await page.getByRole('searchbox').fill('the needle');
    await page.getByRole('searchbox').press('Enter');
    await page.locator('.matches .number', { hasText: '654321' }).click();
    await line(654_321).waitFor();
    const rowsOfNumber = await page.locator('#L654321 .number').evaluate((number) => {
      const range = document.createRange();
      range.selectNodeContents(number);
      return range.getClientRects().length;
    });
    expect(rowsOfNumber).toBe(1);
    expect(await page.locator('.line.marked .text').textContent()).toContain('the needle');
    expect(complaints).toEqual([]);
  });

  it('shows any moment of a run by the slider and by the keys, and the present again', async () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 8));
    const web = await startWeb({ clock: clock.now });
    const { failed } = await playExample(web.history, clock);
    const { page, complaints } = await browser.open(`${web.url}/runs/${failed}`);
    const state = page.locator('#run-header .facts .state');
    const what = page.locator('.moment-what');
    expect(await state.textContent()).toContain('failed');
    await page.locator('#moment-slider').focus();
    await page.keyboard.press('Home');
    await what.filter({ hasText: 'joined the queue' }).waitFor();
    expect(await state.textContent()).toContain('queued');
    expect(new URL(page.url()).searchParams.get('at')).not.toBeNull();
    await page.keyboard.press(']');
    await what.filter({ hasText: 'took the run off the queue' }).waitFor();
    await page.keyboard.press(']');
    await what.filter({ hasText: 'fetched its bootstrap' }).waitFor();
    expect(await state.textContent()).toContain('active');
    await page.keyboard.press('[');
    await what.filter({ hasText: 'took the run off the queue' }).waitFor();
    await page.getByRole('link', { name: 'now', exact: true }).click();
    await state.filter({ hasText: 'failed' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows the moment where the slider was let go, however many were asked for on the way', async () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 8));
    const web = await startWeb({ clock: clock.now });
    const { failed } = await playExample(web.history, clock);
    const { page, complaints } = await browser.open(`${web.url}/runs/${failed}`);
    const what = page.locator('.moment-what');
    let isSlow = true;
    await page.route(/[?]at=/, async (route) => {
      if (!isSlow) await route.continue();
    });
    const slide = async (back: number) => {
      const request = page.waitForRequest(/[?]at=/);
      await page.locator('#moment-slider').evaluate((slider: HTMLInputElement, steps) => {
        slider.value = String(Number(slider.max) - steps);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      }, back);
      await request;
    };
    await slide(3);
    await slide(4);
    isSlow = false;
    await slide(5);
    const at = new URL(page.url()).searchParams.get('at');
    await what.filter({ hasText: `Event ${at},` }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('steps by arrow keys from one event of the run to the next, whatever other runs did in between', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    const others: string[] = [];
    const elsewhere = async () => {
      others.push(await web.history.push('a', { ref: `refs/heads/${others.length}` }));
    };
    await elsewhere();
    await web.history.start(run);
    await elsewhere();
    await web.history.ci(run, oneJob);
    await elsewhere();
    await startJob(web.history, run, 'build');
    await elsewhere();
    await endJob(web.history, run, 'build');
    const { page, complaints } = await browser.open(`${web.url}/runs/${run}`);
    const what = page.locator('.moment-what');
    await page.locator('#moment-slider').focus();
    const back = [
      'build started',
      'registered 1 job',
      'fetched its bootstrap',
      'off the queue',
      'joined the queue',
    ];
    for (const text of back) {
      await page.keyboard.press('ArrowLeft');
      await what.filter({ hasText: text }).waitFor();
    }
    for (const text of back.toReversed().slice(1)) {
      await page.keyboard.press('ArrowRight');
      await what.filter({ hasText: text }).waitFor();
    }
    expect(new URL(page.url()).searchParams.get('at')).not.toBeNull();
    expect(complaints).toEqual([]);
  });

  it('unfolds an event as it is stored, and keeps it unfolded while the page goes on', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const { page, complaints } = await browser.open(`${web.url}/events`);
    await page.locator('#e1').hover();
    await page.locator('#e1 summary').click();
    await page.locator('#e1 pre', { hasText: '"type": "repo.created"' }).waitFor();
    await web.history.createRepo('b');
    await page.locator('#e2').waitFor();
    expect(await page.locator('#e1 details').getAttribute('open')).toBe('');
    expect(complaints).toEqual([]);
  });

  it('is reached with the keyboard alone', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    await web.history.push('a');
    await web.history.push('a', { ref: 'refs/heads/b' });
    const { page } = await browser.open(web.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.waitForURL('**/runs');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('text');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/runs/*');
    expect(await page.locator('h1').textContent()).toBe('Commit 2');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('fits its window in %s at %i pixels, and is kept as a picture', async (colorScheme, width) => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 8));
    const web = await startWeb({ clock: clock.now });
    const example = await playExample(web.history, clock);
    const paths = {
      home: '/',
      runs: '/runs',
      run: `/runs/${example.failed}`,
      diagnostics: `/runs/${example.broken}`,
      hostile: `/runs/${example.active}`,
      job: `/runs/${example.failed}/jobs/test`,
      log: `/runs/${example.failed}/jobs/test/sh/1`,
      timeline: '/events',
      statistics: '/repos/library/catalogue/-/statistics',
      operations: '/operations',
      past: `/runs/${example.failed}?at=${momentOf(web, example.failed)}`,
      compare: `/compare?left=${example.failed}&right=${example.succeeded}`,
      'compare-active': `/compare?left=${example.succeeded}&right=${example.active}`,
      'run-timeline': `/runs/${example.failed}/events`,
      repository: '/repos/library/catalogue',
      event: `/events/${momentOf(web, example.failed)}`,
      search: `/runs/${example.failed}/jobs/test/sh/1?q=leaf`,
      missing: '/runs/nothing',
    };
    const { page, complaints } = await browser.open(web.url, {
      colorScheme,
      viewport: { width, height: 900 },
    });
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(web.url + path, { waitUntil: 'load' });
      await page.screenshot({
        path: `test/artifacts/web-${name}-${colorScheme}-${width}.png`,
        fullPage: true,
      });
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(beyond, `${name} is wider than its window`).toBe(0);
      const slider = await page.locator('#moment-slider').evaluateAll(([one]) => one?.clientWidth);
      if (slider !== undefined) expect(slider, `the slider of ${name}`).toBeGreaterThan(width / 2);
    }
    expect(complaints).toEqual([]);
  });

  it('marks a range of lines by a click and another with shift, and copies it as it is shown', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    // A line that goes on and has colours: it is two lines of the log, and one of the output.
    writeLog(web, run, ['P one ', 'F and on', 'F \u001b[31mthree\u001b[0m', 'F <four>', 'F five']);
    const { page, complaints } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.locator('#L2 .number').click();
    await page.locator('#L4 .number').click({ modifiers: ['Shift'] });
    expect(new URL(page.url()).hash).toBe('#L2-L4');
    expect(await page.locator('.line.marked').count()).toBe(3);
    await page.getByRole('button', { name: 'copy' }).click();
    await page.getByRole('button', { name: 'copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('and on\nthree\n<four>');
    expect(complaints).toEqual([]);
  });

  it('keeps what is selected and focused in the last lines of a log that goes on', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    web.history.log(run, 'build', 1, numbered(1, 350));
    const { page, complaints } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1`);
    await page.locator('#L350').waitFor();
    await page.locator('#L345 .number').focus();
    await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('#L344 .text')!));
    web.history.log(run, 'build', 1, numbered(351, 420));
    await page.locator('#L420').waitFor();
    expect(await page.evaluate(() => getSelection()!.toString())).toBe('line 344');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('345');
    expect(complaints).toEqual([]);
  });

  it('puts the lines of a log that was empty at first one below the other', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    const { page } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1`);
    web.history.log(run, 'build', 1, numbered(1, 350));
    await page.waitForFunction(endIsInWindow, 350);
    const gap = await page.evaluate(() => {
      const [above, below] = ['#L300', '#L301'].map((id) =>
        document.querySelector(id)!.getBoundingClientRect(),
      );
      return Math.abs(below!.top - above!.bottom);
    });
    expect(gap).toBeLessThan(1);
  });

  it('shows and copies every line of a log whose lines are too long for one answer', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    const long = Array.from({ length: 99 }, (_, i) => `line ${i + 1} ${'x'.repeat(65_000)}`);
    writeLog(
      web,
      run,
      [...long, 'line 100'].map((text) => `F ${text}`),
    );
    const { page } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1#L90-L100`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.locator('#L100').waitFor();
    const numbers = await page.locator('.log .line').evaluateAll((lines) => lines.map(({ id }) => id));
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, i) => `L${i + 1}`));
    await page.evaluate(() => history.replaceState(null, '', '#L1-L100'));
    await page.getByRole('button', { name: 'copy' }).click();
    await page.getByRole('button', { name: 'copied' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe([...long, 'line 100'].join('\n'));
  });

  it('says why lines of a log do not come, and shows them when they do', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    web.history.log(run, 'build', 1, numbered(1, 900));
    const { page, complaints } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1`);
    await page.waitForFunction(endIsInWindow, 900);
    await page.route(/lines[?]/, (route) => route.fulfill({ status: 500, body: '' }));
    await page.locator('.log').evaluate((log) => log.scrollTo(0, 0));
    const range = page.locator('.log-range');
    await range.filter({ hasText: '(the server answered 500)' }).waitFor();
    await page.unroute(/lines[?]/);
    await page.locator('#L1').waitFor();
    await range.filter({ hasText: /^900 lines *$/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('keeps the end of a log in its window when that becomes smaller', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    web.history.log(run, 'build', 1, numbered(1, 350));
    const { page } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1`, {
      viewport: { width: 1280, height: 1200 },
    });
    await page.waitForFunction(endIsInWindow, 350);
    const before = await page.locator('.log').evaluate((log) => log.clientHeight);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.waitForFunction((height) => document.querySelector('.log')!.clientHeight < height, before);
    await page.waitForFunction(endIsInWindow, 350);
  });

  it('opens the link of a line elsewhere when asked to, and unmarks lines that the address no longer names', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    web.history.log(run, 'build', 1, numbered(1, 9));
    const { page } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1#L2-L3`);
    await page.locator('#L3.marked').waitFor();
    const opened = page.context().waitForEvent('page');
    await page.locator('#L5 .number').click({ modifiers: ['Control'] });
    expect(new URL((await opened).url()).hash).toBe('#L5');
    expect(new URL(page.url()).hash).toBe('#L2-L3');
    await page.evaluate(() => location.assign('#L7'));
    await page.locator('#L7.marked').waitFor();
    await page.locator('#L9 .number').click();
    const shades = await page
      .locator('.log .line')
      .evaluateAll((lines) => lines.map((line) => getComputedStyle(line).backgroundColor));
    expect(new Set(shades.slice(0, 8)).size).toBe(1);
    expect(shades[8]).not.toBe(shades[0]);
    await page.evaluate(() => location.assign('#main'));
    await page.locator('.line.marked').first().waitFor({ state: 'detached' });
  });

  it('shows the times of lines by the clock, since the start, or not at all', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    web.history.log(run, 'build', 1, numbered(1, 3));
    const { page } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1`);
    const shown = () =>
      page
        .locator('#L2 .at')
        .evaluate((at) =>
          getComputedStyle(at).display === 'none' ? '' : getComputedStyle(at, '::before').content,
        );
    expect(await shown()).toBe('');
    await page.getByLabel('times').selectOption('clock');
    expect(await shown()).toMatch(/^"\d\d:\d\d:\d\d\.\d{3}"$/);
    await page.getByLabel('times').selectOption('since start');
    expect(await shown()).toMatch(/^"\+\d+\.\d{3}"$/);
    await page.getByLabel('times').selectOption('no times');
    expect(await shown()).toBe('');
  });

  it('wraps long lines of a log where they are, the end staying the end', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    const long = numbered(1, 2000).map((line, index) =>
      index % 7 === 0 ? `${line} ${'word '.repeat(120)}` : line,
    );
    web.history.log(run, 'build', 1, long);
    const { page } = await browser.open(`${web.url}/runs/${run}/jobs/build/sh/1`);
    await page.getByText('line 2000', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'wrap' }).click();
    await page.waitForFunction(() => {
      const log = document.querySelector('.log')!;
      const last = document.querySelector('#L2000')?.getBoundingClientRect();
      const overlaps = Array.from(document.querySelectorAll('.block'))
        .map((block) => block.getBoundingClientRect())
        .sort((a, b) => a.top - b.top)
        .some((block, index, all) => index > 0 && Math.abs(block.top - all[index - 1]!.bottom) > 2);
      return (
        log.scrollWidth <= log.clientWidth && last !== undefined && last.top < innerHeight * 2 && !overlaps
      );
    });
    await page.locator('.log').evaluate((log) => log.scrollTo(0, 0));
    await page.locator('#L1').waitFor();
  });

  it('connects when the server is there again, though it was away at first', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    let isAway = true;
    const { page } = await browser.open(`${web.url}/health`);
    await page.route(/\/runs\/\w+\?seq=/, (route) => (isAway ? route.abort() : route.continue()));
    await page.goto(`${web.url}/runs/${run}`);
    await page.locator('html[data-connection="away"]').waitFor();
    await web.history.start(run);
    isAway = false;
    await page.locator('#run-header .facts .state', { hasText: 'active' }).waitFor();
  });

  it('cancels a run by its button', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    const { page } = await browser.open(`${web.url}/runs/${run}`);
    await page.getByRole('button', { name: 'Cancel this run' }).click();
    await page.locator('#run-header .state', { hasText: 'canceled' }).waitFor();
    expect(web.store.readEvents({ descending: true, limit: 1 })[0]).toMatchObject({ actor: 'operator:ann' });
  });

  it('is complete without JavaScript', async () => {
    const web = await startWeb();
    const run = await startCommand(web);
    const log = web.history.log(run, 'build', 1, numbered(1, 1200));
    await web.history.ci(run, ['sh.finished', { ...finished, stdoutBytes: 9, stderrBytes: 0, ...log }]);
    await endJob(web.history, run, 'build');
    await web.history.ci(run, ['run.succeeded', {}]);
    const { page } = await browser.open(web.url, { javaScriptEnabled: false });
    await page.getByRole('link', { name: 'a', exact: true }).click();
    await page.getByRole('link', { name: 'Commit 1' }).click();
    await page.locator('.commands').getByRole('link', { name: 'make' }).click();
    expect(await page.locator('.log-tools').textContent()).toContain('lines 1,001 to 1,200 of 1,200');
    await page.getByRole('link', { name: 'earlier' }).click();
    await page.getByText('line 801', { exact: true }).waitFor();
    await page.goto(`${web.url}/runs/${run}`);
    await page.getByRole('button', { name: 'Run again' }).click();
    expect(await page.locator('#run-header').textContent()).toContain('attempt 2');
  });
});

/** A run of one job whose command has begun and has written nothing yet. */
const startCommand = async ({ history }: WebServer): Promise<string> => {
  await history.createRepo('a');
  const run = await history.push('a');
  await history.start(run);
  await history.ci(run, oneJob);
  await startJob(history, run, 'build');
  await history.ci(run, ['sh.started', started]);
  return run;
};

/** Lines of a log as they are stored, each after its tag and a space. */
const writeLog = (web: WebServer, run: string, lines: readonly string[]): void => {
  const folder = join(web.root, 'runs', run, 'jobs/build');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sh-1.log'), lines.map((line) => `${time} ${line}\n`).join(''));
};

/** Runs in the page: whether this line of a log is wholly within the window on it. */
const endIsInWindow = (number: number): boolean => {
  const line = document.querySelector(`#L${number}`)?.getBoundingClientRect();
  const log = document.querySelector('.log')!.getBoundingClientRect();
  return line !== undefined && line.top >= log.top && line.bottom <= log.bottom + 1;
};

/** The number of an event in the middle of a run. */
const momentOf = ({ store }: WebServer, run: string): number =>
  store.readEvents({ streams: [`run/${run}`], limit: 12 }).at(-1)!.seq;

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);
