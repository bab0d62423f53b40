import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { pushes, refs, repos, runs } from '../../projections/index.js';
import {
  type CiEvent,
  type CiEventType,
  hashData,
  type StoredEvent,
  timeSortedId,
} from '../../src/events/index.js';
import {
  decideClaim,
  decideCreateRepo,
  decideIngest,
  decidePush,
  decideStart,
  type InspectedRef,
  viewRun,
} from '../../src/lifecycle/index.js';
import { CriEncoder } from '../../src/logs/index.js';
import type { EventStore } from '../../src/store/index.js';

/** Plays a server and its quire-ci against a store, through the deciders: real events, rows and log files. */
export interface History {
  createRepo(name: string): Promise<void>;
  /** Pushes one ref; returns the id of the queued run. */
  push(repo: string, options?: PushOptions): Promise<string>;
  /** Claims and starts a queued run. */
  start(runId: string): Promise<void>;
  /** Sends events of quire-ci. */
  ci(
    runId: string,
    ...events: readonly [CiEventType, Record<string, unknown>][]
  ): Promise<readonly StoredEvent[]>;
  /** Writes to the log of a command, beside what is there. */
  log(
    runId: string,
    jobId: string,
    n: number,
    lines: readonly string[],
    stream?: 'stdout' | 'stderr',
  ): LogState;
  /** Runs a whole command: its start, its log, its end. */
  command(runId: string, jobId: string, n: number, command: CommandScript): Promise<void>;
}

export interface PushOptions {
  readonly ref?: string;
  readonly subject?: string;
  readonly author?: string;
  readonly pusher?: string;
  readonly found?: InspectedRef['found'];
}

export interface CommandScript {
  readonly cmd: string | string[];
  readonly lines?: readonly string[];
  readonly exitCode?: number;
}

export interface LogState {
  readonly logBytes: number;
  readonly logSha256: string;
}

/** `now` is the clock of everything that happens; the store's own must not run ahead of it. */
export const createHistory = (store: EventStore, root: string, now: () => number = Date.now): History => {
  const numbers = new Map<string, number>();
  const logBuffers = new Map<string, Buffer>();
  let commits = 0;

  const history: History = {
    async createRepo(name) {
      await store.append(
        (read) => decideCreateRepo(read.select().from(repos).where(eq(repos.name, name)).get(), name),
        { actor: 'operator:ann' },
      );
    },
    async push(repo, options = {}) {
      commits += 1;
      const ref = options.ref ?? 'refs/heads/main';
      const sha = createHash('sha1').update(`${repo} ${ref} ${commits}`).digest('hex');
      const runId = timeSortedId(now());
      await store.append(
        (read) =>
          decidePush(
            {
              ref: (name) =>
                read
                  .select()
                  .from(refs)
                  .where(eq(refs.ref, name))
                  .all()
                  .find((row) => row.repo === repo),
              wasReconciled: (pushId) =>
                read.select().from(pushes).where(eq(pushes.id, pushId)).get()?.source === 'reconciliation',
              openRuns: (name) =>
                read
                  .select()
                  .from(runs)
                  .where(eq(runs.ref, name))
                  .all()
                  .filter((row) => row.repo === repo && (row.state === 'queued' || row.state === 'active')),
            },
            {
              id: timeSortedId(now()),
              repo,
              pushedAtMs: now(),
              pusher: options.pusher ?? 'ann',
              source: 'local',
              refs: [
                {
                  ref,
                  oldSha: '0'.repeat(40),
                  newSha: sha,
                  found: options.found ?? 'pipeline',
                  commitSha: sha,
                  subject: options.subject ?? `Commit ${commits}`,
                  author: options.author ?? 'Ann Smith',
                },
              ],
            },
            () => runId,
          ),
        { actor: 'hook' },
      );
      return runId;
    },
    async start(runId) {
      await store.append(
        (read) =>
          decideClaim(viewRun(read, runId).run, {
            owner: { bootId: 'boot-1', pid: 4242, startTime: 1 },
            launcher: 'host',
            tokenHash: hashData(runId),
          }),
        { actor: 'runner' },
      );
      await store.append(
        (read) =>
          decideStart(viewRun(read, runId).run, {
            seed: 'seed',
            env: { CI: 'true' },
            deadlineAtMs: now() + 3_600_000,
            traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          }),
        { actor: 'ci' },
      );
    },
    ci(runId, ...events) {
      const batch: CiEvent[] = events.map(([type, data]) => {
        const number = (numbers.get(runId) ?? 0) + 1;
        numbers.set(runId, number);
        return { number, type, occurredAtMs: now(), data };
      });
      return store.append((read) => decideIngest(viewRun(read, runId), batch), { actor: 'ci' });
    },
    log(runId, jobId, n, lines, stream = 'stdout') {
      const encoder = new CriEncoder(16_384);
      const atNs = BigInt(Math.round(now())) * 1_000_000n;
      encoder.push(stream, Buffer.from(lines.map((line) => `${line}\n`).join('')), atNs);
      const folder = join(root, 'runs', runId, 'jobs', jobId);
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `sh-${n}.log`);
      const bytes = Buffer.concat([logBuffers.get(path) ?? Buffer.alloc(0), encoder.take()]);
      logBuffers.set(path, bytes);
      writeFileSync(path, bytes);
      return { logBytes: bytes.length, logSha256: createHash('sha256').update(bytes).digest('hex') };
    },
    async command(runId, jobId, n, { cmd, lines = [], exitCode = 0 }) {
      await history.ci(runId, [
        'sh.started',
        { jobId, n, cmd, cwd: '.', deadlineAtMs: null, location: null },
      ]);
      const log = history.log(runId, jobId, n, lines);
      const stdoutBytes = Buffer.byteLength(lines.map((line) => `${line}\n`).join(''));
      await history.ci(runId, [
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
    },
  };
  return history;
};

const options = { allowFailure: false, always: false, uninterruptible: false, timeoutMs: null, retry: 0 };

/** A job as the pipeline registers it. */
export const registeredJob = (id: string, inputs: readonly string[], line: number, more: object = {}) => ({
  id,
  inputs,
  options: { ...options, ...more },
  line,
});

/** The registration of a pipeline. */
export const registration = (jobs: readonly object[]): [CiEventType, Record<string, unknown>] => [
  'pipeline.registered',
  { sourceSha256: 'a'.repeat(64), sourceBytes: 812, image: null, maxParallelJobs: 2, jobs },
];

/** A diamond with a skip and an allowed failure: the run of the demo. */
export const diamond = registration([
  registeredJob('prepare', ['quire/push'], 3),
  registeredJob('lint', ['prepare'], 8, { allowFailure: true }),
  registeredJob('test', ['prepare'], 14),
  registeredJob('package', ['lint', 'test'], 21),
  registeredJob('deploy', ['package'], 28),
]);
