import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryRoot } from '../store/temporary-store.js';
import { quire } from '../cli/quire.js';
import { type Scenario, startScenario } from './server.js';
import type { WorkTree } from './work-tree.js';

const secret = 'hunter2-hunter2';

/** Uses everything whose answer comes from outside: commands, files, a secret, env, chance, a library, a retry. */
const source = `(local ci (require :quire.ci))
(local steps (require :lib.steps))
(import-macros {: twice} :lib.macros)
(ci.job :build [:quire/push]
  (fn [{: sh : jobs : read-file : read-json : write-file : env}]
    (let [push (jobs :quire/push)
          text (read-file "input.txt")
          missing (read-file "nowhere.txt")
          {: name} (read-json "package.json")
          out (sh "cat input.txt; echo noise >&2")]
      (write-file "made.txt" (.. text out.stdout name (tostring missing)))
      (sh ["echo" push.commit-message (length push.files-changed) (math.random 1000000)])
      (twice (sh ["echo" (env :QUIRE_BRANCH)]))
      (steps.greet sh name)
      {:size (length out.stdout) :noise out.stderr})))
(ci.job :deploy [:build]
  (fn [{: sh : secret : jobs}]
    (sh ["sh" "-c" "echo deploying with $0" (secret :token)])
    (sh (.. "echo size " (. (jobs :build) :size)))))
(ci.job :flaky [:build] {:retry 1}
  (fn [{: sh}]
    (sh "test -f flag || { touch flag; exit 1; }")
    (sh "echo second time")))
(ci.job :lint [:build] {:allow-failure true} (fn [{: sh}] (sh "exit 3")))
(ci.job :denied [:build] {:allow-failure true} (fn [{: secret}] (secret :nowhere)))
(ci.job :nothing [:build] (fn [] nil))
`;

const files = {
  '.quire/ci.fnl': source,
  '.quire/lib/steps.fnl': '(fn greet [sh name] (sh ["echo" "hello" name]))\n{: greet}\n',
  '.quire/lib/macros.fnlm': '(fn twice [form] `(do ,form ,form))\n{: twice}\n',
  'input.txt': 'hello\n',
  'package.json': '{"name": "app"}',
};

const secrets = mkdtempSync(join(tmpdir(), 'quire-secrets-'));
let scenario: Scenario;
let work: WorkTree;

beforeAll(async () => {
  const token = join(secrets, 'token');
  writeFileSync(token, secret, { mode: 0o600 });
  scenario = await startScenario({ config: `{:secrets {:token {:file ${JSON.stringify(token)}}}}` });
  work = await scenario.newRepo();
  await work.commit(files, 'first');
  await work.push();
  await scenario.feed.runEnded();
}, 60_000);

afterAll(async () => {
  await scenario.end();
  rmSync(secrets, { recursive: true });
});

/** The pipeline with one change, in a folder of its own. */
const changed = (from: string, to: string): string => {
  expect(source).toContain(from);
  const folder = temporaryRoot();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), path === '.quire/ci.fnl' ? source.replace(from, to) : text);
  }
  return join(folder, '.quire/ci.fnl');
};

const replay = async (...args: string[]) => {
  const { code, stdout, stderr } = await scenario.quire('replay', ...args, '--json');
  return { code, stderr, ...(stdout === '' ? {} : JSON.parse(stdout)) };
};

const job = (replayed: { jobs: { id: string }[] }, id: string) => replayed.jobs.find((one) => one.id === id);

