import { describe, expect, it } from 'vitest';
import { manualClock, playExample } from './example.js';
import { startWeb } from './web-server.js';

interface Timeline {
  events: { seq: number; type: string; actor: string; stream: string; recordedAtMs: number }[];
  olderBefore: number | null;
  newerAfter: number | null;
}

const play = async () => {
  const clock = manualClock(Date.UTC(2026, 10, 20, 8));
  const web = await startWeb({ clock: clock.now });
  const example = await playExample(web.history, clock);
  const all = web.store.readEvents({ limit: 10_000 });
  const timeline = async (query: string) => (await web.json(`/events?${query}`)) as Timeline;
  return { web, example, all, timeline };
};

describe('the timeline of the server', () => {
  it('pages through every event once, backwards and forwards', async () => {
    const { all, timeline } = await play();
    const backwards: number[] = [];
    let page = await timeline('');
    backwards.push(...page.events.map(({ seq }) => seq));
    while (page.olderBefore !== null) {
      page = await timeline(`before=${page.olderBefore}`);
      backwards.push(...page.events.map(({ seq }) => seq));
    }
    expect(backwards).toEqual(all.map(({ seq }) => seq).toReversed());
    const forwards: number[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const next: Timeline = await timeline(`after=${after}`);
      forwards.push(...next.events.map(({ seq }) => seq).toReversed());
      after = next.newerAfter;
    }
    expect(forwards).toEqual(all.map(({ seq }) => seq));
  });

  it('filters by type, group of types, actor, repository and time', async () => {
    const { all, timeline } = await play();
    const seqs = async (query: string) => (await timeline(query)).events.map(({ seq }) => seq).toReversed();
    const where = (wanted: (event: (typeof all)[number]) => boolean) =>
      all.filter(wanted).map(({ seq }) => seq);
    expect(await seqs('type=run.failed')).toEqual(where(({ type }) => type === 'run.failed'));
    expect(await seqs('type=push')).toEqual(where(({ type }) => type.startsWith('push.')));
    expect(await seqs('actor=runner')).toEqual(where(({ actor }) => actor === 'runner'));
    const middle = all[Math.floor(all.length / 2)]!.recordedAtMs;
    const iso = new Date(middle).toISOString();
    expect(await seqs(`type=run.&from=${iso}`)).toEqual(
      where(({ type, recordedAtMs }) => type.startsWith('run.') && recordedAtMs >= middle),
    );
    expect(await seqs(`type=run.&to=${iso}`)).toEqual(
      where(({ type, recordedAtMs }) => type.startsWith('run.') && recordedAtMs < middle),
    );
    const ofRepo = (await timeline('repo=library/catalogue&type=run.queued')).events.length;
    expect(ofRepo).toBe(6);
    expect((await timeline('actor=nobody')).events).toEqual([]);
  });

  it('exports what it shows as NDJSON, oldest first', async () => {
    const { web, all, example } = await play();
    const lines = (await web.text('/events.ndjson')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual(all.map(({ seq }) => seq));
    const filtered = (await web.text('/events.ndjson?type=job.')).trim().split('\n');
    expect(filtered).toHaveLength(all.filter(({ type }) => type.startsWith('job.')).length);
    const ofRun = (await web.text(`/runs/${example.failed}/events.ndjson`)).trim().split('\n');
    expect(JSON.parse(ofRun[0]!).type).toBe('push.received');
    expect(JSON.parse(ofRun.at(-1)!).type).toBe('run.failed');
  });

  it('leads from an event to its causes and its effects', async () => {
    const { web, all, example } = await play();
    const failed = all.find(
      ({ type, stream }) => type === 'run.failed' && stream === `run/${example.failed}`,
    )!;
    const page = (await web.json(`/events/${failed.seq}`)) as Record<
      'causes' | 'effects',
      { type: string }[]
    >;
    expect(page.causes.map(({ type }) => type)).toEqual([
      'job.failed',
      'sh.finished',
      'sh.started',
      'job.started',
      'job.succeeded',
      'sh.finished',
      'sh.started',
      'job.started',
      'pipeline.registered',
      'run.started',
      'run.claimed',
      'run.queued',
      'push.received',
    ]);
    const push = all.find(
      ({ type, correlationId }) => type === 'push.received' && correlationId === failed.correlationId,
    )!;
    const effects = (await web.json(`/events/${push.seq}`)) as Record<'effects', { type: string }[]>;
    expect(effects.effects.map(({ type }) => type)).toEqual(['run.queued']);
  });

  it('is nothing to somebody without an identity', async () => {
    const { web } = await play();
    for (const path of ['/events', '/events/1', '/events.ndjson']) {
      expect((await web.get(path, { 'X-Forwarded-For': '10.0.0.1' })).status, path).toBe(404);
    }
  });
});

describe('the timeline of a run', () => {
  it('filters by type, group of types and actor, and exports all of it', async () => {
    const { web, example } = await play();
    const path = `/runs/${example.failed}/events`;
    const typesOf = async (query: string) => {
      const page = (await web.json(`${path}${query}`)) as { events: { type: string; actor: string }[] };
      return page.events.map(({ type }) => type);
    };
    expect(await typesOf('?type=job.skipped')).toEqual(['job.skipped', 'job.skipped']);
    expect(new Set((await typesOf('?type=run')).map((type) => type.split('.')[0]))).toEqual(new Set(['run']));
    expect(await typesOf('?actor=runner')).toEqual(['run.claimed']);
    expect(await web.text(`${path}?type=repo`)).toContain('Nothing here matches.');
    const exported = (await web.text(`/runs/${example.failed}/events.ndjson`)).trim().split('\n');
    expect(exported.length).toBe((await typesOf('')).length + 1);
  });
});

describe('a run at a moment of its past', () => {
  it('is the run as it was live at that moment, at every one of its events', async () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 8));
    const web = await startWeb({ clock: clock.now });
    const live = new Map<number, unknown>();
    const snapshot = async (stream: string) => {
      const { run, jobs, commands } = (await web.json(`/runs/${stream.slice(4)}`)) as Record<string, unknown>;
      return { run, jobs, commands };
    };
    const { append } = web.store;
    web.store.append = async (...args) => {
      const stored = await append(...args);
      const last = stored.findLast(({ stream }) => stream.startsWith('run/'));
      if (last !== undefined) live.set(last.seq, await snapshot(last.stream));
      return stored;
    };
    await playExample(web.history, clock);
    expect(live.size).toBeGreaterThan(100);
    for (const [seq, expected] of live) {
      const event = web.store.readEvents({ afterSeq: seq - 1, limit: 1 })[0]!;
      const { run, jobs, commands } = (await web.json(`/runs/${event.stream.slice(4)}?at=${seq}`)) as Record<
        string,
        unknown
      >;
      expect({ run, jobs, commands }, `event ${seq}`).toEqual(expected);
    }
  });

  it('ends its logs where they ended then', async () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 8));
    const web = await startWeb({ clock: clock.now });
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    await web.history.start(run);
    const { registeredJob, registration } = await import('./history.js');
    await web.history.ci(run, registration([registeredJob('one', ['quire/push'], 1)]));
    await web.history.ci(run, ['job.started', { jobId: 'one', deadlineAtMs: null }]);
    const sh = { jobId: 'one', n: 1, cmd: 'make', cwd: '.', deadlineAtMs: null, location: null };
    await web.history.ci(run, ['sh.started', sh]);
    web.history.log(run, 'one', 1, ['before']);
    clock.advance(1000);
    const [said] = await web.history.ci(run, ['job.logged', { jobId: 'one', message: 'half way' }]);
    clock.advance(1000);
    web.history.log(run, 'one', 1, ['after']);
    const page = (await web.json(`/runs/${run}?at=${said!.seq}`)) as {
      tails: { lines: { text: string }[] }[];
    };
    expect(page.tails[0]!.lines.map(({ text }) => text)).toEqual(['before']);
  });

  it('does not exist before its first event', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    const run = await web.history.push('a');
    expect((await web.get(`/runs/${run}?at=1`)).status).toBe(404);
    expect((await web.get(`/runs/${run}?at=x`)).status).toBe(400);
  });
});

