import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { GitError, type GitErrorCode } from './git-error.js';
import { gitEnvironment } from './git-environment.js';

/** How one git command is run. */
export interface GitOptions {
  /** The bare repository, or the `.git` folder; without it git needs none (`init`, `check-ref-format`). */
  readonly gitDir?: string;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Milliseconds; 60,000 when left out. */
  readonly timeoutMs?: number;
  /** How many bytes of standard output are kept; 64 MiB when left out. */
  readonly maxBytes?: number;
  /** What happens beyond `maxBytes`: an error (the default), or git is ended and the answer is incomplete. */
  readonly beyondMaxBytes?: 'fail' | 'stop';
}

export interface GitOutput {
  readonly stdout: Buffer;
  /** False when git was ended at `maxBytes`; `stdout` then holds the first `maxBytes` bytes. */
  readonly complete: boolean;
}

type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

const maxStderrBytes = 64 * 1024;

/**
 * Runs git to its end, without a shell. The caller puts `--end-of-options` or `--` before anything a user chose.
 * Throws {@link GitError} on every end but exit code 0.
 */
export function runGit(args: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
  const { gitDir, input, signal, timeoutMs = 60_000, maxBytes = 64 * 1024 * 1024 } = options;
  const argv = gitDir === undefined ? args : [`--git-dir=${gitDir}`, ...args];

  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new GitError('git-aborted', argv, null, '', 'was called off before it started'));
      return;
    }
    const child = spawn('git', argv, { env: gitEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout = collect(child.stdout, maxBytes, () =>
      options.beyondMaxBytes === 'stop'
        ? settle(null)
        : settle(failure('git-output-too-large', null, `wrote more than ${maxBytes} bytes`)),
    );
    const stderr = collect(child.stderr, maxStderrBytes, () => undefined);
    const timer = setTimeout(
      () => settle(failure('git-timed-out', null, `did not end within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const onAbort = () => settle(failure('git-aborted', null, 'was called off'));
    signal?.addEventListener('abort', onAbort, { once: true });

    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      settle(
        failure(
          missing ? 'git-missing' : 'git-failed',
          null,
          missing ? 'no git was found in PATH; install git' : error.message,
        ),
      );
    });
    child.once('close', (exitCode, endedBy) => {
      if (exitCode === 0) settle(null);
      else
        settle(failure('git-failed', exitCode, exitCode === null ? `${endedBy}` : `exit code ${exitCode}`));
    });
    feed(child, input);

    /** The first call decides; what is still running is ended, and its pipes are not waited for. */
    function settle(error: GitError | null): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      end(child);
      if (error) reject(error);
      else resolve({ stdout: stdout.bytes(), complete: !stdout.cut() });
    }
    function failure(code: GitErrorCode, exitCode: number | null, reason: string): GitError {
      return new GitError(code, argv, exitCode, stderr.bytes().toString(), reason);
    }
  });
}

function collect(stream: Readable, maxBytes: number, onLimit: () => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    const room = maxBytes - size;
    size += chunk.length;
    if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (size > maxBytes && room >= 0) onLimit();
  });
  return { bytes: () => Buffer.concat(chunks), cut: () => size > maxBytes };
}

/** A git that ends before it has read its input is judged by its exit code, so a broken pipe says nothing new. */
function feed(child: GitProcess, input: string | Uint8Array | undefined): void {
  child.stdin.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') child.emit('error', error);
  });
  child.stdin.end(input);
}

function end(child: GitProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  child.stdin.destroy();
  child.stdout.destroy();
  child.stderr.destroy();
}
