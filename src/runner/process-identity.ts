import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../events/index.js';

/** What tells a process from any other that ever had its pid. Throws when there is no such process. */
export const identify = (pid: number): ProcessIdentity => {
  const startTime = startTimeOf(pid);
  if (startTime === undefined) throw new Error(`there is no process ${pid}`);
  return { bootId: bootId(), pid, startTime };
};

/** Whether that very process still runs; one that has ended and waits for its parent does not. */
export const isAlive = (identity: ProcessIdentity): boolean =>
  identity.bootId === bootId() && startTimeOf(identity.pid) === identity.startTime;

/** Ends that very process, if it still runs, with SIGKILL. */
export const killProcess = (identity: ProcessIdentity): void => {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
};

/** Clock ticks since boot; undefined when there is no such live process; 0 where there is no /proc. */
const startTimeOf = (pid: number): number | undefined => {
  const stat = readStat(pid);
  if (stat !== undefined) return stat.state === 'Z' ? undefined : stat.startTime;
  if (process.platform === 'linux') return undefined;
  try {
    process.kill(pid, 0);
    return 0;
  } catch {
    return undefined;
  }
};

/** One line of /proc/<pid>/stat, as far as the runner needs it. */
export interface ProcessStat {
  readonly state: string;
  readonly parentPid: number;
  readonly sessionId: number;
  readonly startTime: number;
}

/** Undefined when there is no such process. */
export const readStat = (pid: number): ProcessStat | undefined => {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? '',
    parentPid: Number(fields[1]),
    sessionId: Number(fields[3]),
    startTime: Number(fields[19]),
  };
};
