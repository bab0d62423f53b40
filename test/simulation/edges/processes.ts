import type { Assignment, ProcessIdentity } from '../../../src/events/index.js';
import type { Launcher, WaitingProcess } from '../../../src/runner/index.js';
import type { Owner } from '../schedule.js';
import { current } from '../world.js';

/** A process of the simulated machine: a quire-ci or a command of one. */
export interface Process extends Owner {
  readonly kind: 'quire-ci' | 'command';
  readonly identity: ProcessIdentity;
  /** The run whose id is in its environment: commands carry it, quire-ci does not. */
  readonly markedRunId: string | null;
  /** Who ended it. */
  endedBy: 'itself' | 'server' | undefined;
  onEnd: ((exitCode: number | null) => void) | undefined;
}

/** Beyond every real pid: nothing of this machine can be meant by mistake. */
const firstPid = 10_000_000;

/** The machine's process table. */
export class Processes {
  bootId = 'boot-1';
  readonly all = new Map<number, Process>();
  #nextPid = firstPid;

  start(kind: Process['kind'], markedRunId: string | null): Process {
    const pid = this.#nextPid;
    this.#nextPid += 1;
    const identity = { bootId: this.bootId, pid, startTime: Math.floor(current().schedule.nowMs / 10) };
    const started: Process = {
      kind,
      name: `${kind}-${pid - firstPid}`,
      identity,
      markedRunId,
      alive: true,
      endedBy: undefined,
      onEnd: undefined,
    };
    this.all.set(pid, started);
    return started;
  }

  end(process: Process, endedBy: 'itself' | 'server', exitCode: number | null): void {
    if (!process.alive) return;
    process.alive = false;
    process.endedBy = endedBy;
    current().schedule.note(`${process.name} ended (by ${endedBy})`);
    current().network.dropClient(process);
    process.onEnd?.(exitCode);
  }

  /** What `process.kill` of the server does. */
  kill(pid: number): true {
    const process = this.all.get(pid);
    if (process?.alive !== true) throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
    this.end(process, 'server', null);
    return true;
  }

  isAlive({ bootId, pid, startTime }: ProcessIdentity): boolean {
    const process = this.all.get(pid);
    return process?.alive === true && bootId === this.bootId && process.identity.startTime === startTime;
  }

  ofRun(runId: string): Process[] {
    return [...this.all.values()].filter(({ alive, markedRunId }) => alive && markedRunId === runId);
  }

  /** The machine goes down and comes up again. */
  reboot(): void {
    for (const life of current().truth.lives)
      if (life.process.alive) life.disturbed ??= 'the machine went down';
    for (const process of this.all.values()) this.end(process, 'itself', null);
    this.bootId = `boot-${Number(this.bootId.slice(5)) + 1}`;
  }
}

/** Takes the place of src/runner/process-identity.ts, whose world is /proc. */
export const simulatedIdentity = {
  identify: (pid: number): ProcessIdentity => current().processes.all.get(pid)!.identity,
  isAlive: (identity: ProcessIdentity): boolean => current().processes.isAlive(identity),
  killProcess: (identity: ProcessIdentity): void => {
    const { processes } = current();
    if (processes.isAlive(identity)) processes.kill(identity.pid);
  },
  readStat: () => undefined,
};

/** Takes the place of src/runner/process-tree.ts: looks, kills, and looks again a little later. */
export const simulatedTree = {
  processesOf: (runId: string): number[] =>
    current()
      .processes.ofRun(runId)
      .map(({ identity }) => identity.pid),
  killTree: async (runId: string): Promise<void> => {
    const { processes, schedule, server } = current();
    for (;;) {
      const found = processes.ofRun(runId);
      if (found.length === 0) return;
      for (const one of found) processes.end(one, 'server', null);
      await new Promise<void>((resolve) => schedule.add(server, 'look for processes again', resolve, 5));
    }
  },
};

/** What a quire-ci process does with the run it is given. */
export type Program = (process: Process, assignment: Assignment) => void;

/** Takes the place of src/runner/launchers/host.ts: processes wait for a run, get it, and end. */
export const simulatedLauncher = (program: Program): Launcher => {
  let warm: WaitingProcess | undefined;
  const start = (): WaitingProcess => {
    const { processes, schedule, server, random, truth } = current();
    const process = processes.start('quire-ci', null);
    let assigned = false;
    const ended = new Promise<Awaited<WaitingProcess['ended']>>((resolve) => {
      process.onEnd = (exitCode) =>
        schedule.add(server, `hear of the end of ${process.name}`, () =>
          resolve({ exitCode, signal: exitCode === null ? 'SIGKILL' : null }),
        );
    });
    // Without a server its standard input ends, and with that a process that waits for a run.
    server.onEnd.push(() => {
      if (assigned) return;
      schedule.add(process, 'find its input at its end', () => processes.end(process, 'itself', 0), 5);
    });
    if (random.chance(0.02)) {
      schedule.add(
        process,
        'die while waiting',
        () => {
          for (const life of truth.lives) if (life.process === process) life.disturbed ??= 'it died';
          processes.end(process, 'itself', 1);
        },
        random.between(0, 50),
      );
    }
    return {
      identity: process.identity,
      ended,
      assign: (assignment) =>
        new Promise((resolve, reject) => {
          schedule.add(server, `give ${process.name} its run`, () => {
            if (!process.alive) return reject(new Error('write EPIPE'));
            assigned = true;
            schedule.add(process, 'read the assignment', () => program(process, assignment));
            resolve();
          });
        }),
      kill: (signal) => {
        schedule.note(`${signal} to ${process.name}`);
        processes.end(process, 'server', null);
      },
      async end() {
        processes.end(process, 'server', null);
        await ended;
      },
    };
  };
  return {
    name: 'host',
    warmUp() {
      warm ??= start();
    },
    async take() {
      const process = warm ?? start();
      warm = undefined;
      return process;
    },
    async close() {
      await warm?.end();
    },
  };
};
