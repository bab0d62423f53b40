import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/events/index.js';
import { processesWith } from './processes.js';
import { oneJob, sequence } from './sequence.js';
import { type Scenario, startScenario } from './server.js';
import type { WorkTree } from './work-tree.js';

let scenario: Scenario;

afterEach(() => scenario.end());

/** A command line that can be told from every other. */
const marker = () => `${600 + Math.floor(Math.random() * 1e6)}.${process.pid}`;

const sleeping = (seconds: string) => `(local ci (require :quire.ci))
(ci.job :wait [:quire/push] (fn [{: sh}] (sh "echo ready; sleep ${seconds} & sleep ${seconds}; wait")))
(ci.job :after [:wait] (fn [{: sh}] (sh "true")))
`;

const quick = `(local ci (require :quire.ci))
(ci.job :quick [:quire/push] (fn [{: sh}] (sh "true")))
`;

const pushPipeline = async (work: WorkTree, source: string, ref = 'main') => {
  await work.commit({ '.quire/ci.fnl': source }, `change ${Math.random()}`);
  return work.push(`+HEAD:refs/heads/${ref}`);
};

const shStarted = () => scenario.feed.until(({ type }) => type === 'sh.started');

/** Resolves once no process has the marker: awaits the run's end, then looks until the tree is gone. */
const expectGone = async (text: string): Promise<void> => {
  await expect.poll(() => processesWith(text), { timeout: 20_000 }).toEqual([]);
};

describe('a newer push to the same ref', () => {
  it('takes the place of a run that waits', async () => {
    const seconds = marker();
    scenario = await startScenario({ config: '{:kill-grace 0.2}' });
    const other = await scenario.newRepo('other');
    await pushPipeline(other, sleeping(seconds));
    await shStarted();
    const work = await scenario.newRepo('app');
    await pushPipeline(work, quick);
    await pushPipeline(work, quick);
    const superseded = await scenario.feed.until(({ type }) => type === 'run.superseded');
    const ofApp = scenario.feed.events.filter(
      (event) => event.type === 'run.queued' && event.data.repo === 'app',
    );
    expect(superseded.stream).toBe(ofApp[0]!.stream);
    expect(superseded).toMatchObject({
      data: { supersededBy: ofApp[1]!.stream.slice('run/'.length) },
      causationSeq: ofApp[1]!.seq,
    });
    expect((await scenario.quire('run', 'cancel', runId(1))).code).toBe(0);
    await scenario.feed.runEnded(1);
    const ofSuperseded = scenario.feed.events.filter(({ stream }) => stream === superseded.stream);
    expect(sequence(ofSuperseded)).toEqual(['run.queued refs/heads/main', 'run.superseded']);
    const last = await scenario.feed.runEnded(3);
    expect(last.type).toBe('run.succeeded');
    await expectGone(seconds);
  });

  it('ends the active run, its processes and all', async () => {
    const seconds = marker();
    scenario = await startScenario({ config: '{:kill-grace 0.2}' });
    const work = await scenario.newRepo();
    await pushPipeline(work, sleeping(seconds));
    await shStarted();
    expect(processesWith(seconds).length).toBeGreaterThan(0);
    await pushPipeline(work, quick);
    const ended = await scenario.feed.runEnded(1);
    expect(ended.type).toBe('run.superseded');
    await scenario.feed.runEnded(2);
    const first = scenario.feed.events.filter(({ stream }) => stream === ended.stream);
    expect(sequence(first)).toEqual([
      'run.queued refs/heads/main',
      'run.claimed',
      'run.started',
      'pipeline.registered wait after',
      'job.started wait',
      'sh.started wait/1',
      'run.cancel-requested superseded',
      'job.canceled after',
      'sh.interrupted wait/1',
      'job.canceled wait',
      'run.superseded',
    ]);
    await expectGone(seconds);
  });
});

