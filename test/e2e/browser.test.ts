import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useBrowser, withoutBrowser } from '../web/browser.js';
import { startScenario } from './server.js';

describe.skipIf(withoutBrowser())('a real push in a browser', () => {
  const browser = useBrowser();

  it('is seen live from the list of runs to the end of its run, logs and all', async () => {
    const scenario = await startScenario();
    try {
      const gate = join(scenario.root, 'gate');
      const work = await scenario.newRepo();
      await work.commit(
        {
          '.quire/ci.fnl': `(local ci (require :quire.ci))
(ci.job :build [:quire/push]
  (fn [{: sh}] (sh "echo '<b>hello & goodbye</b>'; while [ ! -e ${gate} ]; do sleep 0.05; done")))
(ci.job :publish [:build] (fn [{: sh}] (sh "exit 3")))
`,
        },
        'Add a <script>pipeline</script>',
      );
      const { page, complaints } = await browser.open(`${scenario.url}/runs`);
      await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
      await work.push();
      const subject = page.getByRole('link', { name: 'Add a <script>pipeline</script>' });
      await subject.waitFor();
      expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
      await subject.click();
      const state = page.locator('#run-header .facts .state');
      await state.filter({ hasText: 'active' }).waitFor();
      await page.locator('.job', { hasText: 'build' }).first().waitFor();
      writeFileSync(gate, '');
      await state.filter({ hasText: 'failed' }).waitFor();
      await page.getByText('command failed with exit 3').first().waitFor();
      await page.goto(`${page.url()}/jobs/build/sh/1`);
      await page.getByText('<b>hello & goodbye</b>', { exact: true }).waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await scenario.end();
    }
  });

  it('is seen live from its place in the queue over its start to its end', async () => {
    const scenario = await startScenario();
    try {
      const gate = join(scenario.root, 'gate');
      const work = await scenario.newRepo();
      await work.commit({
        '.quire/ci.fnl': `(local ci (require :quire.ci))
(ci.job :wait [:quire/push] (fn [{: sh}] (sh "while [ ! -e ${gate}-$QUIRE_BRANCH ]; do sleep 0.05; done")))
`,
      });
      await work.push('HEAD:refs/heads/first');
      await scenario.feed.until(({ type }) => type === 'sh.started');
      const { page, complaints } = await browser.open(`${scenario.url}/runs`);
      await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
      await work.push('HEAD:refs/heads/second');
      const row = page.locator('.run-row', { hasText: 'second' });
      await row.getByText('queued', { exact: true }).waitFor();
      writeFileSync(`${gate}-first`, '');
      await row.getByText('active', { exact: true }).waitFor();
      writeFileSync(`${gate}-second`, '');
      await row.getByText('succeeded', { exact: true }).waitFor();
      expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
      expect(complaints).toEqual([]);
    } finally {
      await scenario.end();
    }
  });
});
