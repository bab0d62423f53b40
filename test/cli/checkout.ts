import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryRoot } from '../store/temporary-store.js';

/** git as somebody without any configuration has it. */
export const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Ann',
      GIT_AUTHOR_EMAIL: 'ann@localhost',
      GIT_COMMITTER_NAME: 'Ann',
      GIT_COMMITTER_EMAIL: 'ann@localhost',
    },
  }).trim();

/** Writes files by path. */
export const put = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

/** A checkout on the branch `work` with these files in one commit. */
export const checkoutWith = (files: Readonly<Record<string, string>>): string => {
  const folder = temporaryRoot();
  git(folder, 'init', '--quiet', '--initial-branch=work');
  put(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '-m', 'First');
  return folder;
};