describe('the pipeline of a run, run again on its history', () => {
  it('goes the same way: every command in the same order, every outcome the same', async () => {
    const { code, verdict, divergence, jobs } = await replay('latest', '--pipeline');
    expect({ code, verdict, divergence }).toEqual({ code: 0, verdict: 'same', divergence: null });
    const commands = (id: string) =>
      job({ jobs }, id as string) as unknown as { calls: { kind: string; text: string; answer: string }[] };
    const recorded = scenario
      .stored()
      .flatMap((event) => (event.type === 'sh.started' ? [`${event.data.jobId}/${event.data.n}`] : []));
    const replayed = jobs.flatMap(({ id }: { id: string }) =>
      commands(id)
        .calls.filter(({ kind }) => kind === 'sh')
        .map((_, i) => `${id}/${i + 1}`),
    );
    expect(replayed).toEqual(recorded);
    expect(
      jobs.flatMap(({ calls }: { calls: { answer: string }[] }) => calls.map(({ answer }) => answer)),
    ).toEqual(expect.not.arrayContaining(['known', 'unknown']));
  });

  it('executes nothing and writes nothing', async () => {
    const before = scenario.stored().length;
    const runFolder = join(scenario.root, 'runs');
    const listing = () => readdirSync(runFolder, { recursive: true }).sort();
    const then = listing();
    await replay('latest', '--pipeline');
    expect(scenario.stored().length).toBe(before);
    expect(listing()).toEqual(then);
  });

  it('says in which call another pipeline leaves the record, with both commands and both positions', async () => {
    const other = changed(
      '    (sh (.. "echo size " (. (jobs :build) :size)))',
      '    nil\n      (sh (.. "echo length " (. (jobs :build) :size)))',
    );
    const found = await replay('latest', '--pipeline', other);
    expect(found).toMatchObject({
      code: 1,
      verdict: 'diverged',
      divergence: {
        jobId: 'deploy',
        recorded: { text: 'echo size 6', location: { file: '.quire/ci.fnl', line: 19, column: 5 } },
        replayed: { text: 'echo length 6', location: { file: '.quire/ci.fnl', line: 20, column: 7 } },
      },
    });
    expect(job(found, 'deploy')).toMatchObject({
      verdict: 'diverged',
      recorded: { state: 'succeeded' },
      replayed: { state: 'unknown' },
    });
    expect(job(found, 'build')).toMatchObject({ verdict: 'same' });
    expect(found.replayed.state).toBe('unknown');
    const { stdout } = await scenario.quire('replay', 'latest', '--pipeline', other);
    expect(stdout).toContain('recorded  echo size 6  at .quire/ci.fnl:19:5');
    expect(stdout).toContain('new       echo length 6  at .quire/ci.fnl:20:7');
  });

  it('cannot be caught by the code of the pipeline when it does not know an answer', async () => {
    const other = changed('(sh "exit 3")', '(do (pcall sh "rm -rf /") {:exit 0})');
    expect(job(await replay('latest', '--pipeline', other), 'lint')).toMatchObject({
      replayed: { state: 'unknown' },
    });
  });

  it('answers a command that moved, and says that it moved', async () => {
    const other = changed(
      '(sh "echo second time")',
      '(sh "echo second time")\n    (sh ["echo" "hello" "app"])',
    );
    const found = await replay('latest', '--pipeline', other);
    expect(found.divergence).toMatchObject({ jobId: 'flaky', recorded: null });
    expect(job(found, 'flaky')).toMatchObject({ replayed: { state: 'succeeded' }, verdict: 'diverged' });
  });

  it('sees another outcome of the same commands', async () => {
    const other = changed('(fn [{: sh}] (sh "exit 3"))', '(fn [{: sh}] (sh "exit 3" {:allow-failure true}))');
    const found = await replay('latest', '--pipeline', other);
    expect(found).toMatchObject({ code: 1, verdict: 'diverged', divergence: null });
    expect(job(found, 'lint')).toMatchObject({
      recorded: { state: 'allowed-failure', exitCode: 3 },
      replayed: { state: 'succeeded' },
    });
  });

  it('tells of jobs that are new or gone, and of a pipeline that does not compile', async () => {
    const renamed = await replay('latest', '--pipeline', changed('(ci.job :nothing', '(ci.job :something'));
    expect(job(renamed, 'something')).toMatchObject({ recorded: null, verdict: 'diverged' });
    expect(job(renamed, 'nothing')).toMatchObject({ replayed: null, verdict: 'diverged' });
    const broken = await replay('latest', '--pipeline', changed('(ci.job :nothing', '(ci.jobs :nothing'));
    expect(broken).toMatchObject({ code: 1, replayed: { state: 'failed' } });
    expect(broken.diagnostics[0]).toMatchObject({ file: '.quire/ci.fnl', line: 26 });
  });

  it('takes the pipeline of a commit of the repository', async () => {
    await work.commit({ '.quire/ci.fnl': source.replace('exit 3', 'exit 4') }, 'second');
    await work.push('HEAD:refs/heads/other');
    await scenario.feed.runEnded(2);
    const first = scenario.feed.events.find(({ type }) => type === 'run.queued')!.stream.slice('run/'.length);
    const found = await replay(first, '--pipeline', 'other');
    expect(found.divergence).toMatchObject({
      jobId: 'lint',
      recorded: { text: 'exit 3' },
      replayed: { text: 'exit 4' },
    });
    expect((await replay(first, '--pipeline', 'no-such-branch')).code).toBe(2);
  });

  it('does so for the last runs of a repository, as a table and as NDJSON', async () => {
    const own = await scenario.quire('replay', '--last', '5', '--repo', 'app');
    expect(own).toMatchObject({ code: 0, stderr: '' });
    expect(own.stdout).toMatch(/2 runs: 2 the same, 0 diverged; \d+\.\d ms a run\n$/);
    const other = await scenario.quire('replay', '--last', '5', '--pipeline', changed('exit 3', 'exit 4'));
    expect(other.code).toBe(1);
    expect(other.stdout).toMatch(/2 runs: 1 the same, 1 diverged/);
    expect(other.stdout).toMatch(/lint: exit 3 → exit 4 \(\.quire\/ci\.fnl:24:\d+\)/);
    const json = await scenario.quire('replay', '--last', '1', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ verdict: 'same', ref: 'refs/heads/other' });
    expect((await scenario.quire('replay', '--last', '5', '--repo', 'nobody')).code).toBe(2);
  });
});

