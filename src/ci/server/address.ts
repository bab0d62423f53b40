import type { RequestOptions } from 'node:http';

/** A server address that is not one. */
export class BadAddressError extends Error {
  readonly code = 'bad-address';
  constructor(readonly address: string) {
    super(`expected a server address "unix:<path>" or "http://host:port", found ${JSON.stringify(address)}`);
  }
}

/** The part of `http.request`'s options that says where the server is. @throws BadAddressError */
export const parseAddress = (address: string): Pick<RequestOptions, 'socketPath' | 'host' | 'port'> => {
  if (address.startsWith('unix:/')) return { socketPath: address.slice('unix:'.length) };
  const url = URL.parse(address);
  if (url === null || url.protocol !== 'http:' || url.pathname !== '/') throw new BadAddressError(address);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? 80 : Number(url.port) };
};
