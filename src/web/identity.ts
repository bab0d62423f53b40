import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Who is asking. `name` goes into the actor of the events that a request leads to. */
export type Identity =
  | { readonly kind: 'operator' | 'proxy'; readonly name: string }
  | { readonly kind: 'anonymous' };

/** Identity from the header of a proxy. */
export interface ProxyAuth {
  /** For example `Remote-User`. */
  readonly header: string;
  /** The peers that may set it: IP addresses, and `unix` for the Unix socket. */
  readonly trust: readonly string[];
}

export interface IdentityOptions {
  readonly auth?: ProxyAuth;
  /** The name of the user who runs the server. */
  readonly operator: string;
}

const anonymous: Identity = { kind: 'anonymous' };

const forwardingHeaders = [
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'cf-connecting-ip',
  'true-client-ip',
];

/**
 * Names the one who asks. With `auth`, by the header of a trusted peer, and by nothing else. Without it, a
 * request straight from this machine is the operator's, and everybody else is anonymous: so neither a proxy put
 * in front without thought nor a page that rebinds its name to 127.0.0.1 gains anything.
 */
export const identify = (request: IncomingMessage, { auth, operator }: IdentityOptions): Identity => {
  const peer = peerOf(request);
  if (auth !== undefined) return fromProxy(request, peer, auth);
  const direct = isLoopback(peer) && isLocalHost(request.headers.host) && !isForwarded(request.headers);
  return direct ? { kind: 'operator', name: operator } : anonymous;
};

/** The name of an identity; undefined for an anonymous one. */
export const nameOf = (identity: Identity): string | undefined =>
  identity.kind === 'anonymous' ? undefined : identity.name;

const fromProxy = (request: IncomingMessage, peer: string, { header, trust }: ProxyAuth): Identity => {
  if (!trust.some((trusted) => canonicalPeer(trusted) === peer)) return anonymous;
  const values = request.headersDistinct[header.toLowerCase()] ?? [];
  const name = values.length === 1 ? values[0]!.trim() : '';
  return name === '' || name.length > 128 || /[\u0000-\u001f\u007f]/.test(name)
    ? anonymous
    : { kind: 'proxy', name };
};

const peerOf = (request: IncomingMessage): string => canonicalPeer(request.socket.remoteAddress ?? 'unix');

/** An IPv4 address that came in through an IPv6 socket is the IPv4 address. */
const canonicalPeer = (address: string): string => address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');

const isLoopback = (peer: string): boolean => peer === '::1' || (isIP(peer) === 4 && peer.startsWith('127.'));

/** `Host` names this machine by a name that no stranger's DNS can answer for. */
const isLocalHost = (host: string | undefined): boolean => {
  const match = /^(?:\[(?<six>[0-9a-f:.]+)\]|(?<name>[^:[\]]+))(?::\d{1,5})?$/i.exec(host ?? '');
  const name = (match?.groups?.six ?? match?.groups?.name ?? '').toLowerCase();
  return name === 'localhost' || isLoopback(canonicalPeer(name));
};

const isForwarded = (headers: IncomingHttpHeaders): boolean =>
  Object.keys(headers).some((name) => name.startsWith('x-forwarded') || forwardingHeaders.includes(name));
