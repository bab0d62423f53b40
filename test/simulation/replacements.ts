import { vi } from 'vitest';
import { config } from './limits.js';

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
