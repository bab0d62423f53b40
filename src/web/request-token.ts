import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Proves that a changing request comes from a form of this server, made for the same identity. */
export interface RequestTokens {
  /** The token that goes into the forms of `name`. */
  issue(name: string): string;
  verify(name: string, token: unknown): boolean;
}

/** Tokens of one server process; after a restart a page must be loaded again before its buttons work. */
export const createRequestTokens = (key: Buffer = randomBytes(32)): RequestTokens => {
  const issue = (name: string) => createHmac('sha256', key).update(name).digest('base64url');
  return {
    issue,
    verify(name, token) {
      if (typeof token !== 'string') return false;
      const expected = Buffer.from(issue(name));
      const found = Buffer.from(token);
      return expected.length === found.length && timingSafeEqual(expected, found);
    },
  };
};

/** False for a request that a browser says comes from another site. */
export const isSameOrigin = ({ headers }: IncomingMessage): boolean => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin, host } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
};
