import { describe, expect, it } from 'vitest';
import {
  catalog,
  type EventData,
  type EventType,
  eventTypes,
  parseEventData,
  type StoredEvent,
  type StreamName,
} from '../../src/events/index.js';
import { phrasesOf, presentEvent } from '../../src/web/events/event-model.js';
import { plainSentence, sentence } from '../../src/web/events/sentence.js';

const sha = 'a1b2c3d4'.repeat(5);
const digest = 'f'.repeat(64);
const owner = { bootId: 'b', pid: 4242, startTime: 7 };
const location = { file: '.quire/ci.fnl', line: 16, column: 9 };

/** One example of every type, with the sentence that it is to give. */
const examples: { readonly [T in EventType]: readonly [EventData<T>, string] } = {
  'repo.created': [{}, 'Repository group/name was made and its hook installed'],
  'repo.removed': [{}, 'Repository group/name was taken off the server; its runs stay'],
  'push.received': [
    {
      repo: 'group/name',
      refs: [
        { ref: 'refs/heads/main', oldSha: sha, newSha: sha },
        { ref: 'refs/tags/v1', oldSha: sha, newSha: '0'.repeat(40) },
      ],
      pushedAtMs: 0,
      pusher: 'ann',
    },
    'ann pushed main, tag v1 (deleted) to group/name',
  ],
  'push.reconciled': [
    { repo: 'a', refs: [{ ref: 'refs/heads/x/y', oldSha: sha, newSha: sha }], pushedAtMs: 0, pusher: 'ann' },
    'A push to a that no hook had reported was found: x/y',
  ],
  'push.gap-found': [
    {
      ref: 'refs/heads/docs',
      knownSha: sha,
      oldSha: sha,
      message: 'no hook had told of what was pushed in between',
    },
    'docs did not begin where it was known to be: no hook had told of what was pushed in between',
  ],
  'push.ref-ignored': [
    {
      ref: 'refs/heads/docs',
      newSha: sha,
      reason: 'no-pipeline',
      message: 'the commit has no .quire/ci.fnl',
    },
    'docs started no run: the commit has no .quire/ci.fnl',
  ],
  'run.queued': [
    {
      repo: 'a',
      ref: 'refs/heads/main',
      sha,
      previousSha: null,
      pushId: 'p',
      pushedAtMs: 0,
      pusher: 'ann',
      attempt: 2,
      rerunOf: 'r1',
      onlyFailed: true,
      subject: 'Mend the gate',
      author: 'Ann',
    },
    'Attempt 2 of main at a1b2c3d4 joined the queue, to run only what had failed: “Mend the gate”',
  ],
  'run.claimed': [
    { owner, launcher: 'host', tokenHash: digest },
    'The runner took the run off the queue, for process 4242 of launcher host',
  ],
  'run.released': [
    { reason: 'the process did not start' },
    'The run went back to the queue: the process did not start',
  ],
  'run.started': [
    { seed: 's', env: {}, deadlineAtMs: Date.UTC(2026, 10, 22, 14), traceparent: 't' },
    'quire-ci fetched its bootstrap and the run is active, until 2026-11-22 14:00:00 UTC at the latest',
  ],
  'run.adopted': [{ owner }, 'A restarted server took over the live run of process 4242'],
  'run.cancel-requested': [
    { by: 'push', reason: 'superseded', message: 'a newer push came', supersededBy: 'r2', force: false },
    'The end of the run was asked for by push: a newer push came (the newer run)',
  ],
  'run.succeeded': [{}, 'The run succeeded'],
  'run.failed': [
    { failureKind: 'pipeline-failure', message: 'job test failed', diagnostics: [] },
    'The run failed (pipeline-failure): job test failed',
  ],
  'run.canceled': [{ by: 'ann', message: 'canceled by ann' }, 'The run was canceled by ann'],
  'run.superseded': [{ supersededBy: 'r2' }, 'The run was superseded by a run of a newer push'],
  'pipeline.registered': [
    {
      sourceSha256: digest,
      sourceBytes: 1,
      image: 'debian:12',
      maxParallelJobs: 2,
      jobs: [
        {
          id: 'test',
          inputs: ['quire/push'],
          options: { allowFailure: false, always: false, uninterruptible: false, timeoutMs: null, retry: 0 },
          line: 1,
        },
      ],
    },
    'The pipeline registered 1 job, up to 2 at a time, in image debian:12',
  ],
  'job.started': [{ jobId: 'test', deadlineAtMs: null }, 'Job test started'],
  'job.logged': [{ jobId: 'test', message: 'hello' }, 'Job test says: hello'],
  'job.retried': [
    { jobId: 'test', attempt: 2, message: 'exit code 1', location },
    'Job test is tried again, attempt 2: exit code 1 (.quire/ci.fnl:16)',
  ],
  'job.succeeded': [{ jobId: 'test', outputs: null, outputsSha256: null }, 'Job test succeeded'],
  'job.reused': [
    { jobId: 'build', runId: 'r1', outputs: null, outputsSha256: null },
    'Job build was not run again: it keeps its result of the earlier run',
  ],
  'job.failed': [
    { jobId: 'lint', exitCode: 1, message: 'exit code 1', location, allowed: true },
    'Job lint failed, which its pipeline allows: exit code 1 (.quire/ci.fnl:16)',
  ],
  'job.skipped': [
    { jobId: 'deploy', reason: 'input-failed', inputId: 'test', message: 'its input failed' },
    'Job deploy was skipped: its input failed (test)',
  ],
  'job.canceled': [{ jobId: 'test', message: 'canceled by ann' }, 'Job test was canceled: canceled by ann'],
  'file.read': [
    { jobId: 'test', path: 'a.json', sha256: null, bytes: 0 },
    'Job test read a.json, which does not exist',
  ],
  'file.written': [
    { jobId: 'test', path: 'a.json', sha256: digest, bytes: 1200 },
    'Job test wrote a.json, 1.2 KB',
  ],
  'secret.revealed': [{ jobId: 'deploy', name: 'token' }, 'Job deploy was given the secret token'],
  'sh.started': [
    { jobId: 'test', n: 1, cmd: ['npm', 'test', 'a b'], cwd: 'sub', deadlineAtMs: null, location: null },
    "Job test began npm test 'a b' in sub",
  ],
  'sh.finished': [
    {
      jobId: 'test',
      n: 1,
      exitCode: null,
      signal: 'SIGKILL',
      timedOut: true,
      logTruncated: true,
      stdoutBytes: 1,
      stderrBytes: 0,
      logBytes: 41,
      logSha256: digest,
    },
    'Command 1 of job test reached its time limit and was ended by SIGKILL after writing 1 byte; its log was cut',
  ],
  'sh.interrupted': [
    { jobId: 'test', n: 1, reason: 'the run was canceled', logBytes: 0, logSha256: null },
    'Command 1 of job test was interrupted: the run was canceled',
  ],
  'event.redacted': [
    { seq: 7, dataHash: digest, replacement: '{}', reason: 'a token' },
    'The text of event 7 was destroyed: a token',
  ],
  'log.redacted': [
    {
      runId: 'r1',
      jobId: 'deploy',
      n: 2,
      fromLine: 3,
      toLine: 4,
      spanSha256: null,
      logSha256Before: digest,
      logSha256: digest,
      reason: 'a token',
    },
    'Lines 3 to 4 of the log of command 2 of job deploy of run r1 were destroyed: a token',
  ],
};

