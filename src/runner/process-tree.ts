import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readStat } from './process-identity.js';

/**
 * Finds the processes of a run: those that carry its id in their environment, which every command of a run
 * inherits, and everything below them. A process that wiped its environment and left its parents escapes; the
 * launchers with a process namespace of their own have no such hole.
 */
export const processesOf = (runId: string): number[] => {
  if (process.platform !== 'linux') return [];
  const marker = Buffer.from(`QUIRE_RUN_ID=${runId}\0`);
  const parents = new Map<number, number>();
  const found = new Set<number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const stat = readStat(pid);
    if (stat === undefined || stat.state === 'Z') continue;
    parents.set(pid, stat.parentPid);
    if (environmentHolds(pid, marker)) found.add(pid);
  }
  for (const pid of parents.keys()) {
    if (hasAncestor(pid, found, parents)) found.add(pid);
  }
  return [...found];
};

/**
 * Ends every process of a run and resolves once there is none. SIGKILL: the time for a graceful end is over when
 * this is called. Looks again until a look finds nothing, because a process may fork while it is being looked for.
 */
export const killTree = async (runId: string): Promise<void> => {
  for (let look = 0; ; look += 1) {
    const pids = processesOf(runId);
    if (pids.length === 0) return;
    if (look === maxLooks) throw new Error(`processes of run ${runId} do not end: ${pids.join(', ')}`);
    for (const pid of pids) kill(pid);
    await delay(Math.min(5 * 2 ** look, 500));
  }
};

const maxLooks = 40;

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const environmentHolds = (pid: number, marker: Buffer): boolean => {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`);
    const at = environment.indexOf(marker);
    return at === 0 || (at > 0 && environment[at - 1] === 0);
  } catch {
    return false;
  }
};

const hasAncestor = (
  pid: number,
  wanted: ReadonlySet<number>,
  parents: ReadonlyMap<number, number>,
): boolean => {
  for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) {
    if (wanted.has(at)) return true;
  }
  return false;
};
