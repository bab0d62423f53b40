import { describe, expect, it } from 'vitest';
import { runStream } from '../../src/events/index.js';
import { filledRoot, ids, shFinished, shStarted, start, writeLog } from './filled-root.js';
import { quire } from './quire.js';

/** The ages of runs, which depend on when the test runs. */
const withoutAges = (text: string): string => text.replaceAll(/\S+ ago|\d{4}-\d\d-\d\d$/gm, 'AGE');

describe('quire run list', () => {
  it('lists runs newest first, without colours where the output is no terminal', async () => {
    const { root, store } = await filledRoot();
    await store.close();
    const { code, stdout, stderr } = await quire(['run', 'list', '--root', root]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.replace(/\s+\S+( ago)?$/, ''))).toEqual([
      'RUN                   STATE        REPO  REF    COMMIT                      TOOK',
      '01kzzzz00ccccccccc3y  ○ queued     demo  topic  ccccccc Try something',
      '01kzzzz00bbbbbbbbb2x  ✗ failed     demo  main   bbbbbbb Break the test      4.3s',
      '01kzzzz00aaaaaaaaa1x  ✓ succeeded  demo  main   aaaaaaa Add the first test  1.2s',
      '',
    ]);
  });

  it('pins the JSON of a run', async () => {
    const { root } = await filledRoot();
    const { stdout } = await quire(['--json', '--root', root, 'run', 'list', '--state', 'failed']);
    expect(JSON.parse(stdout)).toEqual([
      {
        id: ids.failed,
        repo: 'demo',
        ref: 'refs/heads/main',
        sha: 'b'.repeat(40),
        previousSha: null,
        subject: 'Break the test',
        author: 'Ann',
        pushId: ids.push,
        pusher: 'ann',
        pushedAtMs: 1795358400000,
        attempt: 1,
        rerunOf: null,
        state: 'failed',
        failureKind: 'pipeline-failure',
        message: 'job test failed',
        diagnostics: [],
        queuedAtMs: 1795358461310,
        claimedAtMs: 1795358461330,
        startedAtMs: 1795358461370,
        finishedAtMs: 1795358465712,
        deadlineAtMs: 1795362000000,
        launcher: 'host',
        cancelRequestedAtMs: null,
        cancelReason: null,
        cancelBy: null,
        supersededBy: null,
        sourceSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        lastSeq: 27,
      },
    ]);
  });

  it('filters, limits and pages', async () => {
    const { root } = await filledRoot();
    const idsOf = async (...args: string[]): Promise<string[]> => {
      const { stdout } = await quire(['run', 'list', '--json', '--root', root, ...args]);
      return JSON.parse(stdout).map(({ id }: { id: string }) => id);
    };
    expect(await idsOf('--ref', 'topic')).toEqual([ids.queued]);
    expect(await idsOf('--ref', 'refs/heads/main')).toEqual([ids.failed, ids.succeeded]);
    expect(await idsOf('--repo', 'other')).toEqual([]);
    expect(await idsOf('--limit', '1')).toEqual([ids.queued]);
    expect(await idsOf('--limit', '1', '--before', ids.queued)).toEqual([ids.failed]);
  });

  it.each([
    [['--limit', '0'], '--limit expects a whole number from 1 to 10000, found "0"'],
    [
      ['--state', 'done'],
      '--state expects one of queued, active, succeeded, failed, canceled, superseded, found "done"',
    ],
    [['--before', 'zzz'], 'there is no run zzz; quire run list shows those there are'],
  ])('refuses %j as wrong usage', async (args, message) => {
    const { root } = await filledRoot();
    expect(await quire(['run', 'list', '--root', root, ...args])).toEqual({
      code: 2,
      stdout: '',
      stderr: `quire: ${message}\n`,
    });
  });
});

describe('naming a run', () => {
  it.each([
    ['its id', ids.failed, ids.failed],
    ['the end of its id', '2x', ids.failed],
    ['the beginning of its id', '01kzzzz00b', ids.failed],
    ['latest', 'latest', ids.queued],
  ])('by %s', async (_how, reference, id) => {
    const { root } = await filledRoot();
    const { stdout } = await quire(['run', 'show', reference, '--json', '--root', root]);
    expect(JSON.parse(stdout).id).toBe(id);
  });

  it('is refused when several runs could be meant, and names them', async () => {
    const { root } = await filledRoot();
    const { code, stderr } = await quire(['run', 'show', 'x', '--root', root]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      [
        'quire: x may be any of these runs; give more of the id:',
        `  ${ids.failed}  demo refs/heads/main`,
        `  ${ids.succeeded}  demo refs/heads/main`,
        '',
      ].join('\n'),
    );
  });

  it('takes a wildcard of SQL for what it is', async () => {
    const { root } = await filledRoot();
    const { code, stderr } = await quire(['run', 'show', '_x', '--root', root]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'quire: there is no run _x; quire run list shows those there are\n',
    });
  });
});

