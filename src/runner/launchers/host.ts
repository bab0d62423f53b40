import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assignment } from '../../events/index.js';
import { randomId } from '../../events/index.js';
import { identify } from '../process-identity.js';
import type { Launcher, WaitingProcess } from './launcher.js';

export interface HostLauncherOptions {
  readonly root: string;
  /** The compiled quire-ci. */
  readonly quireCi: string;
  /** PATH of quire-ci itself; the commands' environment comes with the bootstrap. */
  readonly path: string;
}

/**
 * Runs quire-ci on this host in a process group of its own, with nothing of the server's environment. The next
 * process is started while the last one works, so that a run does not wait for Node to start: it reads its run as
 * a line of standard input, where neither the list of processes nor a command can see the token.
 */
export const hostLauncher = (options: HostLauncherOptions): Launcher => {
  let warm: WaitingProcess | undefined;
  let closed = false;

  const warmUp = (): void => {
    if (warm !== undefined || closed) return;
    const process = startProcess(options);
    warm = process;
    const forget = () => {
      if (warm === process) warm = undefined;
    };
    process.ended.then(forget, forget);
  };

  return {
    name: 'host',
    warmUp,
    async take() {
      const process = warm ?? startProcess(options);
      warm = undefined;
      return process;
    },
    async close() {
      closed = true;
      await warm?.end();
    },
  };
};

const startProcess = ({ root, quireCi, path }: HostLauncherOptions): WaitingProcess => {
  const folder = join(root, 'runs', '.waiting');
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `${randomId()}.log`);
  const output = openSync(log, 'a');
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, [quireCi], {
      cwd: root,
      detached: true,
      env: { PATH: path, LANG: 'C.UTF-8' },
      stdio: ['pipe', output, output],
    });
  } finally {
    closeSync(output);
  }
  const ended = new Promise<Awaited<WaitingProcess['ended']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  ended.catch(() => undefined);
  if (child.pid === undefined)
    throw new Error(`quire-ci could not be started: ${process.execPath} ${quireCi}`);
  child.unref();
  return {
    identity: identify(child.pid),
    ended,
    async assign(assignment: Assignment, processLog) {
      await rename(log, processLog);
      const input = child.stdin!;
      input.end(`${JSON.stringify(assignment)}\n`);
      await once(input, 'finish');
    },
    kill: (signal) => void child.kill(signal),
    async end() {
      // Only now is the process worth waiting for: until here it must not keep a server alive.
      child.ref();
      child.kill('SIGTERM');
      await ended;
    },
  };
};
