import { type ChildProcess, spawn as spawnChild } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import { openInput } from './open-input.js';
import type { PipePool } from './pipe-pool.js';

export interface SpawnRequest {
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What the command reads on standard input; undefined is an empty one. */
  readonly stdin: Buffer | undefined;
}

/** How a process ended; one of the two is null. */
export interface ExitStatus {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A started process, or the reason why there is none. */
export interface Spawned {
  readonly startedAtMs: number;
  readonly stdoutFd: number;
  readonly stderrFd: number;
  /** Undefined when the command could not be started. */
  readonly pid: number | undefined;
  readonly exited: Promise<ExitStatus | StartFailure>;
}

/** A command that could not be started, with the exit code a shell would give. */
export interface StartFailure extends ExitStatus {
  readonly exitCode: 126 | 127;
  readonly message: string;
}

/**
 * Starts a process as the leader of its own session, its output on two real pipes, with nothing of this
 * process but what is asked for: no environment, no descriptors. The caller closes the two descriptors.
 */
export const spawn = async (request: SpawnRequest, pipes: PipePool): Promise<Spawned> => {
  const stdin = request.stdin === undefined ? undefined : await openInput(request.stdin);
  const stdout = await pipes.take();
  const stderr = await pipes.take();
  const startedAtMs = Date.now();
  const child = startChild(request, [stdin?.fd ?? 'ignore', stdout.writeFd, stderr.writeFd]);
  const exited = child instanceof Error ? Promise.resolve(explain(request, child)) : watch(request, child);
  closeSync(stdout.writeFd);
  closeSync(stderr.writeFd);
  await stdin?.close();
  const pid = child instanceof Error ? undefined : child.pid;
  return { startedAtMs, stdoutFd: stdout.readFd, stderrFd: stderr.readFd, pid, exited };
};

/** Some failures come as an exception, others as an event. */
const startChild = (
  { argv, cwd, env }: SpawnRequest,
  stdio: Array<number | 'ignore'>,
): ChildProcess | NodeJS.ErrnoException => {
  const [file = '', ...args] = argv;
  try {
    return spawnChild(file, args, { cwd, env, detached: true, stdio });
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
};

const watch = (request: SpawnRequest, child: ChildProcess): Promise<ExitStatus | StartFailure> =>
  new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    child.once('error', (error) => resolve(explain(request, error)));
  });

const explain = ({ argv, env, cwd }: SpawnRequest, error: NodeJS.ErrnoException): StartFailure => {
  const [file = ''] = argv;
  if (error.code !== 'ENOENT') {
    return { exitCode: 126, signal: null, message: `${file}: cannot be started: ${reason(error)}` };
  }
  if (!existsSync(cwd)) {
    return { exitCode: 126, signal: null, message: `${file}: cannot be started: its folder ${cwd} is gone` };
  }
  const message = file.includes('/')
    ? `${file}: no such file, or the interpreter its first line names is missing`
    : `${file}: command not found; PATH is ${env.PATH ?? 'not set'}`;
  return { exitCode: 127, signal: null, message };
};

const reason = (error: NodeJS.ErrnoException): string => {
  if (error.code === 'EACCES') return 'it is not executable';
  if (error.code === 'E2BIG') return 'its arguments and environment are too long for the system';
  return error.message;
};