describe('a server that is not there', () => {
  it('finds the pushes it missed, in order, when it starts', async () => {
    scenario = await startScenario();
    const work = await scenario.newRepo();
    await scenario.stop();
    const { stderr } = await pushPipeline(work, quick);
    expect(stderr).toMatch(/quire: .*kept/);
    await pushPipeline(work, quick, 'second');
    expect(readdirSync(join(scenario.root, 'spool')).filter((name) => name.endsWith('.json'))).toHaveLength(
      2,
    );
    await scenario.serve();
    await scenario.feed.runEnded(2);
    expect(sequence(scenario.feed.events).slice(1)).toEqual([
      'push.received refs/heads/main',
      'run.queued refs/heads/main',
      'push.received refs/heads/second',
      'run.queued refs/heads/second',
      ...oneJob('quick'),
      ...oneJob('quick'),
    ]);
    expect(readdirSync(join(scenario.root, 'spool')).filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  it('finds a push whose hook never reported, by comparing refs', async () => {
    scenario = await startScenario();
    const work = await scenario.newRepo();
    await scenario.stop();
    await work.commit({ '.quire/ci.fnl': quick });
    const hook = join(scenario.root, 'repos/app.git/hooks/post-receive');
    chmodSync(hook, 0o644);
    await work.push('HEAD:refs/heads/other');
    chmodSync(hook, 0o755);
    expect(readdirSync(join(scenario.root, 'spool')).filter((name) => name.endsWith('.json'))).toEqual([]);
    await scenario.serve();
    const ended = await scenario.feed.runEnded();
    expect(ended.type).toBe('run.succeeded');
    expect(sequence(scenario.feed.events).slice(1)).toEqual([
      'push.reconciled refs/heads/other',
      'run.queued refs/heads/other',
      ...oneJob('quick'),
    ]);
  });
});

describe('kill -9', () => {
  it('of quire-ci fails the run and ends its commands', async () => {
    const seconds = marker();
    scenario = await startScenario();
    const work = await scenario.newRepo();
    await pushPipeline(work, sleeping(seconds));
    await shStarted();
    const claimed = scenario.feed.events.find((event) => event.type === 'run.claimed');
    process.kill((claimed as StoredEvent<'run.claimed'>).data.owner.pid, 'SIGKILL');
    const ended = await scenario.feed.runEnded();
    expect(sequence(scenario.feed.events.slice(-5))).toEqual([
      'sh.started wait/1',
      'sh.interrupted wait/1',
      'job.canceled wait',
      'job.canceled after',
      'run.failed process-crashed',
    ]);
    expect((ended as StoredEvent<'run.failed'>).data.message).toContain('SIGKILL');
    await expectGone(seconds);
  });

  it('of the server in mid-run lets the run go on; the next server adopts it and loses nothing', async () => {
    scenario = await startScenario();
    const work = await scenario.newRepo();
    const gate = join(scenario.root, 'gate');
    await pushPipeline(
      work,
      `(local ci (require :quire.ci))
(ci.job :first [:quire/push] (fn [{: sh}] (sh "echo before; while [ ! -e ${gate} ]; do sleep 0.05; done; echo after")))
(ci.job :second [:first] (fn [{: sh}] (sh "echo second")))
`,
    );
    await shStarted();
    await scenario.stop('SIGKILL');
    const { code } = await scenario.quire('run', 'show', 'latest');
    expect(code).toBe(0);
    writeFileSync(gate, '');
    await scenario.serve();
    const ended = await scenario.feed.runEnded();
    expect(ended.type).toBe('run.succeeded');
    const lines = sequence(scenario.feed.events).slice(1);
    expect(lines.filter((line) => line === 'run.adopted')).toHaveLength(1);
    expect(lines.filter((line) => line !== 'run.adopted')).toEqual([
      'push.received refs/heads/main',
      'run.queued refs/heads/main',
      'run.claimed',
      'run.started',
      'pipeline.registered first second',
      'job.started first',
      'sh.started first/1',
      'sh.finished first/1: 0',
      'job.succeeded first',
      'job.started second',
      'sh.started second/1',
      'sh.finished second/1: 0',
      'job.succeeded second',
      'run.succeeded',
    ]);
    const { stdout } = await scenario.quire('run', 'logs', 'latest', 'first');
    expect(stdout).toContain('before');
    expect(stdout).toContain('after');
  });

  it('of server and quire-ci both leaves an orphan that the next server ends', async () => {
    const seconds = marker();
    scenario = await startScenario();
    const work = await scenario.newRepo();
    await pushPipeline(work, sleeping(seconds));
    await shStarted();
    const claimed = scenario.feed.events.find((event) => event.type === 'run.claimed');
    await scenario.stop('SIGKILL');
    process.kill((claimed as StoredEvent<'run.claimed'>).data.owner.pid, 'SIGKILL');
    await scenario.serve();
    const ended = await scenario.feed.runEnded();
    expect(ended).toMatchObject({ type: 'run.failed', data: { failureKind: 'orphaned' } });
    expect(sequence(scenario.feed.events).slice(1)).toEqual([
      'push.received refs/heads/main',
      'run.queued refs/heads/main',
      'run.claimed',
      'run.started',
      'pipeline.registered wait after',
      'job.started wait',
      'sh.started wait/1',
      'sh.interrupted wait/1',
      'job.canceled wait',
      'job.canceled after',
      'run.failed orphaned',
    ]);
    await expectGone(seconds);
    expect(existsSync(join(scenario.root, 'runs', ended.stream.slice(4), 'workspace'))).toBe(false);
  });
});

const runId = (place: number): string =>
  scenario.feed.events.filter(({ type }) => type === 'run.queued')[place - 1]!.stream.slice('run/'.length);