describe('a run that was cut off', () => {
  it('is the same as far as history goes', async () => {
    await work.commit({ '.quire/ci.fnl': source.replace('echo second time', 'sleep 1000') }, 'third');
    await work.push('HEAD:refs/heads/cut');
    const isLast = ({ stream }: { stream: string }) =>
      stream === scenario.feed.events.filter(({ type }) => type === 'run.queued')[2]?.stream;
    await scenario.feed.until(
      (event) => isLast(event) && event.type === 'sh.started' && event.data.cmd === 'sleep 1000',
    );
    const runId = scenario.feed.events.filter(({ type }) => type === 'run.queued')[2]!.stream.slice(4);
    const live = await replay(runId, '--pipeline');
    expect(live).toMatchObject({ code: 0, verdict: 'incomplete', divergence: null });
    expect(job(live, 'flaky')).toMatchObject({
      replayed: { state: 'unknown', message: 'history ends here: the command is still running' },
    });
    await scenario.quire('run', 'cancel', runId);
    await scenario.feed.runEnded(3);
    const canceled = await replay(runId, '--pipeline');
    expect(canceled).toMatchObject({ code: 0, verdict: 'incomplete', divergence: null });
    expect(job(canceled, 'flaky')).toMatchObject({
      replayed: {
        state: 'unknown',
        message: expect.stringMatching(/^history ends here: the command was interrupted/),
      },
    });
  });
});

