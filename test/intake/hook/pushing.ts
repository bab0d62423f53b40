import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createRepo } from '../../../src/forge/index.js';
import { type HookSettings, postReceiveHook } from '../../../src/intake/hook/index.js';
import { gitEnv, scratchFolder, WorkTree } from '../../forge/scratch.js';

/** What a command printed, and how it ended. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Runs a command to its end without holding up the servers of the test. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string; detached?: boolean },
): Promise<Printed> {
  return new Promise((resolve, reject) => {
    const { input = '', ...spawnOptions } = options;
    const child: ChildProcess = spawn(command, args, spawnOptions);
    let stdout = '';
    let stderr = '';
    child.stdout!.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr!.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.stdin!.on('error', () => undefined).end(input);
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ stdout, stderr, exitCode }));
  });
}

/** A data root with a bare repository that has the hook, and a working tree that pushes to it. */
export class Pushing {
  readonly work: WorkTree;
  private constructor(
    readonly root: string,
    readonly bare: string,
    commits: WorkTree,
  ) {
    this.work = commits;
  }

  static async start(options: Partial<HookSettings> = {}): Promise<Pushing> {
    const root = options.root ?? scratchFolder();
    const settings = { root, repo: 'group/app', node: process.execPath, quireBin: '/nonexistent/quire.js' };
    const hook = postReceiveHook({ ...settings, ...options });
    const bare = await createRepo(root, settings.repo, { hook });
    const work = new WorkTree();
    work.commit({ a: '1' });
    return new Pushing(root, bare, work);
  }

  /** A real `git push`; what the hook printed is in the lines that git marks with "remote: ". */
  async push(refspecs: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Printed> {
    const input = refspecs.join('\n');
    const args = ['push', '--force', this.bare, ...(refspecs.length > 100 ? [] : refspecs)];
    if (refspecs.length > 100) args.splice(1, 1, '--force', '--all');
    return run('git', args, { cwd: this.work.path, env: { ...gitEnv, LOGNAME: 'ada', ...env }, input });
  }

  /** The hook by itself, given these lines, as git would run it. */
  hook(lines: string, env: NodeJS.ProcessEnv = {}, shell?: string): Promise<Printed> {
    const path = join(this.bare, 'hooks/post-receive');
    const [command, args] = shell ? [shell, [path]] : [path, []];
    return run(command, args, {
      cwd: this.bare,
      env: { PATH: process.env.PATH, LOGNAME: 'ada', ...env },
      input: lines,
      detached: true,
    });
  }

  /** The messages that lie in the spool. */
  spooled(): string[] {
    const folder = join(this.root, 'spool');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8'));
  }

  spoolNames(): string[] {
    return readdirSync(join(this.root, 'spool')).sort();
  }
}

/** What the hook printed in a push: the lines that git passes on, without its mark and padding. */
export const remoteLines = ({ stderr }: Printed): string[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('remote: '))
    .map((line) => line.slice('remote: '.length).trimEnd());

/** A folder for PATH with nothing in it but these commands of the machine. */
export function commandsOnly(...names: string[]): string {
  const folder = scratchFolder();
  for (const name of names) symlinkSync(which(name), join(folder, name));
  return folder;
}

/** A folder for PATH with this script as command. */
export function fakeCommand(name: string, script: string): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

export const path = (...folders: string[]): string => [...folders, process.env.PATH].join(delimiter);

export function which(name: string): string {
  const found = process.env
    .PATH!.split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
  if (!found) throw new Error(`this test needs ${name} in PATH`);
  return found;
}

/** Everything the hook and git may call, curl left out. */
export const withoutCurl = () =>
  commandsOnly('git', 'sh', 'date', 'mkdir', 'mv', 'rm', 'sync', 'dd', 'od', 'id', 'tr');
