import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inArray } from 'drizzle-orm';
import { runs } from '../../projections/index.js';
import { operate } from './actors/operator.js';
import { pushSomething } from './actors/pusher.js';
import { type StartingServer, startLife } from './actors/server-life.js';
import { brokenPromises } from './contract.js';
import { forgetWatchers } from './edges/files.js';
import { Forge } from './edges/forge.js';
import { replaceGlobals } from './edges/globals.js';
import { Network } from './edges/network.js';
import { Processes } from './edges/processes.js';
import { missedAtStart } from './every-push-has-its-run.js';
import { createRandom } from './random.js';
import { type Owner, Schedule } from './schedule.js';
import { repos, type Template } from './template.js';
import { Truth } from './truth.js';
import { crashServer, endServer, enter, type World } from './world.js';

/** What one schedule came to. */
export interface Outcome {
  readonly seed: number;
  /** Promises of the recovery contract that were broken; empty when it held. */
  readonly broken: readonly string[];
  readonly trace: readonly string[];
  readonly restarts: number;
  readonly events: number;
}

const refs = ['refs/heads/main', 'refs/heads/topic', 'refs/tags/v1'];

/** More than any schedule needs to come to rest; one that does not has got stuck. */
const patienceMs = 600_000;
const maxSteps = 20_000;

/** The pauses between tries to compare refs double from one second on; no schedule has git fail six times on end. */
const retryMs = 64_000;

/**
 * Plays the whole life of a server by one seed: pushes, runs, operators, crashes between any two steps and restarts,
 * until nothing is left to do; then restarts once more in good order and holds what is stored against what happened.
 */
export const simulate = async (seed: number, template: Template): Promise<Outcome> => {
  const world = createWorld(seed, template.newRoot());
  enter(world);
  const restore = replaceGlobals();
  const silence = catchRejections(world);
  try {
    const { restarts, starting } = await play(world);
    const found = starting.running === undefined ? [] : brokenPromises(world, starting.running.store);
    const broken = [...world.truth.violations, ...found];
    world.server.alive = false;
    return { seed, broken, trace: world.schedule.trace, restarts, events: world.truth.published.length };
  } finally {
    silence();
    restore();
    for (const connection of world.server.connections) connection.close();
    forgetWatchers();
    enter(undefined);
  }
};

const createWorld = (seed: number, root: string): World => {
  const random = createRandom(seed);
  const schedule = new Schedule(random, random.pick([0, 0.01, 0.1]));
  return {
    seed,
    root,
    random,
    schedule,
    processes: new Processes(),
    network: new Network(random.pick([0, 0, 0.05, 0.2])),
    forge: new Forge(repos),
    truth: new Truth(),
    server: {
      name: 'none',
      number: 0,
      alive: false,
      connections: new Set(),
      readyAtMs: undefined,
      crashAt: undefined,
      closing: false,
      onEnd: [],
    },
    failureRate: random.pick([0, 0, 0, 0.03]),
  };
};

const fate: Owner = { name: 'fate', alive: true };

interface Played {
  readonly restarts: number;
  readonly starting: StartingServer;
}

