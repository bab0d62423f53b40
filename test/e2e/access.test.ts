import { describe, expect, it } from 'vitest';
import { startScenario, type Scenario } from './server.js';

const pipeline =
  '(local ci (require :quire.ci))\n(ci.job :build [:quire/push] (fn [{: sh}] (sh "echo built")))\n';

const stranger = { 'X-Forwarded-For': '10.0.0.1' };

/** Pushes a pipeline, and the repository's own configuration where there is one; the id of the run after its end. */
const pushTo = async (scenario: Scenario, name: string, config?: string): Promise<string> => {
  const work = await scenario.newRepo(name);
  await work.commit({
    '.quire/ci.fnl': pipeline,
    ...(config === undefined ? {} : { '.quire/config.fnl': config }),
  });
  await work.push();
  const queued = await scenario.feed.until(
    ({ type, data }) => type === 'run.queued' && (data as { repo: string }).repo === name,
  );
  await scenario.feed.until(({ type, stream }) => type === 'run.succeeded' && stream === queued.stream);
  return queued.stream.slice('run/'.length);
};

describe('who sees what of a real server', () => {
  it('is what the default branch of each repository says', async () => {
    const scenario = await startScenario();
    const statusOf = async (path: string, headers: Record<string, string> = stranger) =>
      (await fetch(scenario.url + path, { headers })).status;
    try {
      const runs = {
        shut: await pushTo(scenario, 'shut', '{:private true :public-runs true}'),
        half: await pushTo(scenario, 'half'),
        open: await pushTo(scenario, 'open', '{:public-runs true}'),
        broken: await pushTo(scenario, 'broken', '{:private "perhaps"}'),
      };
      const seen: Record<string, number[]> = {};
      for (const [name, run] of Object.entries(runs)) {
        const log = `/runs/${run}/jobs/build/sh/1`;
        const paths = [`/repos/${name}`, `/runs/${run}`, log, `${log}/raw`, `/repos/${name}/-/badge.svg`];
        seen[name] = await Promise.all(paths.map((path) => statusOf(path)));
        expect(await Promise.all(paths.map((path) => statusOf(path, {}))), name).toEqual(Array(5).fill(200));
      }
      expect(seen).toEqual({
        shut: [404, 404, 404, 404, 404],
        half: [200, 404, 404, 404, 404],
        open: [200, 200, 200, 200, 200],
        broken: [404, 404, 404, 404, 404],
      });
      const list = await fetch(`${scenario.url}/runs`, {
        headers: { ...stranger, Accept: 'application/json' },
      });
      expect(((await list.json()) as { runs: { id: string }[] }).runs.map(({ id }) => id)).toEqual([
        runs.open,
      ]);
    } finally {
      await scenario.end();
    }
  });

  it('is decided by the name that a trusted proxy gives, and that name stands in the event', async () => {
    const scenario = await startScenario({
      config: '{:auth {:header "Remote-User" :trust ["127.0.0.1"]}}',
    });
    const get = (path: string, headers: Record<string, string>) => fetch(scenario.url + path, { headers });
    try {
      const run = await pushTo(scenario, 'shut', '{:private true}');
      expect((await get(`/runs/${run}`, {})).status).toBe(404);
      expect((await get(`/runs/${run}`, { 'Remote-User': '' })).status).toBe(404);
      const page = await get(`/runs/${run}`, { 'Remote-User': 'bea' });
      expect(page.status).toBe(200);
      const token = /name="token" value="([^"]+)"/.exec(await page.text())![1]!;
      const answer = await fetch(`${scenario.url}/runs/${run}/rerun`, {
        method: 'POST',
        headers: { 'Remote-User': 'bea', Origin: scenario.url },
        body: new URLSearchParams({ token }),
        redirect: 'manual',
      });
      expect(answer.status).toBe(303);
      const again = answer.headers.get('location')!.slice('/runs/'.length);
      const { actor } = await scenario.feed.until(
        ({ type, stream }) => type === 'run.queued' && stream === `run/${again}`,
      );
      expect(actor).toBe('operator:bea');
      await scenario.feed.until(({ type, stream }) => type === 'run.succeeded' && stream === `run/${again}`);
    } finally {
      await scenario.end();
    }
  });
});

describe('a server that others can reach', () => {
  it('does not start without :auth, and says what to write', async () => {
    const scenario = await startScenario({ config: '{:listen "0.0.0.0:0"}', serve: false });
    try {
      const { code, stderr } = await scenario.quire('serve');
      expect(code).not.toBe(0);
      expect(stderr).toContain(
        'write :auth {:header "Remote-User" :trust ["127.0.0.1"]} into config.fnl, or listen on 127.0.0.1',
      );
    } finally {
      await scenario.end();
    }
  });
});
