import { constants } from 'node:os';
import type { Location } from '../../events/field.js';
import type { CommandEnd, CommandRequest } from '../command/running-command.js';
import type { StartedCommand } from '../world/world.js';
import type { JobRun } from './job-run.js';
import { ShResult } from './sh-result.js';

/** A `(sh …)` with its arguments read. */
export interface ShRequest {
  readonly cmd: string | readonly string[];
  /** Absolute and real, within the workspace. */
  readonly cwd: string;
  /** The same relative to the workspace, as it is recorded. */
  readonly shownCwd: string;
  /** On top of the run's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Buffer | undefined;
  readonly timeoutMs: number | null;
  readonly captureBytes: number;
  readonly allowFailure: boolean;
  readonly location: Location | null;
}

/** The exit code a pipeline sees after a time limit, as of timeout(1). */
const timedOutExit = 124;

/** Runs one command of a job and records its start and its end. */
export const runSh = async (jobRun: JobRun, request: ShRequest): Promise<ShResult> => {
  const { run } = jobRun;
  const { journal, session } = run;
  await journal.admit();
  jobRun.signal.throwIfAborted();
  jobRun.start();
  const jobId = jobRun.job.id;
  const { n, logPath } = jobRun.nextSh();
  const { shownCwd: cwd, timeoutMs, location } = request;
  const cmd = typeof request.cmd === 'string' ? request.cmd : [...request.cmd];
  const command = await jobRun.startCommand(commandOf(jobRun, request, logPath), {
    jobId,
    n,
    location,
    ...run.redactor.redactJson({ cmd, cwd }),
  });
  const deadlineAtMs = timeoutMs === null ? null : command.startedAtMs + timeoutMs;
  journal.emit('sh.started', { jobId, n, cmd, cwd, deadlineAtMs, location });
  const logIsComplete = session.followLog(jobId, n, logPath);
  const end = await command.ended;
  logIsComplete();
  recordEnd(jobRun, n, end);
  if (end.log instanceof Error) throw end.log;
  return resultOf(request, command, end);
};

const commandOf = ({ run }: JobRun, request: ShRequest, logPath: string): CommandRequest => {
  const { limits, env } = run.bootstrap;
  const { cmd, cwd, stdin, timeoutMs, captureBytes } = request;
  return {
    argv: typeof cmd === 'string' ? ['/bin/sh', '-c', cmd] : cmd,
    cwd,
    env: { ...env, ...request.env },
    stdin,
    timeoutMs,
    captureBytes,
    killGraceMs: limits.killGraceMs,
    log: {
      path: logPath,
      maxBytes: limits.logBytes,
      maxLineBytes: limits.logLineBytes,
      filters: { stdout: run.redactor.stream(), stderr: run.redactor.stream() },
    },
  };
};

/** A command without a whole log is not finished in good order, whatever its exit code. */
const recordEnd = ({ job, run, stopped }: JobRun, n: number, end: CommandEnd): void => {
  const jobId = job.id;
  const { log, exitCode, signal, timedOut } = end;
  if (log instanceof Error) {
    const reason = `its log could not be written: ${log.message}`;
    run.journal.emit('sh.interrupted', { jobId, n, reason, logBytes: 0, logSha256: null });
    return;
  }
  const { stdoutBytes, stderrBytes, logBytes, logSha256, truncated } = log;
  if (end.interrupted) {
    const reason = stopped?.message ?? 'the job ended';
    run.journal.emit('sh.interrupted', { jobId, n, reason, logBytes, logSha256 });
    return;
  }
  run.journal.emit('sh.finished', {
    jobId,
    n,
    exitCode,
    signal,
    timedOut,
    logTruncated: truncated,
    stdoutBytes,
    stderrBytes,
    logBytes,
    logSha256,
  });
};

const resultOf = (request: ShRequest, { stdout, stderr }: StartedCommand, end: CommandEnd): ShResult => {
  const { cmd, location, allowFailure } = request;
  const { signal, timedOut } = end;
  return new ShResult({ cmd, exit: exitOf(end), signal, timedOut, stdout, stderr, location, allowFailure });
};

/** As a shell tells it: a signal is 128 and its number. */
const exitOf = ({ exitCode, signal, timedOut }: CommandEnd): number => {
  if (timedOut) return timedOutExit;
  return signal === null ? (exitCode ?? 0) : 128 + constants.signals[signal];
};
