import { diamond, type History, registeredJob, registration } from './history.js';

/** A clock that only moves when told. */
export interface ManualClock {
  now(): number;
  advance(ms: number): void;
}

export const manualClock = (atMs: number): ManualClock => {
  let current = atMs;
  return {
    now: () => current,
    advance(ms) {
      current += ms;
    },
  };
};

export interface Example {
  readonly succeeded: string;
  readonly failed: string;
  readonly broken: string;
  readonly superseded: string;
  readonly active: string;
  readonly queued: string;
}

const esc = '\u001b';

/** Some days of two repositories: every state of runs, jobs and commands occurs. */
export const playExample = async (history: History, clock: ManualClock): Promise<Example> => {
  await history.createRepo('orchard');
  await history.createRepo('library/catalogue');
  await history.createRepo('empty');
  clock.advance(60_000);
  const succeeded = await playDiamond(history, clock, 'orchard', 'Graft the second row of pear trees');
  clock.advance(5 * 3_600_000);
  for (let i = 1; i <= 4; i += 1) {
    await playDiamond(history, clock, 'library/catalogue', subjects[i % subjects.length]!, { pusher: 'bea' });
    clock.advance(2 * 3_600_000 + i * 900_000);
  }
  const broken = await playBroken(history, clock);
  clock.advance(3_600_000);
  const superseded = await history.push('orchard', {
    subject: 'Water the roots',
    ref: 'refs/heads/irrigation',
  });
  clock.advance(4000);
  const failed = await history.push('orchard', {
    subject: 'Water the roots, less',
    ref: 'refs/heads/irrigation',
  });
  await playFailure(history, clock, failed);
  clock.advance(1_500_000);
  await history.push('library/catalogue', {
    subject: 'Just words',
    ref: 'refs/heads/docs',
    found: 'no-pipeline',
  });
  const active = await playUntilMiddle(history, clock);
  const queued = await history.push('library/catalogue', {
    subject: 'Give every shelf mark its own line',
    ref: 'refs/tags/v2.1.0',
    author: 'Bea Müller',
    pusher: 'bea',
  });
  clock.advance(9000);
  return { succeeded, failed, broken, superseded, active, queued };
};

const subjects = [
  'Sort the index by year, then by hand',
  'Read shelf marks with a space in them',
  'Say which card is missing and what to do about it',
  'Bind volumes of the same year together',
];

const playDiamond = async (
  history: History,
  clock: ManualClock,
  repo: string,
  subject: string,
  options: { pusher?: string } = {},
): Promise<string> => {
  const run = await history.push(repo, { subject, ...options });
  clock.advance(600);
  await history.start(run);
  await history.ci(run, diamond);
  await startJob(history, run, 'prepare');
  await command(history, clock, run, 'prepare', 1, ['npm', 'ci'], [`added 217 packages in 4s`], 4300);
  await endJob(history, run, 'prepare');
  await startJob(history, run, 'lint');
  await startJob(history, run, 'test');
  await command(
    history,
    clock,
    run,
    'lint',
    1,
    'npx lint .',
    [
      `${esc}[33mwarning${esc}[0m src/tree.ts:12 a branch without a leaf`,
      `${esc}[1;31merror${esc}[0m   src/tree.ts:40 no such fruit`,
    ],
    2100,
    1,
  );
  await history.ci(run, [
    'job.failed',
    {
      jobId: 'lint',
      exitCode: 1,
      message: 'npx lint . ended with exit code 1',
      location: { file: '.quire/ci.fnl', line: 10, column: 7 },
      allowed: true,
    },
  ]);
  await command(history, clock, run, 'test', 1, ['npm', 'test'], testOutput(310), 11_800);
  await endJob(history, run, 'test');
  await startJob(history, run, 'package');
  await command(
    history,
    clock,
    run,
    'package',
    1,
    ['npm', 'pack', '--pack-destination', 'out dir'],
    ['orchard-1.4.0.tgz'],
    900,
  );
  await command(
    history,
    clock,
    run,
    'package',
    2,
    'sha256sum out\\ dir/* > out\\ dir/SHA256\ncat out\\ dir/SHA256',
    ['9f2c…  orchard-1.4.0.tgz'],
    60,
  );
  await endJob(history, run, 'package');
  await history.ci(run, [
    'job.skipped',
    {
      jobId: 'deploy',
      reason: 'nothing-to-do',
      inputId: null,
      message: 'the job returned nil and ran no command',
    },
  ]);
  await history.ci(run, ['run.succeeded', {}]);
  return run;
};

