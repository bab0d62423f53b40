import { mkdir, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { destination, type Logger, pino } from 'pino';
import { operatorApi, runApi } from '../api/index.js';
import { type Config, type ConfigWarning, loadConfig } from '../config/index.js';
import { createReceiver, createSpool, type Receiver, reconcileRefs, spoolFolder } from '../intake/index.js';
import { cancelRun, createRunner, hostLauncher, type Runner, rerunRun, runFolder } from '../runner/index.js';
import { lookUpSecret } from '../secrets/index.js';
import { type EventStore, openStore } from '../store/index.js';
import { createWebRouter } from '../web/index.js';
import { checkSocketPath, listenOnPort, listenOnSocket, stopListening } from './listen.js';
import { type MeasuredStore, measureAppends } from './measure-appends.js';
import { publicAccessOf } from './public-access.js';
import { checkAtStart, logRebuilds } from './watch-history.js';

export interface ServerOptions {
  readonly root: string;
  readonly version: string;
  /** Takes the place of the configured port; 0 chooses a free one. */
  readonly port?: number;
  /** False for a run without a server: no socket, no port, no spool. */
  readonly listen?: boolean;
  /** Leaves workspaces where they are. */
  readonly keepWorkspaces?: boolean;
  /** Where log lines go; defaults to JSON lines on standard error. */
  readonly log?: Logger;
  /** Told of what is odd in the configuration. */
  readonly warn?: (warning: ConfigWarning) => void;
}

/** A running server. */
export interface RunningServer {
  readonly config: Config;
  readonly store: EventStore;
  readonly receiver: Receiver;
  readonly runner: Runner;
  /** The address of the web pages; undefined when it does not listen. */
  readonly url: string | undefined;
  runUrl(runId: string): string;
  /** Stops serving. Runs under way go on; the next server on this root adopts them. */
  close(): Promise<void>;
}

const quireCi = fileURLToPath(new URL('../bin/quire-ci.js', import.meta.url));

/**
 * Puts the rooms together: opens the root, takes in what came while no server ran, recovers runs, then serves.
 * Throws ConfigError, RootLockedError, NetworkFileSystemError, NewerDatabaseError, AddressInUseError, SocketPathError.
 */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const root = resolve(options.root);
  await mkdir(root, { recursive: true, mode: 0o750 });
  const { config, warnings } = await loadConfig(root);
  const log = options.log ?? pino({ level: config.logLevel }, destination({ dest: 2, sync: true }));
  for (const { file, line, message } of warnings) log.warn({ file, line }, message);
  for (const warning of warnings) options.warn?.(warning);
  checkSocketPath(runFolder(root, 'x'.repeat(20)).apiSocket);
  checkAuth(config);
  await mkdir(spoolFolder(root), { recursive: true });
  await rm(join(root, 'runs', '.waiting'), { recursive: true, force: true });
  const { store, appendTimes$ } = measureAppends(openStore(root, { onRebuild: logRebuilds(log) }));
  const closers: (() => Promise<void> | void)[] = [() => store.close()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await assemble(
      { ...options, root, listen: options.listen ?? true },
      { config, log, store, appendTimes$, closers, close },
    );
  } catch (error) {
    await close();
    throw error;
  }
};

interface Foundation extends Pick<MeasuredStore, 'appendTimes$'> {
  readonly config: Config;
  readonly log: Logger;
  readonly store: EventStore;
  readonly closers: (() => Promise<void> | void)[];
  readonly close: () => Promise<void>;
}

const assemble = async (
  options: ServerOptions & { readonly listen: boolean },
  { config, log, store, appendTimes$, closers, close }: Foundation,
): Promise<RunningServer> => {
  const { root, version } = options;
  const receiver = createReceiver({ root, store, source: options.listen ? 'hook' : 'local' });
  const runner = createRunner({
    root,
    store,
    log,
    launcher: hostLauncher({ root, quireCi, path: config.path }),
    openRunApi: (runId, onContact) => openRunApi({ root, config, log, store }, runId, onContact),
    maxConcurrentRuns: config.maxConcurrentRuns,
    gracePeriodMs: config.gracePeriodMs,
    killGraceMs: config.killGraceMs,
    keepWorkspaces: options.keepWorkspaces ?? false,
  });
  closers.push(() => runner.close());
  const web = options.listen ? await serveWeb(options, { config, log, store, appendTimes$ }) : undefined;
  if (web !== undefined) closers.push(web.close);
  const runUrl = (runId: string) => `${web?.url ?? config.url}/runs/${runId}`;
  if (options.listen) await takeInPushes({ root, version, config, log, store, receiver, runUrl, closers });
  await runner.start();
  if (options.listen) closers.push(checkAtStart(store, log));
  return { config, store, receiver, runner, url: web?.url, runUrl, close };
};

