import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkData } from './check-data.js';
import type { Config, ListenAddress, SecretDeclaration } from './config.js';
import type { ConfigWarning } from './config-error.js';
import { readFennelData } from './fennel-data.js';
import { type ConfigFile, configSchema, parseAddress } from './schema.js';

/** What {@link loadConfig} gives: the configuration, and what in the file has no meaning. */
export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly ConfigWarning[];
}

/**
 * Reads `<root>/config.fnl`; where there is none, every default holds. Throws ConfigError with everything that is
 * wrong with the file, and the file system's error when it is there and cannot be read.
 */
export async function loadConfig(root: string): Promise<LoadedConfig> {
  const file = join(root, 'config.fnl');
  const data = readFennelData(await readIfThere(file), file);
  const { value, warnings } = checkData(configSchema, data);
  return { config: toConfig(value, root), warnings };
}

async function readIfThere(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function toConfig(file: ConfigFile, root: string): Config {
  const listen = parseAddress(file.listen)!;
  return {
    listen,
    url: (file.url ?? urlOf(listen)).replace(/\/+$/, ''),
    maxConcurrentRuns: file['max-concurrent-runs'],
    runTimeoutMs: toMs(file['run-timeout']),
    gracePeriodMs: toMs(file['grace-period']),
    killGraceMs: toMs(file['kill-grace']),
    serverAwayMs: toMs(file['server-away']),
    limits: {
      luaCpuMs: toMs(file.limits['lua-cpu']),
      luaMemoryBytes: file.limits['lua-memory'],
      captureBytes: file.limits.capture,
      logBytes: file.limits.log,
      logLineBytes: file.limits['log-line'],
      maxEvents: file.limits.events,
      messageBytes: file.limits.message,
    },
    env: file.env,
    path: file.path,
    secrets: new Map(Object.entries(file.secrets).map(([name, secret]) => [name, toSecret(secret, root)])),
    logLevel: file['log-level'],
    auth: file.auth ?? null,
    launcher: file.launcher,
  };
}

/** A time that is set is never none: at least a millisecond. */
const toMs = (seconds: number): number => (seconds === 0 ? 0 : Math.max(1, Math.round(seconds * 1000)));

/** An address that stands for every interface is no place to go to. */
function urlOf({ host, port }: ListenAddress): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

const toSecret = (secret: ConfigFile['secrets'][string], root: string): SecretDeclaration => ({
  source: secret.value === undefined ? { file: resolve(root, secret.file!) } : { value: secret.value },
  repos: secret.repos ?? null,
  refs: secret.refs ?? null,
});
