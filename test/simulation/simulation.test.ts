import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { config } from './limits.js';
import { type Outcome, simulate } from './simulate.js';
import { makeTemplate, type Template } from './template.js';

/**
 * A deterministic simulation of the whole server side. Real: src/server's composition, store and SQLite, reducers,
 * lifecycle, intake with spool and reconciliation, the runner, the run API and the operator API on express. Simulated,
 * by the replacements below: time and timers, the disk's calls one by one, sockets, processes, git, quire-ci (scripted,
 * with its retries, repeats and deaths), hooks, operators, crashes. One seed decides everything; contract.ts holds
 * the outcome against the recovery contract of docs/ARCHITECTURE.md, clause by clause.
 */
vi.mock('better-sqlite3', async (original) => {
  const { trackConnections } = await import('./edges/connections.js');
  const real = await original<{ default: typeof import('better-sqlite3') }>();
  return { ...real, default: trackConnections(real.default) };
});
vi.mock('node:fs/promises', async (original) => {
  const { stepwiseFiles } = await import('./edges/files.js');
  return stepwiseFiles(await original());
});
vi.mock('node:fs', async (original) => {
  const { watchedFiles } = await import('./edges/files.js');
  return watchedFiles(await original());
});
vi.mock('nanoid', async () => (await import('./edges/ids.js')).simulatedIds);
vi.mock('../../src/store/index.js', async (original) => {
  const real = await original<typeof import('../../src/store/index.js')>();
  const { hear } = await import('./edges/store.js');
  const { isSimulating } = await import('./world.js');
  const openStore: typeof real.openStore = (root, options) =>
    isSimulating() ? hear(real.openStore(root, options)) : real.openStore(root, options);
  return { ...real, openStore };
});
vi.mock('../../src/config/index.js', async (original) => ({
  ...(await original<object>()),
  loadConfig: async () => ({ config, warnings: [] }),
}));
vi.mock('../../src/web/index.js', () => ({
  createWebRouter: () => Object.assign(() => undefined, { close: () => undefined }),
}));
vi.mock('../../src/server/watch-history.js', async (original) => ({
  ...(await original<object>()),
  checkAtStart: () => () => undefined,
}));
vi.mock('../../src/forge/index.js', async (original) => ({
  ...(await original<object>()),
  ...(await import('./edges/forge.js')).simulatedGit,
}));
vi.mock('../../src/server/listen.js', async (original) => ({
  ...(await original<object>()),
  ...(await import('./edges/network.js')).simulatedListening,
}));
vi.mock(
  '../../src/runner/process-identity.js',
  async () => (await import('./edges/processes.js')).simulatedIdentity,
);
vi.mock('../../src/runner/process-tree.js', async () => (await import('./edges/processes.js')).simulatedTree);
vi.mock('../../src/runner/launchers/host.js', async () => {
  const { simulatedLauncher } = await import('./edges/processes.js');
  const { runScriptedCi } = await import('./actors/scripted-ci.js');
  return { hostLauncher: () => simulatedLauncher(runScriptedCi) };
});

let template: Template;
beforeAll(async () => {
  template = await makeTemplate();
});
afterAll(() => template.remove());

/** Seeds 1 to this number are played. `QUIRE_SIMULATION_SCHEDULES=10000 npx vitest run test/simulation` plays more. */
const schedules = Number(process.env.QUIRE_SIMULATION_SCHEDULES ?? 1000);

/** `QUIRE_SIMULATION_SEED=17 npx vitest run test/simulation` plays that schedule alone and prints every step of it. */
const only = process.env.QUIRE_SIMULATION_SEED;

const seeds = (from: number, to: number): number[] =>
  only === undefined ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : [Number(only)];

/** What to print of a schedule that broke a promise: how to play it again, what broke, and how it came to that. */
const inWords = ({ seed, broken, trace }: Outcome): string =>
  [
    `QUIRE_SIMULATION_SEED=${seed} npx vitest run test/simulation`,
    ...broken.map((one) => `  ${one}`),
    ...trace.slice(only === undefined ? -40 : 0).map((line) => `    ${line}`),
  ].join('\n');

const perTest = 500;
const parts = Array.from({ length: Math.ceil(schedules / perTest) }, (_, i) => ({
  from: i * perTest + 1,
  to: Math.min(schedules, (i + 1) * perTest),
}));

describe('the recovery contract', () => {
  it.each(only === undefined ? parts : [{ from: Number(only), to: Number(only) }])(
    'holds in the schedules of seeds $from to $to',
    async ({ from, to }) => {
      for (const seed of seeds(from, to)) {
        const outcome = await simulate(seed, template);
        if (only !== undefined) console.log(outcome.trace.join('\n'));
        expect(outcome.broken, inWords(outcome)).toEqual([]);
      }
    },
    600_000,
  );
});

describe('a schedule', () => {
  it('is played in the same way every time', async () => {
    const first = await simulate(7, template);
    const second = await simulate(7, template);
    expect(second.trace).toEqual(first.trace);
    expect(first.trace.length).toBeGreaterThan(50);
  });

  it('is another one for another seed, and most of them crash the server', async () => {
    const outcomes: Outcome[] = [];
    for (let seed = 1; seed <= 20; seed += 1) outcomes.push(await simulate(seed, template));
    expect(new Set(outcomes.map(({ trace }) => trace.join('\n'))).size).toBe(20);
    expect(
      outcomes.filter(({ trace }) => trace.some((line) => line.includes('CRASH'))).length,
    ).toBeGreaterThan(5);
  });
});
