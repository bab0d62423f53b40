import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { checkoutWith, git } from './checkout.js';
import { quire, startQuire } from './quire.js';

/** A server on a free port; it is ended with the test. */
const serve = async (root: string) => {
  const child = startQuire(['serve', '--port', '0', '--json', '--root', root]);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { child, ...(JSON.parse(line) as { root: string; url: string }) };
};

const slowPipeline = `(local ci (require :quire.ci))
(ci.job :wait [:quire/push] (fn [{: sh}] (sh "echo begun; sleep 600")))
`;

describe('quire serve', () => {
  it('says where it serves, and ends in order when it is asked to', async () => {
    const root = temporaryRoot();
    const { child, url } = await serve(root);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(existsSync(join(root, 'server.sock'))).toBe(false);
  });

  it('does what operators ask for: repositories, cancel, rerun', async () => {
    const root = temporaryRoot();
    await serve(root);
    const made = await quire(['repo', 'new', 'demo', '--root', root]);
    expect(made.stdout).toBe(`${root}/repos/demo.git\n`);
    expect(await quire(['repo', 'new', 'demo', '--root', root])).toMatchObject({ code: 1 });
    git(checkoutWith({ '.quire/ci.fnl': slowPipeline }), 'push', made.stdout.trim(), 'work');
    const logs = startQuire(['run', 'logs', 'latest', '-f', '--root', root]);
    let text = '';
    for await (const chunk of logs.stdout.setEncoding('utf8')) {
      text += chunk;
      if (text.includes('begun\n')) break;
    }
    const watching = quire(['run', 'watch', '--root', root]);
    const canceled = await quire(['run', 'cancel', 'latest', '--root', root]);
    expect(canceled).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^run \w{20} was asked to end\n$/),
    });
    const watched = await watching;
    expect(watched.code).toBe(1);
    expect(watched.stdout).toContain('⊘ canceled  run ');
    expect((await quire(['run', 'cancel', 'latest', '--root', root])).code).toBe(1);
    const again = await quire(['run', 'rerun', 'latest', '--json', '--root', root]);
    const { runId } = JSON.parse(again.stdout);
    expect((await quire(['run', 'cancel', runId, '--root', root])).code).toBe(0);
    expect((await quire(['run', 'watch', runId, '--root', root])).code).toBe(1);
    expect((await quire(['repo', 'rm', 'demo', '--root', root])).stdout).toContain('demo moved to ');
    expectRebuildable(root);
  });

  it('refuses a root that another server has, a bad port and a bad configuration', async () => {
    const root = temporaryRoot();
    await serve(root);
    expect(await quire(['serve', '--port', '0', '--root', root])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('another quire process is writing to this root'),
    });
    expect(await quire(['serve', '--port', 'x', '--root', temporaryRoot()])).toMatchObject({ code: 2 });
    const other = temporaryRoot();
    writeFileSync(join(other, 'config.fnl'), '{:max-concurrent-runs "two"}');
    expect(await quire(['serve', '--root', other])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('config.fnl:1:'),
    });
  });
});
