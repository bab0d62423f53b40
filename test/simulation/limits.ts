import type { Config } from '../../src/config/index.js';

export const gracePeriodMs = 6_000;

/** How long quire-ci tries to reach a server that is away; longer than any server of the simulation is. */
export const serverAwayMs = 300_000;

/** The configuration of every simulated server: short times, so that schedules reach them. */
export const config: Config = {
  listen: { host: '127.0.0.1', port: 3000 },
  url: 'http://127.0.0.1:3000',
  maxConcurrentRuns: 2,
  runTimeoutMs: 20_000,
  gracePeriodMs,
  killGraceMs: 1000,
  serverAwayMs,
  limits: {
    luaCpuMs: 1000,
    luaMemoryBytes: 1e8,
    captureBytes: 1000,
    logBytes: 1e6,
    logLineBytes: 1000,
    maxEvents: 1000,
    messageBytes: 33_554_432,
  },
  env: {},
  path: '/usr/bin:/bin',
  secrets: new Map(),
  logLevel: 'warn',
  auth: null,
  launcher: 'host',
};
