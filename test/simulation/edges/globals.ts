import { crashServer, current } from '../world.js';
import { isInTransaction } from './connections.js';
import type { Owner, Step } from '../schedule.js';

const names = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
] as const;

/** Timers and clocks of the server become virtual ones until the function returned is called. */
export const replaceGlobals = (): (() => void) => {
  const real = names.map((name) => [name, globalThis[name]] as const);
  const realNow = Date.now;
  const realPerformanceNow = performance.now.bind(performance);
  const realKill = process.kill;
  Object.assign(globalThis, virtualTimers());
  Date.now = now;
  performance.now = () => current().schedule.nowMs;
  process.kill = ((pid: number) => current().processes.kill(pid)) as typeof process.kill;
  return () => {
    for (const [name, value] of real) Object.assign(globalThis, { [name]: value });
    Date.now = realNow;
    performance.now = realPerformanceNow;
    process.kill = realKill;
  };
};

/** The store reads the clock for each event of an append: there a crash can strike in the midst of a batch. */
const now = (): number => {
  const { server, schedule, random } = current();
  if (
    server.alive &&
    server.crashAt === 'mid-batch' &&
    isInTransaction(server.connections) &&
    random.chance(0.3)
  ) {
    crashServer('in the midst of a transaction');
  }
  return schedule.wallMs();
};

class VirtualTimer {
  step: Step | undefined;
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

type Callback = (...args: unknown[]) => void;

const virtualTimers = () => {
  const clear = (timer: unknown): void => {
    if (!(timer instanceof VirtualTimer) || timer.step === undefined) return;
    current().schedule.cancel(timer.step);
    timer.step = undefined;
  };
  const once = (label: string, afterMs: number, callback: () => void): VirtualTimer => {
    const { schedule, server } = current();
    const timer = new VirtualTimer();
    timer.step = schedule.add(server, label, callback, afterMs);
    return timer;
  };
  return {
    setTimeout: (callback: Callback, ms = 0, ...args: unknown[]) =>
      once(`timer of ${ms} ms`, ms, () => callback(...args)),
    setImmediate: (callback: Callback, ...args: unknown[]) =>
      once('turn of the event loop', 0, () => callback(...args)),
    setInterval: (callback: Callback, ms = 0, ...args: unknown[]) => {
      const { schedule, server } = current();
      const timer = new VirtualTimer();
      const tick = (owner: Owner): void => {
        timer.step = schedule.add(
          owner,
          `interval of ${ms} ms`,
          () => {
            tick(owner);
            callback(...args);
          },
          ms,
        );
      };
      tick(server);
      return timer;
    },
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
};
