import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { startWeb } from './web-server.js';

describe('the filters of runs', () => {
  it('are in the address, hold together, and stand in the form as they were asked', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    await web.history.push('a', { pusher: 'ann', ref: 'refs/heads/x', subject: 'Water the roots' });
    await web.history.push('a', { pusher: 'bea', ref: 'refs/heads/y', subject: 'Water the leaves' });
    await web.history.push('a', { pusher: 'bea', ref: 'refs/heads/z', subject: 'Prune 100% of it' });
    const active = await web.history.push('a', { pusher: 'ann', ref: 'refs/heads/w', subject: 'Rest' });
    await web.history.start(active);
    const refs = async (query: string) =>
      ((await web.json(`/repos/a?${query}`)) as { runs: { ref: string }[] }).runs.map(({ ref }) =>
        ref.at(-1),
      );
    expect(await refs('actor=bea')).toEqual(['z', 'y']);
    expect(await refs('text=water')).toEqual(['y', 'x']);
    expect(await refs('text=water&actor=bea')).toEqual(['y']);
    expect(await refs('state=active')).toEqual(['w']);
    expect(await refs('ref=refs/heads/x')).toEqual(['x']);
    expect(await refs('text=100%25')).toEqual(['z']);
    expect(await refs('text=_')).toEqual([]);
    const html = await web.text('/repos/a?actor=bea&text=wat%22er&state=queued');
    expect(html).toContain('name="actor" value="bea"');
    expect(html).toContain('value="wat&quot;er"');
    expect(html).toMatch(/<option [^>]*value="queued"[^>]*selected|<option selected value="queued"/);
  });
});

describe('a run with a failed job', () => {
  it('shows the source of its pipeline around the place, that line marked', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    await web.history.start(run);
    await web.history.ci(run, registration([registeredJob('test', ['quire/push'], 4)]));
    await startJob(web.history, run, 'test');
    const source = Array.from({ length: 9 }, (_, i) => `(line ${i + 1})`).join('\n');
    mkdirSync(join(web.root, 'blobs'), { recursive: true });
    writeFileSync(join(web.root, 'blobs', 'a'.repeat(64)), source);
    const location = { file: '.quire/ci.fnl', line: 5, column: 3 };
    const failed = { jobId: 'test', exitCode: 1, message: 'no', location, allowed: false };
    await web.history.ci(run, ['job.failed', failed]);
    const html = (await web.text(`/runs/${run}`)).replaceAll(/<[^>]*>/g, '');
    for (const line of [3, 4, 5, 6, 7]) expect(html).toContain(`(line ${line})`);
    for (const line of [2, 8]) expect(html).not.toContain(`(line ${line})`);
    expect(await web.text(`/runs/${run}`)).toMatch(/class="[^"]*marked[^"]*"[^>]*>(?:<[^>]*>)*5</);
  });
});

describe('a log that a limit cut', () => {
  it('says so, and how much the command wrote in all', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    await web.history.start(run);
    await web.history.ci(run, registration([registeredJob('loud', ['quire/push'], 1)]));
    await startJob(web.history, run, 'loud');
    const started = { jobId: 'loud', n: 1, cmd: 'yes', cwd: '.', deadlineAtMs: null, location: null };
    await web.history.ci(run, ['sh.started', started]);
    const log = web.history.log(run, 'loud', 1, ['y', 'y']);
    const finished = { jobId: 'loud', n: 1, exitCode: null, signal: 'SIGKILL', timedOut: true };
    await web.history.ci(run, [
      'sh.finished',
      { ...finished, logTruncated: true, stdoutBytes: 2_000_000, stderrBytes: 500_000, ...log },
    ]);
    const html = await web.text(`/runs/${run}/jobs/loud/sh/1`);
    expect(html).toContain(
      'The log reached its size limit and was cut here. The command wrote 2.5 MB in all.',
    );
    expect(html).toContain('timed out, ended by SIGKILL, log cut');
  });
});