const play = async (world: World): Promise<Played> => {
  const { random, schedule, truth } = world;
  let starting = startLife(1);
  let isStarting = false;
  let pending = 0;
  const soon = (label: string, perform: () => void, afterMs: number): void => {
    pending += 1;
    const take = () => {
      pending -= 1;
      perform();
    };
    schedule.add(fate, label, take, afterMs);
  };
  const startAgain = (): void => {
    isStarting = false;
    starting = startLife(starting.life.number + 1);
  };
  /** However a server came to its end, a new one comes a little later. */
  const watchOver = (): void => {
    if (world.server.alive || isStarting) return;
    isStarting = true;
    if (random.chance(0.05)) {
      schedule.note('the machine is started again');
      world.processes.reboot();
    }
    if (random.chance(0.1)) schedule.skewMs += random.between(-60_000, 60_000);
    const awayMs = random.chance(0.2) ? random.between(0, 12_000) : random.between(0, 300);
    soon('start the server again', startAgain, awayMs);
  };

  const spanMs = random.pick([200, 2000, 10_000]);
  // Two pushes may come at a time, so that the hook of either is the faster; a third comes a little later.
  const times = [random.between(0, spanMs), random.between(0, spanMs)];
  if (random.chance(0.5)) times.push(Math.max(...times) + random.between(200, spanMs));
  for (const atMs of times) {
    const chosen = random.chance(0.25) ? refs.slice(0, 2) : [random.pick(refs)];
    const repo = random.pick(repos);
    soon('push', () => pushSomething(repo, chosen), atMs);
  }
  for (let i = random.between(0, 2); i > 0; i -= 1) {
    const what = random.pick(['cancel', 'cancel', 'rerun'] as const);
    soon(what, () => operate(what), random.between(0, spanMs));
  }
  for (let i = random.pick([0, 1, 1, 2, 3]); i > 0; i -= 1) {
    const how = random.pick(['between', 'between', 'after-commit', 'mid-batch', 'close'] as const);
    soon(`trouble: ${how}`, () => trouble(world, starting, how), random.between(0, spanMs * 1.2));
  }

  const limits = () => ({ untilMs: schedule.nowMs + patienceMs, maxSteps });
  const rest = async (when: string): Promise<void> => {
    const isAtRest = () => {
      watchOver();
      return pending === 0 && starting.life.alive && unrest(world, starting) === undefined;
    };
    const outcome = await schedule.run(isAtRest, limits());
    if (outcome === 'done') return;
    truth.violations.push(
      `no rest ${when} (${outcome}): ${unrest(world, starting) ?? `${pending} things to come`}`,
    );
  };
  await rest('after the last push');
  world.failureRate = 0;
  // What could not be compared because git failed is tried again soon.
  if (truth.gitFailed) {
    const untilMs = schedule.nowMs + retryMs;
    await schedule.run(() => schedule.nowMs >= untilMs, limits());
    await rest('after git has worked again');
    if (starting.running !== undefined)
      truth.violations.push(...missedAtStart(world, starting.running.store));
  }
  // Refs are compared at a start: what no hook has reported is found by then, and not before.
  const needsStart = truth.pushes.some(({ reported }) => !reported) || random.chance(0.3);
  if (truth.violations.length === 0 && needsStart) {
    trouble(world, starting, 'close');
    const closed = await schedule.run(() => !world.server.alive, limits());
    if (closed !== 'done') truth.violations.push(`the server does not end: ${closed}`);
    if (!isStarting) startAgain();
    await rest('after the last restart');
  }
  return { restarts: starting.life.number - 1, starting };
};

const trouble = (
  world: World,
  { running, life }: StartingServer,
  how: 'between' | 'after-commit' | 'mid-batch' | 'close',
): void => {
  if (!life.alive) return;
  if (how === 'between' || running === undefined) {
    crashServer('between two steps');
    return;
  }
  if (how !== 'close') {
    life.crashAt = how;
    return;
  }
  life.crashAt = undefined;
  if (life.closing) return;
  life.closing = true;
  world.schedule.note(`${life.name} is told to end`);
  const ended = () => {
    if (!life.alive) return;
    world.schedule.note(`${life.name} has ended in good order`);
    endServer(life);
  };
  running
    .close()
    .then(ended, (error: Error) => world.truth.violations.push(`the server could not end: ${error.stack}`));
};

/** What is under way; undefined when nothing is. */
const unrest = (
  { truth, processes, network, root }: World,
  { running, life }: StartingServer,
): string | undefined => {
  if (running === undefined || life.closing) return 'the server does not serve';
  const hook = truth.pushes.find(({ hook: { alive } }) => alive);
  if (hook !== undefined) return `${hook.hook.name} lives`;
  const ci = truth.lives.find(({ process: { alive } }) => alive);
  if (ci !== undefined) return `${ci.process.name} of run ${ci.runId} lives`;
  const command = [...processes.all.values()].find(({ alive, markedRunId }) => alive && markedRunId !== null);
  if (command !== undefined) return `${command.name} of run ${command.markedRunId} lives`;
  const spooled =
    existsSync(join(root, 'spool')) &&
    readdirSync(join(root, 'spool')).find((name) => name.endsWith('.json'));
  if (spooled) return `${spooled} lies in the spool`;
  const open = running.store.read
    .select()
    .from(runs)
    .where(inArray(runs.state, ['queued', 'active']))
    .get();
  if (open !== undefined)
    return `run ${open.id} is ${open.state}${open.claimedAtMs === null ? '' : ' and claimed'}`;
  const left =
    existsSync(join(root, 'runs')) &&
    readdirSync(join(root, 'runs')).find((id) => existsSync(join(root, 'runs', id, 'workspace')));
  if (left) return `run ${left} has a workspace`;
  const api = [...network.listeners.keys()].find((path) => path.startsWith(join(root, 'runs')));
  if (api !== undefined) return `${api} is open`;
  return undefined;
};

/** Of a server that has died promises may be rejected that nobody waits for; of one that lives none may be. */
const catchRejections = (world: World): (() => void) => {
  const before = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const note = (reason: unknown): void => {
    if (world.server.alive)
      world.truth.violations.push(`a rejection that nobody handles: ${(reason as Error).stack}`);
  };
  process.on('unhandledRejection', note);
  return () => {
    process.off('unhandledRejection', note);
    for (const listener of before) process.on('unhandledRejection', listener);
  };
};
