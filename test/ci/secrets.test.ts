import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rebuildFromLog } from '../../src/logs/index.js';
import { jobA, pipeline, Scenario, scenario } from './fixture/scenario.js';

const value = 'correct horse battery';
const secrets = { token: value };

/** Everything a run has recorded: events, logs, blobs and what it said. */
const everything = (run: Scenario): string => {
  const files = readdirSync(run.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(run.workspace))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  return [JSON.stringify(run.events), run.said, ...files].join('\n');
};

describe('a secret', () => {
  it('reaches the command, and nothing that is recorded', async () => {
    const run = await scenario(
      jobA(`(let [t (secret :token)]
          (sh ["printf" "%s" t])
          (sh (.. "echo " t))
          (sh "echo $T; printf '%s' \\"$T\\" | base64" {:env {:T t}})
          (let [r (sh "cat" {:stdin t})] (write-file "kept" r.stdout))
          (log "the secret is" t {:in t})
          (read-file "kept")
          {:out t :length (length t)})`),
      { secrets },
    );
    expect(run.story.at(-1)).toBe('run.succeeded');
    expect(everything(run)).not.toContain(value);
    expect(everything(run)).not.toContain(Buffer.from(value).toString('base64'));
    expect(readFileSync(join(run.workspace, 'kept'), 'utf8')).toBe(value);
    expect(run.event('job.succeeded').outputs).toEqual({ out: '***', length: value.length });
    expect(run.event('job.logged').message).toBe('the secret is *** {:in "***"}');
    expect(rebuildFromLog(run.log('a', 1)).toString()).toBe('***');
    expect(run.event('sh.started').cmd).toEqual(['printf', '%s', '***']);
  });

  it('is hidden in a log however its bytes arrive', async () => {
    const script = `
      for (const char of process.env.T + '\\n' + process.env.T) {
        require('fs').writeSync(1, char);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3);
      }`;
    const run = await scenario(
      jobA(`(sh ["node" "-e" ${JSON.stringify(script)}] {:env {:T (secret :token)}})`),
      { secrets },
    );
    expect(rebuildFromLog(run.log('a')).toString()).toBe('***\n***');
    expect(everything(run)).not.toContain(value);
  });

  it('is hidden where it crosses the end of a read', async () => {
    const run = await scenario(
      jobA(
        `(sh ["sh" "-c" "head -c 65530 /dev/zero | tr '\\\\0' x; printf %s \\"$T\\"; echo; echo end"] {:env {:T (secret :token)}})`,
      ),
      { secrets },
    );
    expect(rebuildFromLog(run.log('a')).toString()).toBe(`${'x'.repeat(65_530)}***\nend\n`);
  });

  it('is hidden in errors, reasons and the end of the run', async () => {
    const run = await scenario(jobA('(error (.. "bad " (secret :token)))'), { secrets });
    expect(run.event('job.failed').message).toBe('bad ***');
    expect(run.event('run.failed').message).toBe('job :a failed: bad ***');
  });

  it('that is unknown is an error in the job, with the reason', async () => {
    const run = await scenario(jobA('\n(secret :other)'));
    expect(run.story.slice(1)).toEqual([
      'job.started a',
      'job.failed a exit null',
      'run.failed pipeline-failure',
    ]);
    expect(run.event('job.failed')).toMatchObject({
      message: 'secret :other: secret other is not declared',
      location: { line: 3 },
    });
  });

  it('can be done without by who catches the error', async () => {
    const run = await scenario(jobA('(let [(ok) (pcall secret :other)] ok)'));
    expect(run.event('job.succeeded').outputs).toBe(false);
  });

  it('is asked for once a job, by the name of the job', async () => {
    const run = await scenario(
      pipeline(`(ci.job :a [:quire/push] (fn [{: secret}] (secret :token) (secret :token) 1))
        (ci.job "b &?" [:a] (fn [{: secret}] (secret :token) 1))`),
      { secrets },
    );
    expect(run.server.requests.filter((request) => request.includes('/secrets/'))).toEqual([
      'GET /api/run/secrets/token?job=a',
      'GET /api/run/secrets/token?job=b%20%26%3F',
    ]);
  });

  it('equal to a job id does not break the run', async () => {
    const run = await scenario(
      pipeline(
        '(ci.job :deploy [:quire/push] (fn [{: secret : log}] (log (secret :token)) 1)) (ci.job :next [:deploy] (fn [] 1))',
      ),
      { secrets: { token: 'deploy' } },
    );
    expect(run.story.at(-1)).toBe('run.succeeded');
    expect(run.event('job.logged')).toEqual({ jobId: 'deploy', message: '***' });
  });

  it('revealed while another command runs is hidden in its log from then on', async () => {
    const run = new Scenario(
      pipeline(`(ci.parallel 2)
        (ci.job :talk [:quire/push] (fn [{: sh}] (sh "until test -e go; do sleep 0.01; done; echo '${value}'")))
        (ci.job :tell [:quire/push] (fn [{: sh : secret}] (secret :token) (sh "touch go")))`),
      { secrets },
    );
    await run.run();
    expect(rebuildFromLog(run.log('talk')).toString()).toBe('***\n');
  });
});
