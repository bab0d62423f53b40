export { AddressInUseError, SocketPathError } from './listen.js';
export { type RunningServer, type ServerOptions, startServer } from './start-server.js';
