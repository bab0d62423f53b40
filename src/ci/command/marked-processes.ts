import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnvironment, type ProcessEntry, readProcessTable } from './process-table.js';

const pollMs = 20;

/**
 * Ends every process that was started with `name=value` in its environment, wherever it hid: SIGTERM, SIGKILL
 * after `graceMs`. Nothing to do, and nothing found, where there is no /proc. This process and those above
 * it are spared.
 */
export const endMarkedProcesses = async (name: string, value: string, graceMs: number): Promise<void> => {
  const find = () => findMarked(name, value);
  let left = find();
  if (left.length === 0) return;
  signalAll(left, 'SIGTERM');
  for (let waited = 0; waited < graceMs && left.length > 0; waited += pollMs) {
    await sleep(pollMs);
    left = find();
  }
  for (let tries = 0; tries < 100 && left.length > 0; tries += 1) {
    signalAll(left, 'SIGKILL');
    await sleep(pollMs);
    left = find();
  }
};

const findMarked = (name: string, value: string): ProcessEntry[] => {
  const table = readProcessTable();
  const spared = ancestors(table, process.pid);
  return table.filter(({ pid }) => !spared.has(pid) && hasEnvironment(pid, name, value));
};

const ancestors = (table: readonly ProcessEntry[], pid: number): Set<number> => {
  const parents = new Map(table.map((entry) => [entry.pid, entry.parentPid]));
  const found = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && !found.has(at); at = parents.get(at))
    found.add(at);
  return found;
};

const signalAll = (processes: readonly ProcessEntry[], signal: NodeJS.Signals): void => {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended in the meantime, or is not ours: the next look decides.
    }
  }
};
