import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/ci/server/address.js';

describe('parseAddress', () => {
  it.each([
    ['unix:/run/api.sock', { socketPath: '/run/api.sock' }],
    ['unix:/with space/and:colon', { socketPath: '/with space/and:colon' }],
    ['http://127.0.0.1:3000', { host: '127.0.0.1', port: 3000 }],
    ['http://ci.example', { host: 'ci.example', port: 80 }],
    ['http://[::1]:8080/', { host: '::1', port: 8080 }],
  ])('takes %s', (address, where) => {
    expect(parseAddress(address)).toEqual(where);
  });

  it.each(['', 'unix:relative', 'https://x', 'http://x/path', 'ftp://x', 'x'])('refuses %j', (address) => {
    expect(() => parseAddress(address)).toThrow(
      'expected a server address "unix:<path>" or "http://host:port"',
    );
  });
});