const eventOf = (type: EventType, data: unknown): StoredEvent => {
  const kind = catalog[type].stream;
  const stream: StreamName = `${kind}/${kind === 'repo' ? 'group/name' : 'r1'}`;
  return {
    seq: 1,
    stream,
    type,
    typeVersion: 1,
    data,
    occurredAtMs: 0,
    actor: 'ci',
  } as unknown as StoredEvent;
};

describe('the sentence of an event', () => {
  it.each(eventTypes)('of type %s says what became true', (type) => {
    const [data, expected] = examples[type];
    expect(plainSentence(sentence(eventOf(type, parseEventData(type, data))))).toBe(expected);
  });

  it('of a type that this version does not know is the type', () => {
    const event = { ...eventOf('run.succeeded', {}), type: 'run.transcended' };
    expect(phrasesOf(event as never)).toEqual(['run.transcended']);
    expect(presentEvent(event as never).sentence).toBe('run.transcended');
  });

  it('of data that does not fit is the type, and the page is still made', () => {
    expect(phrasesOf(eventOf('run.queued', {}) as never)).toEqual(['run.queued']);
  });
});

describe('the end of a broken pipeline', () => {
  const diagnostic = { code: 'x', message: 'no', file: 'ci.fnl', line: 3, column: 1 };
  const failed = (diagnostics: unknown[]) =>
    plainSentence(
      sentence(
        eventOf('run.failed', {
          failureKind: 'pipeline-invalid',
          message: 'ci.fnl:3:1: no\n  (fn\n  ^',
          diagnostics,
        }),
      ),
    );

  it('is the first thing that is wrong, without the source under it', () => {
    expect(failed([diagnostic])).toBe('The run failed (pipeline-invalid): ci.fnl:3:1: no');
    expect(failed([diagnostic, diagnostic])).toBe(
      'The run failed (pipeline-invalid): ci.fnl:3:1: no, the first of 2 diagnostics',
    );
  });
});

describe('the place of a failure', () => {
  const location = { file: '.quire/ci.fnl', line: 3, column: 1 };
  const failed = (message: string) =>
    plainSentence(
      sentence(eventOf('job.failed', { jobId: 'lint', exitCode: 1, message, location, allowed: false })),
    );

  it('is told once, by the message or beside it', () => {
    expect(failed('no')).toBe('Job lint failed: no (.quire/ci.fnl:3)');
    expect(failed('exit 1: make (.quire/ci.fnl:3)')).toBe('Job lint failed: exit 1: make (.quire/ci.fnl:3)');
    expect(failed('as in .quire/ci.fnl:35')).toBe(
      'Job lint failed: as in .quire/ci.fnl:35 (.quire/ci.fnl:3)',
    );
  });
});
