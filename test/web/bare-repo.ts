import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes the bare repository `name` of a root, with these files in one commit; returns the commit. */
export const makeBareRepo = (root: string, name: string, files: Readonly<Record<string, string>>): string => {
  const bare = join(root, 'repos', `${name}.git`);
  mkdirSync(bare, { recursive: true });
  git(bare, 'init', '--bare', '--initial-branch=main');
  const work = mkdtempSync(join(tmpdir(), 'quire-work-'));
  try {
    return pushed(work, bare, files);
  } finally {
    rmSync(work, { recursive: true });
  }
};

const pushed = (work: string, bare: string, files: Readonly<Record<string, string>>): string => {
  git(work, 'init', '--initial-branch=main');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(work, path, '..'), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  git(work, 'add', '.');
  git(work, 'commit', '-m', 'one');
  git(work, 'push', bare, 'main');
  return git(work, 'rev-parse', 'HEAD');
};

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
