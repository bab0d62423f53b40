import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, bench, describe } from 'vitest';
import { createRepo } from '../../../src/forge/index.js';
import { postReceiveHook } from '../../../src/intake/hook/index.js';
import { gitEnv, WorkTree } from '../../forge/scratch.js';

/*
 * The hook's share of `git push`: compare the medians. A real server is faster or slower than the one here, which
 * does nothing but read the message, remove it from the spool and answer.
 */

const root = mkdtempSync(join(tmpdir(), 'quire-bench-'));
const run = promisify(execFile);

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { id } = JSON.parse(Buffer.concat(chunks).toString());
  rmSync(join(root, 'spool', `${id}.json`), { force: true });
  response.end('quire: run 1 queued for refs/heads/main http://127.0.0.1:3000/runs/1\n');
});
await new Promise<void>((resolve) => server.listen(join(root, 'server.sock'), resolve));

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true, force: true });
});

const hooks = {
  'no hook': null,
  'a hook that does nothing': '#!/bin/sh\nexit 0\n',
  "quire's hook": postReceiveHook({ root, repo: 'app', node: process.execPath, quireBin: '/nonexistent' }),
};

const pushes = await Promise.all(
  Object.entries(hooks).map(async ([name, hook], i) => {
    const bare = await createRepo(root, `app-${i}`, { hook: hook ?? '' });
    if (hook === null) rmSync(join(bare, 'hooks/post-receive'));
    const work = new WorkTree(mkdtempSync(join(root, 'work-')));
    writeFileSync(join(work.path, 'a'), '1');
    work.commit({ a: '1' });
    work.git('branch', 'other');
    work.commit({ a: '2' });
    let times = 0;
    /** Moves the ref to and fro between two commits, so that every push updates it and sends nothing new. */
    const push = () => {
      times += 1;
      const from = times % 2 === 0 ? 'main' : 'other';
      const env = { ...gitEnv, LOGNAME: 'ada' };
      return run('git', ['push', '--quiet', '--force', bare, `${from}:refs/heads/x`], {
        cwd: work.path,
        env,
      });
    };
    await push();
    return { name, push };
  }),
);

describe('git push of one ref', () => {
  for (const { name, push } of pushes)
    bench(
      name,
      async () => {
        await push();
      },
      { time: 3000, warmupIterations: 10 },
    );
});
