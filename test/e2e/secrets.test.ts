import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Scenario, startScenario } from './server.js';

let scenario: Scenario;

afterEach(() => scenario.end());

const value = 'correct-horse-battery-staple';

it('reaches a command and nothing else: no log, event, row, blob or message holds a secret', async () => {
  scenario = await startScenario({
    config: `{:secrets {:token {:value "${value}" :repos ["app"]} :other {:value "${value}" :repos ["elsewhere"]}}}`,
  });
  const work = await scenario.newRepo();
  await work.commit({
    '.quire/ci.fnl': `(local ci (require :quire.ci))
(ci.job :use [:quire/push]
  (fn [{: sh : secret : log : write-file}]
    (let [token (secret :token)
          r (sh "echo $TOKEN; echo $TOKEN >&2; test $(printf %s $TOKEN | wc -c) = ${value.length} && echo same" {:env {:TOKEN token}})]
      (log "the token is" token)
      (write-file "token.txt" token)
      {:out r.stdout :exit r.exit})))
(ci.job :denied [:use] {:allow-failure true} (fn [{: secret}] (secret :other)))
`,
  });
  await work.push();
  expect((await scenario.feed.runEnded()).type).toBe('run.succeeded');
  const { stdout } = await scenario.quire('run', 'logs', 'latest', 'use');
  expect(stdout).toContain('***');
  expect(stdout).toContain('same');
  const failed = scenario.feed.events.find((event) => event.type === 'job.failed');
  expect(failed?.data.message).toMatch(/other/);
  expect(scenario.feed.events.filter(({ type }) => type === 'secret.revealed')).toHaveLength(1);
  await expect.poll(() => existsSync(workspace(runStreamOf()))).toBe(false);
  expect(filesWith(value)).toEqual([]);
  expect(scenario.serverLog).not.toContain(value);
});

const workspace = (stream: string): string =>
  join(scenario.root, 'runs', stream.replace('run/', ''), 'workspace');

const filesWith = (text: string): string[] => {
  const { stdout } = spawnSync('grep', ['-rlaF', '--exclude=config.fnl', text, scenario.root], {
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line !== '');
};

const runStreamOf = (): string => scenario.feed.events.find(({ type }) => type === 'run.queued')!.stream;
