import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StoredEvent } from '../../src/events/index.js';
import { openStoreReader } from '../../src/store/index.js';
import { expectReplayable } from '../history/expect-replayable.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { type EventFeed, followFeed } from './event-feed.js';
import { type Output, run } from './run-command.js';
import { type WorkTree, workTree } from './work-tree.js';

const quireBin = fileURLToPath(new URL('../../dist/src/bin/quire.js', import.meta.url));

/** A data root with the real binaries on it. */
export interface Scenario {
  readonly root: string;
  /** Address of the pages, while it serves. */
  readonly url: string;
  /** What the server logged so far. */
  readonly serverLog: string;
  readonly serverPid: number;
  quire(...args: string[]): Promise<Output>;
  /** Starts `quire serve`, resolves when it serves. */
  serve(): Promise<void>;
  /** Ends the server by a signal and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** `quire repo new`, and a work tree whose origin it is. */
  newRepo(name?: string): Promise<WorkTree>;
  /** Events as a client of the running server sees them, from the first on. */
  readonly feed: EventFeed;
  /** All events, straight from the database. */
  stored(): StoredEvent[];
  /** Stops everything, checks that the rows can be rebuilt and the runs replayed, removes the root. */
  end(): Promise<void>;
}

export const startScenario = async (
  options: { config?: string; serve?: boolean } = {},
): Promise<Scenario> => {
  const root = mkdtempSync(join(tmpdir(), 'quire-e2e-'));
  const folder = mkdtempSync(join(tmpdir(), 'quire-work-'));
  if (options.config !== undefined) writeFileSync(join(root, 'config.fnl'), options.config);
  let server: ChildProcess | undefined;
  let url = '';
  let log = '';

  const scenario: Scenario = {
    root,
    feed: followFeed(join(root, 'server.sock')),
    get url() {
      return url;
    },
    get serverLog() {
      return log;
    },
    get serverPid() {
      return server?.pid ?? 0;
    },
    quire: (...args) => run(process.execPath, [quireBin, '--root', root, ...args], { cwd: folder }),
    async serve() {
      server = spawn(process.execPath, [quireBin, '--root', root, 'serve', '--port', '0'], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env.PATH, SECRET_OF_THE_SERVER: 'must not leak' },
      });
      server.stderr!.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
      url = await firstUrl(server, () => log);
    },
    async stop(signal = 'SIGTERM') {
      if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, 'exit');
      server.kill(signal);
      await ended;
    },
    async newRepo(name = 'app') {
      const { code, stderr } = await scenario.quire('repo', 'new', name);
      if (code !== 0) throw new Error(`quire repo new failed: ${stderr}`);
      return workTree(join(folder, name.replaceAll('/', '-')), join(root, 'repos', `${name}.git`));
    },
    stored() {
      const reader = openStoreReader(root);
      try {
        return reader.readEvents({ limit: 1_000_000 }) as unknown as StoredEvent[];
      } finally {
        reader.close();
      }
    },
    async end() {
      scenario.feed.close();
      await scenario.stop();
      if (existsSync(join(root, 'quire.db'))) {
        expectRebuildable(root);
        await expectReplayable(root);
      }
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
      rmSync(folder, { recursive: true, force: true });
    },
  };
  if (options.serve !== false) await scenario.serve();
  return scenario;
};

/** `quire serve` prints its address on standard output once it serves. */
const firstUrl = async (server: ChildProcess, log: () => string): Promise<string> => {
  const lines = createInterface({ input: server.stdout! });
  for await (const line of lines) {
    const found = /http:\/\/\S+/.exec(line)?.[0];
    if (found !== undefined) return found;
  }
  throw new Error(`the server ended before it served: ${log()}`);
};
