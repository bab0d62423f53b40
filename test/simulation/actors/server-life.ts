import { pino } from 'pino';
import { type RunningServer, startServer } from '../../../src/server/index.js';
import { current, type ServerLife } from '../world.js';

/** A server that starts, and in the end serves. */
export interface StartingServer {
  readonly life: ServerLife;
  /** Set when it serves. */
  running: RunningServer | undefined;
}

/** Starts the real server on the root; it becomes ready in steps, or dies on the way. */
export const startLife = (number: number): StartingServer => {
  const world = current();
  const life: ServerLife = {
    name: `server-${number}`,
    number,
    alive: true,
    connections: new Set(),
    readyAtMs: undefined,
    crashAt: undefined,
    closing: false,
    onEnd: [],
  };
  world.server = life;
  const starting: StartingServer = { life, running: undefined };
  const { root, schedule, truth } = world;
  schedule.note(`${life.name} starts`);
  truth.startedAtMs.set(number, schedule.nowMs);
  startServer({ root, version: '0', port: 3000, log: logInto(life) }).then(
    (running) => {
      if (!life.alive) return;
      schedule.note(`${life.name} serves`);
      life.readyAtMs = schedule.nowMs;
      starting.running = running;
    },
    (error: Error) => {
      if (life.alive) truth.violations.push(`${life.name} did not start: ${error.stack}`);
    },
  );
  return starting;
};

const logInto = (life: ServerLife) =>
  pino(
    { level: 'warn', base: null, timestamp: false },
    {
      write: (line: string) => {
        const { schedule, truth } = current();
        if (!life.alive) return;
        schedule.note(`log: ${line.trim().slice(0, 700)}`);
        truth.logged.push(line);
      },
    },
  );
