import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessEntry, readProcessTable } from './process-table.js';

const pollMs = 20;

/** For how long SIGKILL is repeated against a tree that keeps forking. */
const killForMs = 2_000;

/**
 * A command and everything it started: its process group and session, and, where there is a /proc, also the
 * descendants that made groups or sessions of their own. A descendant that does so and is orphaned before
 * anybody looks is out of reach here; `endMarkedProcesses` finds it at the end of the run.
 */
export class ProcessTree {
  readonly #leader: number;
  /** Start times by pid, of members seen so far. */
  readonly #members = new Map<number, number>();

  /** @param leader pid of a process that leads its own session. */
  constructor(leader: number) {
    this.#leader = leader;
  }

  /** Whether the process group has a member; costs one system call. */
  get hasGroup(): boolean {
    return sendSignal(-this.#leader, 0);
  }

  /** SIGTERM to all, SIGKILL after `graceMs` to those still there. Resolves when they are gone. */
  async end(graceMs: number): Promise<void> {
    this.#signal('SIGTERM');
    this.#signal('SIGCONT');
    if (await this.#goneWithin(graceMs)) return;
    await this.kill();
  }

  /** SIGKILL to all. Resolves when they are gone. */
  async kill(): Promise<void> {
    const until = performance.now() + killForMs;
    do {
      this.#signal('SIGKILL');
    } while (!(await this.#goneWithin(pollMs)) && performance.now() < until);
  }

  async #goneWithin(ms: number): Promise<boolean> {
    const until = performance.now() + ms;
    for (;;) {
      if (!this.#alive()) return true;
      const left = until - performance.now();
      if (left <= 0) return false;
      await sleep(Math.min(pollMs, left));
    }
  }

  #alive(): boolean {
    const table = readProcessTable();
    return table.length === 0 ? this.hasGroup : this.#find(table).length > 0;
  }

  #signal(signal: NodeJS.Signals): void {
    const members = this.#find(readProcessTable());
    sendSignal(-this.#leader, signal);
    for (const { pid, groupId } of members) {
      if (groupId !== this.#leader) sendSignal(pid, signal);
    }
  }

  #find(table: readonly ProcessEntry[]): ProcessEntry[] {
    const found = new Set(table.filter((entry) => this.#isMember(entry)));
    const pids = new Set([...found].map(({ pid }) => pid));
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const entry of table) {
        if (!pids.has(entry.parentPid)) continue;
        found.add(entry);
        pids.add(entry.pid);
      }
    }
    for (const { pid, startTime } of found) this.#members.set(pid, startTime);
    return [...found];
  }

  #isMember({ pid, groupId, sessionId, startTime }: ProcessEntry): boolean {
    return groupId === this.#leader || sessionId === this.#leader || this.#members.get(pid) === startTime;
  }
}

/** False when there is no such process. One that may not be signalled exists. */
const sendSignal = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
