import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Bootstrap, bootstrap } from '../../events/run-protocol.js';
import { ServerClient } from './client.js';

const sha = '0'.repeat(40);

const sample: Bootstrap = {
  runId: 'rehearsal',
  push: {
    sha,
    ref: 'refs/heads/main',
    branch: 'main',
    tag: null,
    previousSha: sha,
    filesChanged: ['README.md'],
    pusher: 'nobody',
    commitMessage: 'Rehearse',
    pushedAtMs: 0,
    repo: 'rehearsal',
  },
  workspace: '/',
  blobs: '/',
  env: { CI: 'true' },
  seed: '0',
  deadlineAtMs: 0,
  traceparent: '',
  sharedDisk: true,
  limits: {
    luaCpuMs: 1,
    luaMemoryBytes: 1,
    captureBytes: 1,
    logBytes: 1,
    logLineBytes: 1,
    maxEvents: 1,
    killGraceMs: 0,
    serverAwayMs: 1,
  },
};

/**
 * Asks a server of its own for a run that is none: the first request of a process and the first check of its answer
 * take 15 ms more than the second. Rejects where nothing may listen on 127.0.0.1; the first request is then a slow one.
 */
export const rehearse = async (): Promise<void> => {
  const server = createServer((_request, response) => void response.end(JSON.stringify(sample)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new ServerClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, '');
  try {
    await client.json({ method: 'GET', path: '/api/run/bootstrap' }, bootstrap);
  } finally {
    client.close();
    server.close();
  }
};
