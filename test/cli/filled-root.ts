import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type NewEvent, pushStream, repoStream, runStream } from '../../src/events/index.js';
import { CriEncoder, type LogStream } from '../../src/logs/index.js';
import { blobFolder, shLogPath } from '../../src/runner/run-folder.js';
import { type EventStore, openStore } from '../../src/store/index.js';
import { temporaryRoot } from '../store/temporary-store.js';

/** 2026-11-22 14:40:00 UTC. */
export const startMs = Date.UTC(2026, 10, 22, 14, 40, 0);

export const ids = {
  push: '0000000000000000000a',
  succeeded: '01kzzzz00aaaaaaaaa1x',
  failed: '01kzzzz00bbbbbbbbb2x',
  queued: '01kzzzz00ccccccccc3y',
} as const;

export const pipelineSource = `(local ci (require :quire.ci))

(ci.job :lint [:quire/push] (fn [{: sh}] (sh "npm run lint")))
(ci.job :test [:lint]
  (fn [{: sh}]
    (sh ["npm" "test"])))
(ci.job :deploy [:test] (fn [{: sh}] (sh "./deploy")))
`;

const sourceSha256 = createHash('sha256').update(pipelineSource).digest('hex');

/** A store whose clock a test moves. */
export interface FilledRoot {
  readonly root: string;
  readonly store: EventStore;
  /** Appends events that happen `afterMs` behind the last ones. */
  later(afterMs: number, ...events: NewEvent[]): Promise<void>;
}

/** A root with one repository, one push and no run. */
export const emptyRoot = async (root = temporaryRoot()): Promise<FilledRoot> => {
  let nowMs = startMs;
  const store = openStore(root, { now: () => nowMs });
  const later = async (afterMs: number, ...events: NewEvent[]): Promise<void> => {
    nowMs += afterMs;
    await store.append(events, { actor: 'runner', cause: store.head().seq || undefined });
  };
  await store.append([{ stream: repoStream('demo'), type: 'repo.created', data: {} }], {
    actor: 'operator:ann',
  });
  await store.append(
    [
      {
        stream: pushStream(ids.push),
        type: 'push.received',
        data: {
          repo: 'demo',
          refs: [{ ref: 'refs/heads/main', oldSha: '0'.repeat(40), newSha: 'a'.repeat(40) }],
          pushedAtMs: nowMs,
          pusher: 'ann',
        },
      },
    ],
    { actor: 'hook', cause: 1 },
  );
  return { root, store, later };
};

/** A root with a run that succeeded, one that failed at its second job, and one that waits. */
export const filledRoot = async (): Promise<FilledRoot> => {
  const filled = await emptyRoot();
  await addSucceeded(filled);
  await addFailed(filled);
  await filled.later(1000, queued(ids.queued, 'c', 'refs/heads/topic', 'Try something'));
  mkdirSync(blobFolder(filled.root), { recursive: true });
  writeFileSync(join(blobFolder(filled.root), sourceSha256), pipelineSource);
  return filled;
};

const addSucceeded = async ({ root, later }: FilledRoot): Promise<void> => {
  const stream = runStream(ids.succeeded);
  await later(10, queued(ids.succeeded, 'a', 'refs/heads/main', 'Add the first test'));
  await start({ later }, ids.succeeded);
  await later(5, { stream, type: 'job.started', data: { jobId: 'lint', deadlineAtMs: null } });
  await later(1, shStarted(ids.succeeded, 'lint', 1, 'npm run lint'));
  writeLog(root, ids.succeeded, 'lint', 1, [['stdout', 'all files are clean\n']]);
  await later(1200, shFinished(ids.succeeded, 'lint', 1, 0));
  await later(1, {
    stream,
    type: 'job.succeeded',
    data: { jobId: 'lint', outputs: { exit: 0 }, outputsSha256: null },
  });
  for (const jobId of ['test', 'deploy']) {
    await later(1, {
      stream,
      type: 'job.skipped',
      data: { jobId, reason: 'nothing-to-do', inputId: null, message: 'it ran no command' },
    });
  }
  await later(1, { stream, type: 'run.succeeded', data: {} });
};

