import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone when the test is over. */
export function scratchFolder(prefix = 'quire-test-'): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment of the git commands of a test: an identity, and nothing of the machine's configuration. */
export const gitEnv = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  // Thousands of loose objects would start a `git gc` in the background, which races the end of the test.
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'gc.auto',
  GIT_CONFIG_VALUE_0: '0',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
};

/** A real repository with a working tree in a scratch folder, driven by the real git. */
export class WorkTree {
  readonly gitDir: string;
  constructor(
    readonly path: string = scratchFolder(),
    initArgs: readonly string[] = [],
  ) {
    this.gitDir = join(path, '.git');
    this.git('init', '--quiet', '--initial-branch=main', ...initArgs);
  }

  /** Runs git and returns what it printed, without the last newline. */
  git(...args: string[]): string {
    return this.gitWith({}, ...args);
  }

  gitWith(options: { env?: NodeJS.ProcessEnv; input?: string | Buffer }, ...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.path,
      env: { ...gitEnv, ...options.env },
      input: options.input ?? '',
      stdio: ['pipe', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }).replace(/\n$/, '');
  }

  /** Writes files (null deletes) and commits them; returns the commit's sha. */
  commit(files: Record<string, string | Buffer | null>, message = 'change'): string {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.path, name);
      if (content === null) {
        rmSync(path);
        continue;
      }
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    this.git('add', '--all');
    this.gitWith({ input: message }, 'commit', '--quiet', '--allow-empty', '--cleanup=verbatim', '-F', '-');
    return this.git('rev-parse', 'HEAD');
  }
}

/** A file tree of `count` files below `folder`, as an argument of {@link WorkTree.commit}. */
export const manyFiles = (folder: string, count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/${i}.txt`, `${i}`]));
