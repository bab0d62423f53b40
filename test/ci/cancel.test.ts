import { join } from 'node:path';
import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PipePool } from '../../src/ci/command/pipe-pool.js';
import { RunExecution } from '../../src/ci/index.js';
import { HostWorld } from '../../src/ci/world/host-world.js';
import { isRunning, pidWritten } from './fixture/processes.js';
import { RecordingSession } from './fixture/recording-session.js';
import { jobA, pipeline, Scenario } from './fixture/scenario.js';

const cancel = { reason: 'operator', message: 'canceled by alice', force: false } as const;

describe('a canceled run', () => {
  it('ends its commands and all they started, its active and its waiting jobs', async () => {
    const run = new Scenario(
      pipeline(`(ci.job :a [:quire/push] {:retry 5} (fn [{: sh}]
          (while true (pcall sh "sh -c 'trap \\"\\" TERM; echo $$ > pid; while :; do sleep 0.05; done' & wait"))))
        (ci.job :b [:a] (fn [] 1))
        (ci.job :c [:b] {:always true} (fn [] 1))`),
      { limits: { killGraceMs: 300 } },
    );
    const ended = run.run();
    const pid = await pidWritten(join(run.workspace, 'pid'));
    run.server.cancel(cancel);
    expect(await ended).toBe(0);
    expect(isRunning(pid)).toBe(false);
    expect(run.story).toEqual([
      'pipeline.registered a b c',
      'job.started a',
      'sh.started a/1',
      'job.canceled b',
      'job.canceled c',
      'sh.interrupted a/1',
      'job.canceled a',
    ]);
    expect(run.event('sh.interrupted')).toMatchObject({ reason: 'canceled by alice', logBytes: 0 });
    expect(run.event('job.canceled', 'a').message).toBe('canceled by alice');
    expect(run.event('job.canceled', 'b').message).toBe('canceled by alice');
  });

  it('keeps the log of what was interrupted', async () => {
    const run = new Scenario(jobA('(sh "echo so far; touch ready; sleep 1000")'));
    const ended = run.run();
    const { eventually } = await import('./fixture/processes.js');
    await eventually('the output', () => {
      try {
        return run.log('a').length > 0;
      } catch {
        return false;
      }
    });
    run.server.cancel(cancel);
    await ended;
    const log = run.log('a');
    const { createHash } = await import('node:crypto');
    expect(run.event('sh.interrupted')).toMatchObject({
      logBytes: log.length,
      logSha256: createHash('sha256').update(log).digest('hex'),
    });
  });

  it('ends code that runs without doing anything', async () => {
    const run = new Scenario(jobA('(log "spinning") (while true nil)'), { limits: { luaCpuMs: 60_000 } });
    const ended = run.run();
    await run.server.until('the code', ({ type }) => type === 'job.logged');
    run.server.cancel(cancel);
    expect(await ended).toBe(0);
    expect(run.story.slice(-2)).toEqual(['job.logged a', 'job.canceled a']);
  });

  it('lets an :uninterruptible job that works finish first', async () => {
    const run = new Scenario(
      pipeline(`(ci.job :deploy [:quire/push] {:uninterruptible true} (fn [{: sh}]
          (sh "touch ready; until test -e go; do sleep 0.01; done") (sh "echo finished")))
        (ci.job :after [:deploy] (fn [] 1))`),
    );
    const ended = run.run();
    await run.server.until('the command', ({ type }) => type === 'sh.started');
    run.server.cancel(cancel);
    await run.server.until('the cancellation', ({ type }) => type === 'job.canceled');
    writeFileSync(join(run.workspace, 'go'), '');
    expect(await ended).toBe(0);
    expect(run.story.slice(2)).toEqual([
      'sh.started deploy/1',
      'job.canceled after',
      'sh.finished deploy/1 exit 0',
      'sh.started deploy/2',
      'sh.finished deploy/2 exit 0',
      'job.succeeded deploy',
    ]);
  });

  it('by force ends an :uninterruptible job too, also when force comes later', async () => {
    const run = new Scenario(jobA('(sh "sleep 1000")', '{:uninterruptible true}'));
    const ended = run.run();
    await run.server.until('the command', ({ type }) => type === 'sh.started');
    run.server.cancel(cancel);
    run.server.cancel({ ...cancel, message: 'canceled again', force: true });
    expect(await ended).toBe(0);
    expect(run.story.slice(-2)).toEqual(['sh.interrupted a/1', 'job.canceled a']);
    expect(run.event('job.canceled').message).toBe('canceled by alice');
  });

  it('does not start an :uninterruptible job that waits', async () => {
    const run = new Scenario(
      pipeline(`(ci.job :a [:quire/push] (fn [{: sh}] (sh "sleep 1000")))
        (ci.job :deploy [:quire/push] {:uninterruptible true} (fn [{: sh}] (sh "touch deployed")))`),
    );
    const ended = run.run();
    await run.server.until('the command', ({ type }) => type === 'sh.started');
    run.server.cancel(cancel);
    expect(await ended).toBe(0);
    expect(run.story).toContain('job.canceled deploy');
  });

  it('ends all jobs that overlap', async () => {
    const job = (id: string) => `(ci.job :${id} [:quire/push] (fn [{: sh}] (sh "sleep 1000")))`;
    const run = new Scenario(pipeline(`(ci.parallel 3) ${job('a')} ${job('b')} ${job('c')}`));
    const ended = run.run();
    for (const id of ['a', 'b', 'c']) {
      await run.server.until(id, ({ type, data }) => type === 'sh.started' && data.jobId === id);
    }
    run.server.cancel(cancel);
    expect(await ended).toBe(0);
    expect(run.story.filter((line) => line.startsWith('job.canceled')).sort()).toEqual([
      'job.canceled a',
      'job.canceled b',
      'job.canceled c',
    ]);
  });

  it('before it began runs nothing', async () => {
    const run = new Scenario(jobA('(sh "touch ran")'));
    const { runDir, server } = run;
    const session = new RecordingSession();
    const pipes = new PipePool();
    const world = new HostWorld(server.bootstrap, pipes);
    const execution = new RunExecution({ bootstrap: server.bootstrap, runDir, session, world });
    execution.cancel(cancel);
    await execution.execute();
    await pipes.close();
    expect(session.types).toEqual(['pipeline.registered', 'job.canceled']);
    expect(existsSync(join(run.workspace, 'ran'))).toBe(false);
  });

  it('that nobody ends at its deadline ends itself as timed out', async () => {
    const run = new Scenario(jobA('(sh "sleep 1000")', '{:uninterruptible true}'), {
      bootstrap: { deadlineAtMs: Date.now() - 4_500 },
    });
    expect(await run.run()).toBe(0);
    expect(run.story.slice(-3)).toEqual(['sh.interrupted a/1', 'job.canceled a', 'run.failed timed-out']);
  });
});
