import { readdirSync, readFileSync } from 'node:fs';

/** One line of the system's process table, as far as the end of a process tree needs it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** Clock ticks since boot; with the pid it names a process for good. */
  readonly startTime: number;
}

/** Every process there is, from /proc; empty where the system has none. A zombie is no longer a process. */
export const readProcessTable = (): ProcessEntry[] => {
  const entries: ProcessEntry[] = [];
  for (const name of listProc()) {
    if (!/^\d+$/.test(name)) continue;
    const entry = readEntry(name);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
};

/** Whether the process carries `name=value` in the environment it was started with; false when it may not be read. */
export const hasEnvironment = (pid: number, name: string, value: string): boolean => {
  const environment = readIfThere(`/proc/${pid}/environ`);
  return environment !== undefined && `\0${environment}`.includes(`\0${name}=${value}\0`);
};

const listProc = (): string[] => {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
};

const readEntry = (pid: string): ProcessEntry | undefined => {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const [state, parentPid, groupId, sessionId, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  return {
    pid: Number(pid),
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    sessionId: Number(sessionId),
    startTime: Number(rest[15]),
  };
};

/** A process may end at any moment, and another user's may not be looked into. */
const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};