const addFailed = async ({ root, later }: FilledRoot): Promise<void> => {
  const stream = runStream(ids.failed);
  await later(60_000, queued(ids.failed, 'b', 'refs/heads/main', 'Break the test'));
  await start({ later }, ids.failed);
  await later(5, { stream, type: 'job.started', data: { jobId: 'lint', deadlineAtMs: null } });
  await later(1, shStarted(ids.failed, 'lint', 1, 'npm run lint'));
  writeLog(root, ids.failed, 'lint', 1, [['stdout', 'all files are clean\n']]);
  await later(900, shFinished(ids.failed, 'lint', 1, 0));
  await later(1, {
    stream,
    type: 'job.succeeded',
    data: { jobId: 'lint', outputs: null, outputsSha256: null },
  });
  await later(2, { stream, type: 'job.started', data: { jobId: 'test', deadlineAtMs: null } });
  await later(1, shStarted(ids.failed, 'test', 1, ['npm', 'test']));
  writeLog(root, ids.failed, 'test', 1, [
    ['stdout', '1 of 2 '],
    ['stderr', 'Error: \x1b[31mexpected 4\x1b[0m, found 5\n'],
    ['stdout', 'tests passed\nEND without newline'],
  ]);
  await later(3400, shFinished(ids.failed, 'test', 1, 1));
  await later(1, {
    stream,
    type: 'job.failed',
    data: {
      jobId: 'test',
      exitCode: 1,
      message: 'npm test ended with exit code 1 and nobody looked at it',
      location: { file: '.quire/ci.fnl', line: 6, column: 5 },
      allowed: false,
    },
  });
  await later(
    1,
    {
      stream,
      type: 'job.skipped',
      data: { jobId: 'deploy', reason: 'input-failed', inputId: 'test', message: 'its input test failed' },
    },
    {
      stream,
      type: 'run.failed',
      data: { failureKind: 'pipeline-failure', message: 'job test failed', diagnostics: [] },
    },
  );
};

/** A run that waits. */
export const queued = (runId: string, digit: string, ref: string, subject: string): NewEvent => ({
  stream: runStream(runId),
  type: 'run.queued',
  data: {
    repo: 'demo',
    ref,
    sha: digit.repeat(40),
    previousSha: null,
    pushId: ids.push,
    pushedAtMs: startMs,
    pusher: 'ann',
    attempt: 1,
    rerunOf: null,
    onlyFailed: false,
    subject,
    author: 'Ann',
  },
});

/** Claims and starts a run and registers lint, test and deploy. */
export const start = async ({ later }: Pick<FilledRoot, 'later'>, runId: string): Promise<void> => {
  const stream = runStream(runId);
  const options = { allowFailure: false, always: false, uninterruptible: false, timeoutMs: null, retry: 0 };
  await later(20, {
    stream,
    type: 'run.claimed',
    data: {
      owner: { bootId: 'boot', pid: 4711, startTime: 1 },
      launcher: 'host',
      tokenHash: 'f'.repeat(64),
    },
  });
  await later(40, {
    stream,
    type: 'run.started',
    data: { seed: 's', env: {}, deadlineAtMs: startMs + 3_600_000, traceparent: 't' },
  });
  await later(30, {
    stream,
    type: 'pipeline.registered',
    data: {
      sourceSha256,
      sourceBytes: pipelineSource.length,
      image: null,
      maxParallelJobs: 1,
      jobs: [
        { id: 'lint', inputs: ['quire/push'], options, line: 3 },
        { id: 'test', inputs: ['lint'], options, line: 4 },
        { id: 'deploy', inputs: ['test'], options, line: 7 },
      ],
    },
  });
};

export const shStarted = (runId: string, jobId: string, n: number, cmd: string | string[]): NewEvent => ({
  stream: runStream(runId),
  type: 'sh.started',
  data: { jobId, n, cmd, cwd: '.', deadlineAtMs: null, location: null },
});

export const shFinished = (runId: string, jobId: string, n: number, exitCode: number): NewEvent => ({
  stream: runStream(runId),
  type: 'sh.finished',
  data: {
    jobId,
    n,
    exitCode,
    signal: null,
    timedOut: false,
    logTruncated: false,
    stdoutBytes: 20,
    stderrBytes: 0,
    logBytes: 60,
    logSha256: '0'.repeat(64),
  },
});

/** Writes, or goes on with, the log of a command; each piece a millisecond after the one before. */
export const writeLog = (
  root: string,
  runId: string,
  jobId: string,
  n: number,
  pieces: readonly (readonly [LogStream, string | Buffer])[],
): void => {
  const encoder = new CriEncoder(65_536);
  pieces.forEach(([stream, text], index) => {
    encoder.push(stream, Buffer.from(text), BigInt(startMs + index) * 1_000_000n);
  });
  encoder.flush();
  const path = shLogPath(root, runId, jobId, n);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, encoder.take(), { flag: 'a' });
};
