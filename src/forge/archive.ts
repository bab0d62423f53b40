import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { GitError } from './git-error.js';
import { gitEnvironment } from './git-environment.js';
import { checkObjectId } from './object-id.js';

/** A commit that could not be unpacked; `stderr` is what tar said. */
export class ArchiveError extends Error {
  readonly code = 'archive-failed';
  constructor(
    readonly exitCode: number | null,
    readonly stderr: string,
  ) {
    super(`tar could not unpack the commit (exit code ${exitCode}): ${stderr.trim()}`);
    this.name = 'ArchiveError';
  }
}

export interface ArchiveOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds; 600,000 when left out. */
  readonly timeoutMs?: number;
}

/**
 * Writes the files of the commit `sha` into the new folder `destination`: `git archive | tar`, two processes with
 * a pipe of their own, no shell. `gitDir` is a bare repository or the main `.git` folder. Files are those of a
 * checkout: `export-ignore` and `export-subst` are not obeyed. On failure the folder is gone again.
 * Throws GitError, {@link ArchiveError}, InvalidObjectIdError, and EEXIST when the folder is already there.
 */
export async function archive(
  gitDir: string,
  sha: string,
  destination: string,
  options: ArchiveOptions = {},
): Promise<void> {
  checkObjectId(sha);
  await mkdir(destination);
  const view = await exportView(gitDir);
  const { signal, timeoutMs = 600_000 } = options;
  const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
  try {
    const tar = spawn('tar', ['-x', '-o', '-f', '-', '-C', destination], {
      env: gitEnvironment(),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const git = spawnArchive(view, sha, ['ignore', tar.stdin, 'pipe']);
    // git holds the only other end now: it hears of tar's death, and tar of git's.
    tar.stdin.destroy();
    const ends = await Promise.all([ended(git, limit), ended(tar, limit)]);
    checkEnds(ends[0], ends[1], { args: git.spawnargs.slice(1), signal, timeoutMs, limit });
  } catch (error) {
    await rm(destination, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(view, { recursive: true, force: true });
  }
}

/**
 * A git folder that borrows objects and configuration from `gitDir` and has attributes of its own, which win over
 * those of the commit: no file marked `export-ignore` (as tests often are) may be missing from a workspace.
 */
async function exportView(gitDir: string): Promise<string> {
  const view = await mkdtemp(join(tmpdir(), 'quire-archive-'));
  await Promise.all([
    mkdir(join(view, 'refs')),
    symlink(resolve(gitDir, 'objects'), join(view, 'objects')),
    symlink(resolve(gitDir, 'config'), join(view, 'config')),
    writeFile(join(view, 'HEAD'), 'ref: refs/heads/main\n'),
    mkdir(join(view, 'info')).then(() =>
      writeFile(join(view, 'info', 'attributes'), '* -export-ignore -export-subst\n'),
    ),
  ]);
  return view;
}

const spawnArchive = (view: string, sha: string, stdio: StdioOptions): ChildProcess =>
  spawn('git', [`--git-dir=${view}`, '-c', 'tar.umask=0022', 'archive', '--format=tar', sha], {
    env: gitEnvironment(),
    stdio,
  });

interface End {
  readonly exitCode: number | null;
  readonly endedBy: NodeJS.Signals | null;
  readonly stderr: string;
  readonly error: NodeJS.ErrnoException | null;
}

/** Waits for the end of one process, whatever it is; never rejects, so that both ends are always known. */
function ended(child: ChildProcess, limit: AbortSignal): Promise<End> {
  return new Promise((resolve) => {
    let stderr = '';
    let error: NodeJS.ErrnoException | null = null;
    (child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < 65_536) stderr += text;
    });
    const kill = () => child.kill('SIGKILL');
    if (limit.aborted) kill();
    limit.addEventListener('abort', kill, { once: true });
    child.once('error', (problem) => {
      error = problem;
    });
    child.once('close', (exitCode, endedBy) => {
      limit.removeEventListener('abort', kill);
      resolve({ exitCode: error ? null : exitCode, endedBy, stderr, error });
    });
  });
}

interface Attempt {
  readonly args: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly limit: AbortSignal;
}

/** When both failed, the one that failed by itself is told, not the one that lost its partner. */
function checkEnds(git: End, tar: End, { args, signal, timeoutMs, limit }: Attempt): void {
  const gitFailed = git.exitCode !== 0;
  if (!gitFailed && tar.exitCode === 0) return;
  if (signal?.aborted) throw new GitError('git-aborted', args, null, git.stderr, 'was called off');
  if (limit.aborted)
    throw new GitError('git-timed-out', args, null, git.stderr, `did not end within ${timeoutMs} ms`);
  if (git.error?.code === 'ENOENT')
    throw new GitError('git-missing', args, null, '', 'no git was found in PATH; install git');
  if (gitFailed && git.endedBy !== 'SIGPIPE')
    throw new GitError('git-failed', args, git.exitCode, git.stderr, `exit code ${git.exitCode}`);
  throw new ArchiveError(tar.exitCode, tar.error ? tar.error.message : tar.stderr);
}
