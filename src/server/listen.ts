import { chmodSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';

/** Something listens already where this server was to. */
export class AddressInUseError extends Error {
  readonly code = 'address-in-use';
  constructor(readonly address: string) {
    super(
      `${address} is in use by another program; stop it, or choose another with :listen in config.fnl or --port`,
    );
  }
}

/** The path of a Unix socket is too long for the system. */
export class SocketPathError extends Error {
  readonly code = 'socket-path';
  constructor(
    readonly path: string,
    readonly found: number,
  ) {
    super(
      `the socket path ${path} has ${found} bytes, ${maxSocketPath} are possible: choose a root with a shorter path`,
    );
  }
}

const maxSocketPath = 103;

/** A client that connects and says nothing is let go after this. */
const silenceMs = 10_000;

/** Listens on a Unix socket that only this user can open. Whoever left a file there is gone: the root is locked. */
export const listenOnSocket = async (path: string, handler: RequestListener): Promise<Server> => {
  checkSocketPath(path);
  await rm(path, { force: true });
  const server = await listen(handler, (ready) => ready.listen(path), path);
  chmodSync(path, 0o600);
  return server;
};

/** Listens on TCP. Throws {@link AddressInUseError}. */
export const listenOnPort = (host: string, port: number, handler: RequestListener): Promise<Server> =>
  listen(handler, (server) => server.listen(port, host), `${host}:${port}`);

/** Throws {@link SocketPathError} for a path that no socket can have. */
export const checkSocketPath = (path: string): void => {
  const found = Buffer.byteLength(path);
  if (found > maxSocketPath) throw new SocketPathError(path, found);
};

/** Stops listening and lets go of every connection. */
export const stopListening = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const listen = (
  handler: RequestListener,
  start: (server: Server) => void,
  address: string,
): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(
      { headersTimeout: silenceMs, requestTimeout: 60_000, connectionsCheckingInterval: 2000 },
      handler,
    );
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new AddressInUseError(address) : error),
    );
    server.once('listening', () => resolve(server));
    start(server);
  });
