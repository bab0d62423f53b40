import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Subject } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ProjectionStatus, Trust } from '../../src/store/index.js';
import { manualClock, playExample } from './example.js';
import { startWeb } from './web-server.js';

describe('the metrics', () => {
  it('count what happened since the start, and tell how long runs waited and took', async () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 8));
    const web = await startWeb({ clock: clock.now });
    await playExample(web.history, clock);
    const text = await web.text('/metrics');
    expect(text).toContain('quire_runs{state="active"} 1\n');
    expect(text).toContain('quire_runs{state="queued"} 1\n');
    expect(text).toContain('quire_runs_ended_total{state="succeeded"} 5\n');
    expect(text).toContain('quire_runs_ended_total{state="failed"} 2\n');
    expect(text).toContain('quire_run_wait_seconds_count 8\n');
    expect(text).toContain('quire_run_duration_seconds_bucket{le="60",state="succeeded"} 5\n');
    expect(text).toContain('quire_run_duration_seconds_count{state="failed"} 2\n');
    expect(text).toContain('quire_events_total{type="run.queued"} 10\n');
    expect(text).toContain(`quire_event_seq ${web.store.head().seq}\n`);
    expect(text).toContain(`quire_build_info{version="0.1.0",node="${process.version}"} 1\n`);
    for (const line of text
      .trim()
      .split('\n')
      .filter((one) => one !== '')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.e+-]+)$/);
    }
  });

  it('know how long a run waited that was queued before the server began', async () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 8));
    const web = await startWeb({ clock: clock.now });
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    await web.restart();
    clock.advance(42_000);
    await web.history.start(run);
    expect(await web.text('/metrics')).toContain('quire_run_wait_seconds_sum 42\n');
  });

  it('tell what appends took', async () => {
    const appendTimes$ = new Subject<number>();
    const web = await startWeb({ appendTimes$ });
    appendTimes$.next(3);
    appendTimes$.next(40);
    const text = await web.text('/metrics');
    expect(text).toContain('quire_append_seconds_bucket{le="0.005"} 1\n');
    expect(text).toContain('quire_append_seconds_count 2\n');
  });

  it('tell how far a rebuild is, while there is one', async () => {
    const status: ProjectionStatus = {
      name: 'runs',
      version: 'v',
      builtVersion: 'u',
      builtSeq: 0,
      builtAtMs: 0,
      state: 'rebuilding',
      progress: {
        phase: 'folding',
        seq: 250,
        headSeq: 1000,
        eventsPerSecond: 500,
        copiedRows: 0,
        rows: 0,
        timeLeftMs: 1500,
      },
      error: null,
    };
    let statuses = [status];
    const web = await startWeb({ trust: { projections: () => statuses } as unknown as Trust });
    const during = await web.text('/metrics');
    expect(during).toContain('quire_rebuild_progress{projection="runs"} 0.25\n');
    expect(during).toContain('quire_projection_current{projection="runs"} 0\n');
    statuses = [{ ...status, state: 'current', progress: null }];
    const after = await web.text('/metrics');
    expect(after).not.toContain('quire_rebuild_progress{');
    expect(after).toContain('quire_projection_current{projection="runs"} 1\n');
  });

  it('tell the free room as it is at each scrape, and ask the disk for it once', async () => {
    const web = await startWeb();
    const answers: number[] = [];
    const { statfsSync } = fs;
    const spy = vi.spyOn(fs, 'statfsSync').mockImplementation(((path: string) => {
      const answer = statfsSync(path);
      answers.push(answer.bavail * answer.bsize);
      return answer;
    }) as typeof statfsSync);
    syncBuiltinESMExports();
    onTestFinished(() => {
      spy.mockRestore();
      syncBuiltinESMExports();
    });
    for (const scrape of [1, 2]) {
      const text = await web.text('/metrics');
      expect(answers).toHaveLength(scrape);
      expect(/^quire_disk_free_bytes (.+)$/m.exec(text)?.[1]).toBe(String(answers.at(-1)));
    }
  });

  it('are those of one server, though two run in a process', async () => {
    const [one, other] = [await startWeb(), await startWeb()];
    await one.history.createRepo('a');
    expect(await one.text('/metrics')).toContain('quire_events_total{type="repo.created"} 1\n');
    expect(await other.text('/metrics')).not.toContain('repo.created');
  });

  it('are not for strangers', async () => {
    const web = await startWeb();
    expect((await web.get('/metrics', { 'X-Forwarded-For': '10.0.0.1' })).status).toBe(404);
  });
});