describe('quire run show', () => {
  it('shows a failed run with its jobs, commands, place of failure and the end of the log', async () => {
    const { root } = await filledRoot();
    const { code, stdout } = await quire(['run', 'show', '2x', '--root', root]);
    expect(code).toBe(0);
    expect(withoutAges(stdout)).toBe(
      [
        '✗ failed  01kzzzz00bbbbbbbbb2x  demo main',
        '  commit      bbbbbbbbbb  Break the test (Ann)',
        '  push        0000000000000000000a by ann, AGE',
        '  times       queued 2026-11-22 14:41:01.310, waited 60ms, ran 4.3s',
        '  reason      pipeline-failure: job test failed',
        '',
        '  lint    ✓ succeeded           902ms',
        '    ✓ 1  exit 0        900ms      20 B  npm run lint',
        '  test    ✗ failed               3.4s  exit 1',
        '    ✗ 1  exit 1         3.4s      20 B  npm test',
        '  deploy  – skipped                    its input test failed',
        '',
        '✗ test: npm test ended with exit code 1 and nobody looked at it',
        '  .quire/ci.fnl:6:5',
        '    6 │     (sh ["npm" "test"])))',
        '      │     ^',
        `  the end of its output (all of it: run logs ${ids.failed} test 1)`,
        '  │ 1 of 2 ',
        '  │ Error: expected 4, found 5',
        '  │ tests passed',
        '  │ END without newline',
        '',
      ].join('\n'),
    );
  });

  it('gives jobs and commands as JSON', async () => {
    const { root } = await filledRoot();
    const { stdout } = await quire(['run', 'show', '2x', '--root', root, '--json']);
    const { jobs } = JSON.parse(stdout);
    expect(jobs.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([
      ['lint', 'succeeded'],
      ['test', 'failed'],
      ['deploy', 'skipped'],
    ]);
    expect(jobs[1].sh).toEqual([
      {
        n: 1,
        state: 'exited',
        cmd: ['npm', 'test'],
        cwd: '.',
        location: null,
        exitCode: 1,
        signal: null,
        timedOut: false,
        message: null,
        stdoutBytes: 20,
        stderrBytes: 0,
        logBytes: 60,
        logSha256: '0'.repeat(64),
        logTruncated: false,
        startedAtMs: 1795358462310,
        finishedAtMs: 1795358465710,
        deadlineAtMs: null,
      },
    ]);
    expect(stdout).not.toContain('tokenHash');
  });

  it('shows what was found wrong with a broken pipeline', async () => {
    const { root, later } = await filledRoot();
    const stream = runStream(ids.queued);
    await later(1, {
      stream,
      type: 'run.failed',
      data: {
        failureKind: 'pipeline-invalid',
        message: 'the pipeline has 1 error',
        diagnostics: [
          {
            code: 'unknown-input',
            message: 'job :test has the input :lnt, which is neither a job nor a source',
            hint: 'did you mean :lint?',
            file: '.quire/ci.fnl',
            line: 4,
            column: 16,
            sourceLine: '(ci.job :test [:lnt]',
          },
        ],
      },
    });
    const { stdout } = await quire(['run', 'show', '3y', '--root', root]);
    expect(stdout).toContain(
      [
        'no jobs: the pipeline was not registered',
        '',
        '.quire/ci.fnl:4:16: job :test has the input :lnt, which is neither a job nor a source',
        '    4 │ (ci.job :test [:lnt]',
        '      │                ^',
        '  try: did you mean :lint?',
      ].join('\n'),
    );
  });
});

describe('quire run logs', () => {
  it('prints the output of all commands in order, each under its command', async () => {
    const { root } = await filledRoot();
    const { stdout } = await quire(['run', 'logs', '2x', '--root', root]);
    expect(stdout).toBe(
      [
        '── lint 1: npm run lint',
        'all files are clean',
        '',
        '── test 1: npm test',
        '1 of 2 ',
        'Error: expected 4, found 5',
        'tests passed',
        'END without newline',
        '',
      ].join('\n'),
    );
  });

  it('prints one command alone, with times and colours when asked', async () => {
    const { root } = await filledRoot();
    const args = ['run', 'logs', '2x', 'test', '1', '--timestamps', '--root', root];
    const { stdout } = await quire(args, { env: { FORCE_COLOR: '1' } });
    expect(stdout.split('\n')[1]).toBe(
      '\x1b[2m2026-11-22T14:40:00.001000000Z\x1b[22m Error: \x1b[31mexpected 4\x1b[0m, found 5\x1b[0m',
    );
  });

  it('gives the exact bytes with --raw', async () => {
    const { root } = await filledRoot();
    const { stdout } = await quire(['run', 'logs', '2x', 'test', '--raw', '--root', root]);
    expect(stdout).toBe(
      '1 of 2 Error: \x1b[31mexpected 4\x1b[0m, found 5\ntests passed\nEND without newline',
    );
  });

  it('gives a line of JSON per log line, with the bytes where they are not text', async () => {
    const { root } = await filledRoot();
    writeLog(root, ids.succeeded, 'lint', 1, [['stderr', Buffer.from([0x66, 0xff, 0x0a])]]);
    const { stdout } = await quire(['run', 'logs', '1x', '--json', '--root', root]);
    expect(stdout).toBe(
      [
        '{"job":"lint","n":1,"time":"2026-11-22T14:40:00.000000000Z","stream":"stdout","partial":false,"text":"all files are clean"}',
        '{"job":"lint","n":1,"time":"2026-11-22T14:40:00.000000000Z","stream":"stderr","partial":false,"text":"f\ufffd","base64":"Zv8="}',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [['nope'], 2, `run ${ids.failed} has no job nope; its jobs are: lint, test, deploy`],
    [['test', '2'], 2, 'job test has no command 2; it ran 1 of them'],
    [['test', 'two'], 2, 'N expects a whole number from 1 to 1000000, found "two"'],
  ])('refuses %j', async (args, code, message) => {
    const { root } = await filledRoot();
    const outcome = await quire(['run', 'logs', '2x', ...args, '--root', root]);
    expect(outcome).toEqual({ code, stdout: '', stderr: `quire: ${message}\n` });
  });

  it('says so when a log that should be there is gone', async () => {
    const { root, later } = await filledRoot();
    await start({ later }, ids.queued);
    await later(
      1,
      { stream: runStream(ids.queued), type: 'job.started', data: { jobId: 'lint', deadlineAtMs: null } },
      shStarted(ids.queued, 'lint', 1, 'true'),
      shFinished(ids.queued, 'lint', 1, 0),
    );
    const { code, stderr } = await quire(['run', 'logs', '3y', '--root', root]);
    expect(code).toBe(3);
    expect(stderr).toContain('the log of command 1 of job lint is gone: ');
  });
});

describe('quire run history', () => {
  it('prints every event of the run and its push with number, time, gap, actor and cause', async () => {
    const { root } = await filledRoot();
    const { stdout } = await quire(['run', 'history', '1x', '--root', root]);
    expect(stdout).toBe(
      `run ${ids.succeeded}, 2026-11-22
SEQ  TIME          ELAPSED    GAP  ACTOR   CAUSE  EVENT                WHAT
  2  14:40:00.000      0ms   +0ms  hook        1  push.received        ann pushed refs/heads/main to demo
  3  14:40:00.010     10ms  +10ms  runner      2  run.queued           queued for demo refs/heads/main at aaaaaaaaaa
  4  14:40:00.030     30ms  +20ms  runner      3  run.claimed          taken by the host launcher, process 4711
  5  14:40:00.070     70ms  +40ms  runner      4  run.started          run started
  6  14:40:00.100    100ms  +30ms  runner      5  pipeline.registered  pipeline registered: lint, test, deploy
  7  14:40:00.105    105ms   +5ms  runner      6  job.started          lint started
  8  14:40:00.106    106ms   +1ms  runner      7  sh.started           lint $1 npm run lint
  9  14:40:01.306     1.3s  +1.2s  runner      8  sh.finished          lint $1 exit 0, 20 B of output
 10  14:40:01.307     1.3s   +1ms  runner      9  job.succeeded        lint succeeded
 11  14:40:01.308     1.3s   +1ms  runner     10  job.skipped          test skipped: it ran no command
 12  14:40:01.309     1.3s   +1ms  runner     11  job.skipped          deploy skipped: it ran no command
 13  14:40:01.310     1.3s   +1ms  runner     12  run.succeeded        run succeeded
`,
    );
  });

  it('gives the events as NDJSON with the gap', async () => {
    const { root, store } = await filledRoot();
    const { stdout } = await quire(['run', 'history', '1x', '--json', '--root', root]);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(12);
    const [stored] = store.readEvents({ streams: [runStream(ids.succeeded)] });
    expect(lines[1]).toEqual({ ...stored, elapsedMs: 10, gapMs: 10 });
  });
});

describe('quire repo list', () => {
  it('shows each repository with its last run', async () => {
    const { root } = await filledRoot();
    const { stdout } = await quire(['repo', 'list', '--root', root]);
    expect(withoutAges(stdout).split('\n')[1]).toMatch(
      /^demo {2}○ queued {2}topic +AGE +\S+\/repos\/demo\.git$/,
    );
    const { stdout: json } = await quire(['repo', 'list', '--root', root, '--json']);
    expect(JSON.parse(json)).toMatchObject([
      {
        name: 'demo',
        path: `${root}/repos/demo.git`,
        createdAtMs: 1795358400000,
        lastRun: { id: ids.queued },
      },
    ]);
  });
});