describe('a comparison', () => {
  it('asks which runs, and keeps the one it has been given', async () => {
    const { web, example } = await play();
    expect(await web.text('/compare')).toContain('<h1>Compare</h1>');
    const half = await web.text(`/compare?left=${example.failed}`);
    expect(half).toContain(`name="left" value="${example.failed}"`);
    expect(half).not.toContain('<table');
    expect((await web.get('/compare?left=../etc')).status).toBe(400);
    expect((await web.get('/compare?left=absent&right=absent')).status).toBe(404);
  });

  it('of a run at two moments, and of two runs, tells the jobs and commands that differ', async () => {
    const { web, example } = await play();
    interface Comparison {
      rows: {
        jobId: string;
        n: number | null;
        left: string | null;
        right: string | null;
        differs: boolean;
      }[];
    }
    const compare = async (left: string, right: string) =>
      ((await web.json(`/compare?left=${left}&right=${right}`)) as Comparison).rows;
    expect((await compare(example.failed, example.failed)).filter(({ differs }) => differs)).toEqual([]);
    const moments = await compare(`${example.failed}@149`, example.failed);
    expect(
      moments.filter(({ differs }) => differs).map(({ jobId, n, left, right }) => [jobId, n, left, right]),
    ).toEqual([
      ['test', null, 'queued', 'failed: npm test ended with exit code 1, and nobody looked at it'],
      ['test', 1, null, 'npm test — exit 1'],
      ['package', null, 'queued', 'skipped: its input test failed'],
      ['deploy', null, 'queued', 'skipped: its input package was skipped'],
    ]);
    const runs = await compare(example.succeeded, example.failed);
    expect(runs.find(({ jobId, n }) => jobId === 'lint' && n === null)).toMatchObject({
      right: 'succeeded',
      differs: true,
    });
    expect((await web.get(`/compare?left=${example.failed}&right=../x`)).status).toBe(400);
  });
});
