import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.js';

/** Told of each command and of each line that it puts out. */
export type Show = (line: string) => void;

/**
 * Makes a clone as a person would have it, commits the files and pushes them to `remote`: a real git push, whose
 * output is shown as it comes. Throws CliError `demo-failed`.
 */
export const pushProject = async (
  folder: string,
  remote: string,
  files: Readonly<Record<string, string>>,
  show: Show,
): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const quietly = (...args: string[]) => git(folder, args, () => undefined);
  await quietly('init', '--quiet', '--initial-branch=main');
  await quietly('add', '--all');
  await quietly('commit', '--quiet', '--message', 'Greet everybody that is named');
  await quietly('remote', 'add', 'origin', remote);
  show('$ git push origin main');
  await git(folder, ['push', 'origin', 'main'], show);
};

/** Nothing of the user's own configuration: a demo does the same for everybody. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Demo',
  GIT_AUTHOR_EMAIL: 'demo@localhost',
  GIT_COMMITTER_NAME: 'Demo',
  GIT_COMMITTER_EMAIL: 'demo@localhost',
  GIT_TERMINAL_PROMPT: '0',
});

const git = (folder: string, args: readonly string[], show: Show): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: folder, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let rest = '';
    let said = '';
    const take = (text: string): void => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      said = `${said}${text}`.slice(-4096);
      for (const line of lines) show(line);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', reject);
    child.once('close', (code) => {
      if (rest !== '') show(rest);
      if (code === 0) resolve();
      else reject(new CliError('demo-failed', `git ${args.join(' ')} ended with ${code}: ${said.trim()}`));
    });
  });