const playFailure = async (history: History, clock: ManualClock, run: string): Promise<void> => {
  clock.advance(1200);
  await history.start(run);
  await history.ci(run, diamond);
  await startJob(history, run, 'prepare');
  await command(history, clock, run, 'prepare', 1, ['npm', 'ci'], ['added 217 packages in 5s'], 5100);
  await endJob(history, run, 'prepare');
  await startJob(history, run, 'lint');
  await command(history, clock, run, 'lint', 1, 'npx lint .', [`${esc}[32mno finding${esc}[0m`], 1900);
  await endJob(history, run, 'lint');
  await startJob(history, run, 'test');
  const lines = [
    ...testOutput(40),
    `${esc}[1;31m✗ the roots take up water${esc}[0m`,
    `    expected ${esc}[32m12${esc}[0m litres, found ${esc}[31m14${esc}[0m`,
    `    at ${esc}[2mtest/roots.test.ts:31:9${esc}[0m`,
    '',
    `${esc}[41m 1 failed ${esc}[0m 39 passed`,
  ];
  await command(history, clock, run, 'test', 1, ['npm', 'test'], lines, 8300, 1);
  await history.ci(
    run,
    [
      'job.failed',
      {
        jobId: 'test',
        exitCode: 1,
        message: 'npm test ended with exit code 1, and nobody looked at it',
        location: { file: '.quire/ci.fnl', line: 16, column: 9 },
        allowed: false,
      },
    ],
    [
      'job.skipped',
      { jobId: 'package', reason: 'input-failed', inputId: 'test', message: 'its input test failed' },
    ],
    [
      'job.skipped',
      {
        jobId: 'deploy',
        reason: 'input-skipped',
        inputId: 'package',
        message: 'its input package was skipped',
      },
    ],
    ['run.failed', { failureKind: 'pipeline-failure', message: 'job test failed', diagnostics: [] }],
  );
};

const playBroken = async (history: History, clock: ManualClock): Promise<string> => {
  const run = await history.push('library/catalogue', {
    subject: 'Tidy the pipeline',
    ref: 'refs/heads/tidy-up',
  });
  clock.advance(500);
  await history.start(run);
  clock.advance(80);
  await history.ci(run, [
    'run.failed',
    {
      failureKind: 'pipeline-invalid',
      message: '2 problems in .quire/ci.fnl',
      diagnostics: [
        {
          code: 'unknown-input',
          message: 'job package takes :tset as an input, and there is no such job',
          hint: 'did you mean :test?',
          file: '.quire/ci.fnl',
          line: 21,
          column: 19,
          sourceLine: '(ci.job :package [:tset :lint]',
        },
        {
          code: 'cycle',
          message: 'these jobs wait for each other: sort → bind → sort',
          file: '.quire/ci.fnl',
          line: 30,
          column: 1,
          sourceLine: '(ci.job :bind [:sort] (fn [{: sh}] (sh "make bind")))',
        },
      ],
    },
  ]);
  return run;
};

const playUntilMiddle = async (history: History, clock: ManualClock): Promise<string> => {
  const run = await history.push('orchard', { subject: 'Prune <b>before</b> & after the frost “again”' });
  clock.advance(700);
  await history.start(run);
  await history.ci(
    run,
    registration([
      registeredJob('prepare', ['quire/push'], 3),
      registeredJob('unit', ['prepare'], 8),
      registeredJob('browser', ['prepare'], 14),
      registeredJob('publish <img src=x onerror=alert(1)>', ['unit', 'browser'], 21),
    ]),
  );
  await startJob(history, run, 'prepare');
  await command(history, clock, run, 'prepare', 1, ['npm', 'ci'], ['added 217 packages in 4s'], 4000);
  await endJob(history, run, 'prepare');
  await startJob(history, run, 'unit');
  await startJob(history, run, 'browser');
  await history.ci(run, [
    'sh.started',
    { jobId: 'unit', n: 1, cmd: ['npm', 'test'], cwd: '.', deadlineAtMs: null, location: null },
  ]);
  history.log(run, 'unit', 1, testOutput(36));
  clock.advance(6000);
  return run;
};

export const startJob = (history: History, run: string, jobId: string) =>
  history.ci(run, ['job.started', { jobId, deadlineAtMs: null }]);

export const endJob = (history: History, run: string, jobId: string) =>
  history.ci(run, ['job.succeeded', { jobId, outputs: null, outputsSha256: null }]);

const command = async (
  history: History,
  clock: ManualClock,
  run: string,
  jobId: string,
  n: number,
  cmd: string | string[],
  lines: readonly string[],
  tookMs: number,
  exitCode = 0,
): Promise<void> => {
  await history.ci(run, ['sh.started', { jobId, n, cmd, cwd: '.', deadlineAtMs: null, location: null }]);
  clock.advance(tookMs);
  const log = history.log(run, jobId, n, lines);
  const stdoutBytes = Buffer.byteLength(lines.map((line) => `${line}\n`).join(''));
  await history.ci(run, [
    'sh.finished',
    {
      jobId,
      n,
      exitCode,
      signal: null,
      timedOut: false,
      logTruncated: false,
      stdoutBytes,
      stderrBytes: 0,
      ...log,
    },
  ]);
};

const testOutput = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, i) => `${esc}[32m✓${esc}[0m ${phrases[i % phrases.length]} ${esc}[2m(${(i * 7) % 23} ms)${esc}[0m`,
  );

const phrases = [
  'a leaf knows its branch',
  'pruning twice is pruning once',
  'an empty basket weighs nothing',
  'fruit ripens in the order of its blossom',
  'the gate stays shut at night',
];