describe('the export of a run', () => {
  const exported = async (): Promise<{ folder: string; file: string }> => {
    const first = scenario.feed.events.find(({ type }) => type === 'run.queued')!.stream.slice('run/'.length);
    const file = join(temporaryRoot(), 'run.quire');
    const { code, stderr } = await scenario.quire('run', 'export', first, '-o', file);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const folder = temporaryRoot();
    copyFileSync(file, join(folder, 'run.quire'));
    return { folder, file: join(folder, 'run.quire') };
  };
  const open = (folder: string, ...args: string[]) =>
    quire(['run', 'open', 'run.quire', ...args], { cwd: folder, env: { HOME: folder } });

  it('shows, explains and replays itself where there is no server and no root', async () => {
    const { folder } = await exported();
    const shown = await open(folder);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('✗ failed (allowed)');
    expect((await open(folder, 'logs', 'deploy', '1')).stdout).toBe('deploying with ***\n');
    expect((await open(folder, 'history', '--json')).stdout.split('\n').length).toBeGreaterThan(30);
    expect((await open(folder, 'explain', 'lint')).stdout).toContain('ada pushed refs/heads/main');
    expect((await open(folder, 'replay', '--at', 'run.started')).stdout).toContain('● active');
    const replayed = await open(folder, 'replay', '--pipeline', '--json');
    expect(JSON.parse(replayed.stdout)).toMatchObject({ verdict: 'same' });
    const other = await open(folder, 'replay', '--pipeline', changed('exit 3', 'exit 4'), '--json');
    expect(other.code).toBe(1);
    expect(JSON.parse(other.stdout)).toMatchObject({ divergence: { jobId: 'lint' } });
    expect(readdirSync(folder)).toEqual(['run.quire']);
  });

  it('holds no secret', async () => {
    const { file } = await exported();
    const text = gunzipSync(readFileSync(file)).toString('latin1');
    const unpacked = text.replace(/"data":"([^"]*)"/g, (_, data) =>
      Buffer.from(data, 'base64').toString('latin1'),
    );
    expect(unpacked).not.toContain(secret);
    expect(unpacked).toContain('deploying with ***');
  });

  it('is refused, with the reason, when it is cut, changed, foreign or of a newer format', async () => {
    const { folder, file } = await exported();
    const whole = readFileSync(file);
    const lines = gunzipSync(whole).toString('utf8').trimEnd().split('\n');
    const refusal = async (bytes: Buffer): Promise<string> => {
      writeFileSync(file, bytes);
      const { code, stdout, stderr } = await open(folder, 'show');
      expect({ code: code === 1 || code === 2, stdout }).toEqual({ code: true, stdout: '' });
      return stderr;
    };
    const packed = (texts: readonly string[]) => gzipSync(`${texts.join('\n')}\n`);
    expect(await refusal(whole.subarray(0, whole.length - 100))).toContain('it was cut off');
    expect(await refusal(packed(lines.slice(0, -1)))).toContain('it was cut off');
    expect(await refusal(Buffer.from('not at all'))).toContain('it is no export of a run');
    expect(await refusal(packed(['{"a":1}']))).toContain('it is no export of a run');
    expect(
      await refusal(packed([lines[0]!.replace('"version":1', '"version":2'), ...lines.slice(1)])),
    ).toContain('this quire knows versions up to 1; upgrade it');
    const swapped = lines.map((line) => line.replace('"exit 3"', '"exit 0"'));
    expect(await refusal(packed(swapped))).toContain('it was changed');
  });

  it('is refused when it was changed by somebody who can count digests', async () => {
    const { folder, file } = await exported();
    const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n').slice(0, -1);
    const { createHash } = await import('node:crypto');
    const refusal = async (texts: readonly string[]): Promise<string> => {
      const body = texts.map((text) => `${text}\n`).join('');
      const sha256 = createHash('sha256').update(body).digest('hex');
      writeFileSync(file, gzipSync(`${body}${JSON.stringify({ end: { lines: texts.length, sha256 } })}\n`));
      const { stderr } = await open(folder, 'show');
      return stderr;
    };
    expect(await refusal(lines)).toBe('');
    expect(await refusal(lines.map((line) => line.replace('"exit 3"', '"exit 0"')))).toMatch(
      /data of event \d+ was changed/,
    );
    expect(await refusal(lines.map((line) => line.replace('"actor":"ci"', '"actor":"me"')))).toMatch(
      /event \d+ was changed/,
    );
    expect(await refusal(lines.filter((line) => !line.includes('"type":"sh.finished"')))).toMatch(
      /is missing/,
    );
    const log = lines.findIndex((line) => line.startsWith('{"file":"log"'));
    const other = Buffer.from('2026-11-22T14:40:00.123456789Z stdout F other\n');
    const named = {
      ...JSON.parse(lines[log]!),
      bytes: other.length,
      sha256: createHash('sha256').update(other).digest('hex'),
    };
    const withLog = [
      ...lines.slice(0, log),
      JSON.stringify(named),
      JSON.stringify({ data: other.toString('base64') }),
    ];
    expect(await refusal(withLog)).toContain('is not the recorded one');
    const outside = { ...named, jobId: '../../outside' };
    expect(await refusal([...lines.slice(0, log), JSON.stringify(outside)])).toMatch(
      /line \d+ is none of an export/,
    );
    expect(existsSync(join(folder, 'outside'))).toBe(false);
  });
});
