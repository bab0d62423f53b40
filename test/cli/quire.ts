import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What one call of the real command line came to. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The compiled command, as an installation has it; `npm test` builds before it tests. */
export const quireBin = fileURLToPath(new URL('../../dist/src/bin/quire.js', import.meta.url));

/** Nothing of the environment of the tests reaches the command but what finds programs. */
const environment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  TZ: 'UTC',
  LC_ALL: 'C.UTF-8',
};

/** Starts `quire` with these arguments. */
export const startQuire = (args: readonly string[], { cwd, env }: CallOptions = {}) =>
  spawn(process.execPath, [quireBin, ...args], {
    cwd,
    env: { ...environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Runs `quire` with these arguments to its end. */
export const quire = (args: readonly string[], options: CallOptions = {}): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const child = startQuire(args, options);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
