import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeBigLog } from './big-log.js';
import { startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { startWeb } from './web-server.js';

describe('a log with destroyed lines', () => {
  it('says so in their place, also where it was read before', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    await web.history.start(run);
    await web.history.ci(run, registration([registeredJob('big', ['quire/push'], 1)]));
    await startJob(web.history, run, 'big');
    const sh = { jobId: 'big', n: 1 };
    await web.history.ci(run, [
      'sh.started',
      { ...sh, cmd: 'make', cwd: '.', deadlineAtMs: null, location: null },
    ]);
    writeBigLog(web.root, run, 'big', 600, (line) => (line === 300 ? 'hunter2' : ''));
    const path = join(web.root, 'runs', run, 'jobs/big/sh-1.log');
    const bytes = readFileSync(path);
    const end = {
      exitCode: 1,
      signal: null,
      timedOut: false,
      logTruncated: false,
      stdoutBytes: 1,
      stderrBytes: 0,
      logBytes: bytes.length,
      logSha256: createHash('sha256').update(bytes).digest('hex'),
    };
    await web.history.ci(run, ['sh.finished', { ...sh, ...end }]);
    const address = `/runs/${run}/jobs/big/sh/1`;
    expect(await web.text(`${address}?from=299&count=3`)).toContain('hunter2');
    await web.store.redactLog(
      { runId: run, ...sh, path, fromLine: 300, toLine: 300, reason: 'a <token>' },
      { actor: 'operator:ann' },
    );
    for (const place of [`${address}?from=299&count=3`, `${address}/lines?from=299&count=3`]) {
      const html = await web.text(place);
      expect(html).not.toContain('hunter2');
      expect(html).toContain('<span class="redacted">redacted: a &lt;token&gt;</span>');
    }
    const { lines } = (await web.json(`${address}?from=299&count=3`)) as { lines: object[] };
    expect(lines).toMatchObject([
      { number: 299 },
      { number: 300, text: expect.stringMatching(/^\*+$/), redacted: { reason: 'a <token>' } },
      { number: 301, text: expect.stringMatching(/^line 301 /) },
    ]);
    expect(lines[0]).not.toHaveProperty('redacted');
    expect(await web.json(`${address}?q=hunter2`)).toMatchObject({ search: { matches: [] } });
    expect(await web.text(`${address}/raw`)).not.toContain('hunter2');
    expect(web.errors).toEqual([]);
  });
});
