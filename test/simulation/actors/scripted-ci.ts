import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Assignment, CiEvent, CiEventType } from '../../../src/events/index.js';
import type { Process } from '../edges/processes.js';
import type { CiLife } from '../truth.js';
import { serverAwayMs } from '../limits.js';
import { current } from '../world.js';

/** What a quire-ci does beside its script, and when. */
interface Manners {
  /** Dies before this step of its work. */
  readonly dies: number | undefined;
  /** Does nothing any more from this step on, and lives. */
  readonly hangs: number | undefined;
  /** Pays no attention to a cancel signal. */
  readonly deaf: boolean;
  /** Sends again what is acknowledged, and what was not answered yet. */
  readonly repeats: boolean;
  /** Sends numbers that are not their turn, and other bodies under numbers that are stored. */
  readonly muddles: boolean;
  /** Leaves a process behind each command. */
  readonly strays: boolean;
}

const firstPauseMs = 50;
const bootstrapAwayMs = 60_000;

/** The life of one quire-ci: bootstrap, a random pipeline, events with numbers, the end. */
export const runScriptedCi = (process: Process, { server, token, runId, runDir }: Assignment): void => {
  const { network, processes, random, schedule, truth } = current();
  const path = server.slice('unix:'.length);
  const life: CiLife = {
    runId,
    process,
    bootstrapped: false,
    acknowledged: 0,
    events: [],
    executions: new Map(),
    disturbed: undefined,
    canceled: false,
    refused: undefined,
    end: undefined,
    contactByServer: new Map(),
  };
  truth.lives.push(life);
  const manners = chooseManners();
  let failingSinceMs: number | undefined;
  let pauseMs = firstPauseMs;
  let sending = false;
  let script: (() => void)[] = [];
  let done = 0;
  let endWhenSettled = false;
  /** Open jobs and commands of this process, as it knows them. */
  const openJobs = new Map<string, 'queued' | 'active'>();
  const openCommands = new Map<string, { jobId: string; n: number; child: Process }>();
  let uninterruptible = false;

  const exit = (code: number): void => processes.end(process, 'itself', code);
  const request = (
    method: string,
    url: string,
    body: string | undefined,
    onAnswer: (status: number, body: string) => void,
    onBroken: () => void,
  ): void =>
    network.send({
      client: process,
      path,
      method,
      url,
      token,
      ...(body !== undefined && { body }),
      onBroken,
      onAnswer: (status, answer) => {
        if (status === 200) life.contactByServer.set(current().server.number, schedule.nowMs);
        onAnswer(status, answer);
      },
    });
  /** As src/ci/server/retry.ts does: 50 ms, then twice as long each time, up to 2 s. */
  const again = (label: string, awayMs: number, attempt: () => void): void => {
    failingSinceMs ??= schedule.nowMs;
    if (schedule.nowMs - failingSinceMs > awayMs) {
      life.disturbed ??= 'the server was away for too long';
      exit(1);
      return;
    }
    schedule.add(process, `try ${label} again`, attempt, pauseMs);
    pauseMs = Math.min(2000, pauseMs * 2);
  };
  const answered = (): void => {
    failingSinceMs = undefined;
    pauseMs = firstPauseMs;
  };

  let bootstrapUrl = '/api/run/bootstrap';
  const bootstrap = (): void =>
    request(
      'GET',
      bootstrapUrl,
      undefined,
      (status, answer) => {
        if (status === 200) {
          answered();
          if (life.bootstrapped) return;
          life.bootstrapped = true;
          const { deadlineAtMs } = JSON.parse(answer) as { deadlineAtMs: number };
          return begin(deadlineAtMs);
        }
        if (status >= 500) return bootstrapAgain();
        life.refused ??= `the bootstrap was answered with ${status}: ${answer}`;
        exit(1);
      },
      bootstrapAgain,
    );
  const bootstrapAgain = (): void => {
    bootstrapUrl = '/api/run/bootstrap?again=1';
    again('the bootstrap', bootstrapAwayMs, bootstrap);
  };

  const begin = (_deadlineAtMs: number): void => {
    script = writeScript();
    listen();
    work();
  };

  const work = (): void => {
    schedule.add(
      process,
      `step ${done} of the script`,
      () => {
        if (manners.dies === done) {
          life.disturbed ??= 'it died';
          return processes.end(process, 'itself', null);
        }
        if (manners.hangs === done) {
          life.disturbed ??= 'it hangs';
          return;
        }
        done += 1;
        const next = script.shift();
        if (next === undefined) return;
        next();
        work();
      },
      random.chance(0.3) ? random.between(1, 4000) : random.between(0, 60),
    );
  };

  const emit = (type: CiEventType, data: object): void => {
    const number = life.events.length + 1;
    const event: CiEvent = {
      number,
      type,
      occurredAtMs: schedule.wallMs(),
      data: data as Record<string, unknown>,
    };
    life.events.push(event);
    if (!sending) {
      sending = true;
      schedule.add(process, 'send soon', send, random.between(0, 20));
    }
  };

  const post = (
    events: readonly CiEvent[],
    onAnswer: (status: number, body: string) => void,
    onBroken: () => void,
  ) =>
    request(
      'POST',
      '/api/run/events',
      events.map((event) => `${JSON.stringify(event)}\n`).join(''),
      onAnswer,
      onBroken,
    );

  /** One request at a time, from the first number that is not acknowledged. */
  const send = (): void => {
    if (life.acknowledged === life.events.length) {
      sending = false;
      if (endWhenSettled) exit(0);
      return;
    }
    const from =
      manners.repeats && random.chance(0.4) ? random.between(0, life.acknowledged) : life.acknowledged;
    const to = Math.min(life.events.length, life.acknowledged + random.between(1, 6));
    if (manners.repeats && random.chance(0.3)) repeatBeforeTheAnswer(from, to);
    if (manners.muddles && random.chance(0.4)) muddle();
    post(
      life.events.slice(from, to),
      (status, answer) => {
        if (status === 200) {
          answered();
          const { acknowledged } = JSON.parse(answer) as { acknowledged: number };
          if (acknowledged < to)
            truth.violations.push(`${runId}: ${to} was sent, ${acknowledged} acknowledged`);
          life.acknowledged = Math.max(life.acknowledged, Math.min(acknowledged, life.events.length));
          return send();
        }
        if (status >= 500) return again('the events', serverAwayMs, send);
        life.refused ??= `events ${from + 1} to ${to} were answered with ${status}: ${answer}`;
        exit(1);
      },
      () => again('the events', serverAwayMs, send),
    );
  };

  /** The same batch on a second connection: repeats are harmless, whichever comes first. */
  const repeatBeforeTheAnswer = (from: number, to: number): void =>
    post(
      life.events.slice(from, to),
      (status, answer) => {
        if (status === 200 || status === 410 || status === 401 || status >= 500) return;
        if (!isOver(runId))
          truth.violations.push(`${runId}: a repeat was answered with ${status}: ${answer}`);
      },
      () => undefined,
    );

  /** What a quire-ci must not do: a gap, or another body under a number that is stored. Neither may be taken in. */
  const muddle = (): void => {
    const last = life.events.at(-1)!;
    const gap = [{ ...last, number: life.events.length + 1000 }];
    const other = [
      {
        ...last,
        number: life.acknowledged,
        type: 'job.logged' as const,
        data: { jobId: 'a', message: 'no' },
      },
    ];
    const isGap = life.acknowledged === 0 || random.chance(0.5);
    post(
      isGap ? gap : other,
      (status) => {
        if (status === 200)
          truth.violations.push(`${runId}: ${isGap ? 'a gap' : 'another body'} was taken in`);
      },
      () => undefined,
    );
  };

  const listen = (): void => {
    network.send({
      client: process,
      path,
      method: 'GET',
      url: '/api/run/signals',
      token,
      onBroken: () => void schedule.add(process, 'listen again', listen, 2000),
      onAnswer: (status) => {
        if (status >= 500) schedule.add(process, 'listen again', listen, 2000);
      },
      onChunk: (text) => {
        const data = /^data: (.*)$/m.exec(text)?.[1];
        if (data !== undefined) onCancel(JSON.parse(data) as { message: string; force: boolean });
      },
    });
  };

  const onCancel = ({ message, force }: { message: string; force: boolean }): void => {
    if (manners.deaf || endWhenSettled) {
      life.disturbed ??= 'it did not listen';
      return;
    }
    life.canceled = true;
    if (uninterruptible && !force) return;
    script = [
      ...[...openCommands.values()].map((command) => () => {
        processes.end(command.child, 'itself', null);
        openCommands.delete(`${command.jobId}/${command.n}`);
        emit('sh.interrupted', {
          jobId: command.jobId,
          n: command.n,
          reason: message,
          ...logOf(command.jobId, command.n),
        });
      }),
      ...[...openJobs.keys()].map((jobId) => () => {
        openJobs.delete(jobId);
        emit('job.canceled', { jobId, message });
      }),
      () => {
        endStrays();
        settle();
      },
    ];
  };

  const settle = (): void => {
    endWhenSettled = true;
    if (!sending) {
      sending = true;
      send();
    }
  };

  const endStrays = (): void => {
    for (const stray of processes.ofRun(runId)) processes.end(stray, 'itself', null);
  };

  const logPath = (jobId: string, n: number): string => join(runDir, 'jobs', jobId, `sh-${n}.log`);
  const logOf = (jobId: string, n: number) => {
    const bytes = readFileSync(logPath(jobId, n));
    return { logBytes: bytes.length, logSha256: createHash('sha256').update(bytes).digest('hex') };
  };

  const writeScript = (): (() => void)[] => {
    const ids = random.pick([['a'], ['a', 'b'], ['a', 'b']] as const);
    const steps: (() => void)[] = [
      () => {
        for (const id of ids) openJobs.set(id, 'queued');
        emit('pipeline.registered', registration(ids));
      },
    ];
    let failed = false;
    for (const jobId of ids) {
      if (failed) {
        steps.push(() => {
          openJobs.delete(jobId);
          emit('job.skipped', {
            jobId,
            reason: 'input-failed',
            inputId: ids[0],
            message: 'its input failed',
          });
        });
        continue;
      }
      const holds = random.chance(0.15);
      steps.push(() => {
        uninterruptible = holds;
        openJobs.set(jobId, 'active');
        emit('job.started', { jobId, deadlineAtMs: null });
      });
      const commands = random.between(0, 2);
      for (let n = 1; n <= commands; n += 1) steps.push(...command(jobId, n));
      failed = random.chance(0.2);
      const succeeds = !failed;
      steps.push(() => {
        uninterruptible = false;
        openJobs.delete(jobId);
        if (succeeds) emit('job.succeeded', { jobId, outputs: null, outputsSha256: null });
        else emit('job.failed', { jobId, exitCode: 1, message: 'it failed', location: null, allowed: false });
      });
    }
    const end = failed ? 'run.failed' : 'run.succeeded';
    steps.push(() => {
      endStrays();
      if (!life.canceled) {
        life.end = end;
        emit(
          end,
          failed ? { failureKind: 'pipeline-failure', message: 'job a failed', diagnostics: [] } : {},
        );
      }
      settle();
    });
    return steps;
  };

  const command = (jobId: string, n: number): (() => void)[] => {
    const name = `${jobId}/${n}`;
    const file = logPath(jobId, n);
    const write = (): void => appendFileSync(file, `line ${random.between(0, 999_999)}\n`);
    return [
      () => {
        life.executions.set(name, (life.executions.get(name) ?? 0) + 1);
        openCommands.set(name, { jobId, n, child: processes.start('command', runId) });
        if (manners.strays) processes.start('command', runId);
        mkdirSync(dirname(file), { recursive: true });
        write();
        emit('sh.started', { jobId, n, cmd: 'make', cwd: '.', deadlineAtMs: null, location: null });
      },
      write,
      () => {
        processes.end(openCommands.get(name)!.child, 'itself', 0);
        openCommands.delete(name);
        const output = { stdoutBytes: 1, stderrBytes: 0, ...logOf(jobId, n) };
        emit('sh.finished', {
          jobId,
          n,
          exitCode: 0,
          signal: null,
          timedOut: false,
          logTruncated: false,
          ...output,
        });
      },
    ];
  };

  bootstrap();
};

const chooseManners = (): Manners => {
  const { random } = current();
  return {
    dies: random.chance(0.15) ? random.between(0, 8) : undefined,
    hangs: random.chance(0.08) ? random.between(0, 8) : undefined,
    deaf: random.chance(0.1),
    repeats: random.chance(0.5),
    muddles: random.chance(0.25),
    strays: random.chance(0.3),
  };
};

const registration = (ids: readonly string[]) => ({
  sourceSha256: 'd'.repeat(64),
  sourceBytes: 10,
  image: null,
  maxParallelJobs: 1,
  jobs: ids.map((id, i) => ({
    id,
    inputs: [i === 0 ? ':quire/push' : ids[i - 1]!],
    options: { allowFailure: false, always: false, uninterruptible: false, timeoutMs: null, retry: 0 },
    line: i + 1,
  })),
});

/** Whether the server has ended the run: what comes late is refused then, as it should be. */
const isOver = (runId: string): boolean =>
  current().truth.published.some(
    ({ event }) =>
      event.stream === `run/${runId}` &&
      ['run.succeeded', 'run.failed', 'run.canceled', 'run.superseded'].includes(event.type),
  );
