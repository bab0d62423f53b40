import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Output, run } from './run-command.js';

/** A clone somebody works in. */
export interface WorkTree {
  readonly path: string;
  /** Runs git; throws when it fails, unless told to expect that. */
  git(...args: string[]): Promise<Output>;
  /** Writes files and commits them all. Resolves with the commit's id. */
  commit(files: Readonly<Record<string, string>>, message?: string): Promise<string>;
  /** `git push`; what the pusher sees is in `stderr`. */
  push(...refspecs: string[]): Promise<Output>;
}

export const workTree = async (path: string, origin: string): Promise<WorkTree> => {
  mkdirSync(path, { recursive: true });
  const env = {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
    QUIRE_PUSHER: 'ada',
  };
  const git = async (...args: string[]) => {
    const output = await run('git', args, { cwd: path, env });
    if (output.code !== 0) throw new Error(`git ${args.join(' ')} failed: ${output.stderr}`);
    return output;
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', origin);
  return {
    path,
    git,
    async commit(files, message = 'change') {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), text);
      }
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '-m', message);
      return (await git('rev-parse', 'HEAD')).stdout.trim();
    },
    push: (...refspecs) =>
      git('push', 'origin', ...(refspecs.length === 0 ? ['HEAD:refs/heads/main'] : refspecs)),
  };
};