type Served = Pick<Foundation, 'config' | 'log' | 'store'>;

/** Spool first, then refs, then the socket: what came earlier is stored earlier. */
const takeInPushes = async (
  context: Served & {
    readonly root: string;
    readonly version: string;
    readonly receiver: Receiver;
    readonly runUrl: (runId: string) => string;
    readonly closers: Foundation['closers'];
  },
): Promise<void> => {
  const { root, version, config, log, store, receiver, runUrl, closers } = context;
  const { messageBytes } = config.limits;
  const spool = createSpool({
    root,
    receiver,
    maxBytes: messageBytes,
    report: ({ file, problem }) => {
      if (problem === undefined) log.info({ file }, 'took in a push from the spool');
      else log.warn({ file, err: problem }, 'a spooled push could not be taken in');
    },
  });
  const reconciliation = await reconcileRefs({
    root,
    store,
    receiver,
    spool,
    report: (repo, failure) => {
      if (failure === undefined) log.info({ repo }, 'the refs of a repository were compared after all');
      else {
        const { problem, retryInMs } = failure;
        log.error({ repo, err: problem, retryInMs }, 'the refs of a repository could not be compared');
      }
    },
  });
  closers.push(() => reconciliation.close());
  const app = express().disable('x-powered-by');
  app.use(operatorApi({ root, store, receiver, spool, log, runUrl, maxMessageBytes: messageBytes, version }));
  const socket = await listenOnSocket(join(root, 'server.sock'), app);
  spool.watch();
  closers.push(async () => {
    spool.close();
    await stopListening(socket);
    await rm(join(root, 'server.sock'), { force: true });
  });
};

const serveWeb = async (
  { root, version, port }: ServerOptions,
  { config, log, store, appendTimes$ }: Served & Pick<MeasuredStore, 'appendTimes$'>,
): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const app = express().disable('x-powered-by');
  let handle: express.RequestHandler | undefined;
  app.use((request, response, next) => handle?.(request, response, next));
  const server = await listenOnPort(config.listen.host, port ?? config.listen.port, app);
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : config.listen.port;
  const url = port === undefined ? config.url : `http://${hostOf(config.listen.host)}:${actualPort}`;
  const pages = createWebRouter({
    store,
    root,
    url,
    version,
    actions: {
      cancel: (runId, by) => cancelRun(store, runId, { by }),
      rerun: (runId, options) => rerunRun(store, runId, options),
    },
    auth: config.auth ?? undefined,
    trust: store.trust,
    appendTimes$,
    publicAccess: publicAccessOf({ root, store, log }),
    report: (error, path) => log.error({ err: error, path }, 'a page failed'),
  });
  handle = pages;
  const close = () => {
    pages.close();
    return stopListening(server);
  };
  return { url, close };
};

const openRunApi = async (
  { root, config, log, store }: Served & { readonly root: string },
  runId: string,
  onContact: () => void,
) => {
  const { apiSocket } = runFolder(root, runId);
  const { messageBytes: _messageBytes, ...limits } = config.limits;
  const app = express().disable('x-powered-by');
  app.use(
    runApi(
      {
        root,
        store,
        log,
        env: config.env,
        path: config.path,
        runTimeoutMs: config.runTimeoutMs,
        sharedDisk: true,
        limits: { ...limits, killGraceMs: config.killGraceMs, serverAwayMs: config.serverAwayMs },
        lookUp: async (name, scope) => {
          const answer = await lookUpSecret(config.secrets, name, scope);
          return answer.found ? answer : { problem: answer.message };
        },
      },
      runId,
      onContact,
    ),
  );
  const server = await listenOnSocket(apiSocket, app);
  return { address: `unix:${apiSocket}`, close: () => stopListening(server) };
};

/** An open port without identities would let anybody cancel runs. */
const checkAuth = ({ listen: { host }, auth }: Config): void => {
  const loopback = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (loopback || auth !== null) return;
  throw Object.assign(
    new Error(
      `:listen is ${host}, which others can reach, and no :auth says who they are; ` +
        'write :auth {:header "Remote-User" :trust ["127.0.0.1"]} into config.fnl, or listen on 127.0.0.1',
    ),
    { code: 'auth-required' },
  );
};

const hostOf = (host: string): string => (host.includes(':') ? `[${host}]` : host);
