import type Database from 'better-sqlite3';
import type { Forge } from './edges/forge.js';
import type { Network } from './edges/network.js';
import type { Processes } from './edges/processes.js';
import type { Random } from './random.js';
import type { Owner, Schedule } from './schedule.js';
import type { Truth } from './truth.js';

/** One life of the server, from its start to its crash or orderly end. */
export interface ServerLife extends Owner {
  readonly number: number;
  /** Its database connections, which end with it. */
  readonly connections: Set<Database.Database>;
  /** When it began to serve. */
  readyAtMs: number | undefined;
  /** Where its next crash strikes; undefined while none is planned within the work of the store. */
  crashAt: 'after-commit' | 'mid-batch' | undefined;
  /** It was told to end in good order. */
  closing: boolean;
  /** What the machine does when it is gone. */
  readonly onEnd: (() => void)[];
}

/** Everything of one schedule. */
export interface World {
  readonly seed: number;
  readonly root: string;
  readonly random: Random;
  readonly schedule: Schedule;
  readonly processes: Processes;
  readonly network: Network;
  readonly forge: Forge;
  /** What really happened, which the server's account of it is held against. */
  readonly truth: Truth;
  /** The server that runs now, or the last one. */
  server: ServerLife;
  /** How probable a passing failure of git or of the disk is, at each call. */
  failureRate: number;
}

let world: World | undefined;

/** The world of the schedule under way. */
export const current = (): World => {
  if (world === undefined) throw new Error('no schedule is under way');
  return world;
};

export const isSimulating = (): boolean => world !== undefined;

export const enter = (entered: World | undefined): void => {
  world = entered;
};

/**
 * An effect of the server on the world outside, as one step: a crash may come before it or after it, and of one
 * that died nothing happens any more.
 */
export const effect = <Result>(label: string, perform: () => Result): Promise<Result> => {
  const { schedule, server } = current();
  return new Promise((resolve, reject) => {
    schedule.add(server, label, () => {
      try {
        resolve(perform());
      } catch (error) {
        reject(error as Error);
      }
    });
  });
};

/** Kills the server at once, wherever it is in its work: as SIGKILL does. */
export const crashServer = (how: string): void => {
  const { schedule, server, truth } = current();
  schedule.note(`CRASH of ${server.name} (${how})`);
  if (server.crashAt === 'after-commit') truth.hasUnheard = true;
  server.alive = false;
  for (const connection of server.connections) connection.close();
  endServer(server);
};

/** However it came to its end: nothing listens any more, and those it started notice. */
export const endServer = (server: ServerLife): void => {
  server.alive = false;
  current().network.dropServer();
  for (const notice of server.onEnd.splice(0)) notice();
};
