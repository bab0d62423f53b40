import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sayOutcome, sendSpooled } from '../../../src/intake/hook/index.js';
import { scratchFolder } from '../../forge/scratch.js';
import { startPushServer } from './push-server.js';

const id = '1m81xe6fgdgcwfs2rw9t';
const message = `{"id":"${id}","repo":"app","pushedAtMs":1,"pusher":"ada","refs":[{"ref":"refs/heads/ü"}]}\n`;

/** A root with a message in its spool. */
function spool(): { root: string; file: string } {
  const root = scratchFolder();
  mkdirSync(join(root, 'spool'));
  const file = join(root, 'spool', `${id}.json`);
  writeFileSync(file, message);
  return { root, file };
}

describe('sending a spooled push', () => {
  test('posts its bytes and gives the answer', async () => {
    const { root, file } = spool();
    const received = await startPushServer(root);
    expect(await sendSpooled(root, file)).toEqual({
      kind: 'stored',
      lines: 'quire: run 1 queued for refs/heads/ü http://127.0.0.1:3000/runs/1\n',
    });
    expect(received).toEqual([
      { method: 'POST', url: '/api/pushes', contentType: 'application/json', body: message },
    ]);
  });

  test('tells whether the message is kept when there is no server', async () => {
    const { root, file } = spool();
    expect(await sendSpooled(root, file)).toEqual({ kind: 'not-running', kept: true });
    const elsewhere = join(root, 'copy');
    writeFileSync(elsewhere, message.replace(id, 'z'.repeat(20)));
    expect(await sendSpooled(root, elsewhere)).toEqual({ kind: 'not-running', kept: false });
  });

  test('ends at the time limit, also when the answer begins and never ends', async () => {
    const { root, file } = spool();
    await startPushServer(root, (_message, response) => response.write('quire: '));
    expect(await sendSpooled(root, file, { timeoutMs: 200 })).toEqual({
      kind: 'no-answer',
      timeoutMs: 200,
      kept: true,
    });
  });

  test('a file that is not there is an error', async () => {
    await expect(sendSpooled(scratchFolder(), '/nonexistent')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('an outcome is put into words for the pusher', () => {
    expect(sayOutcome('/r', { kind: 'no-access', socket: '/r/server.sock', kept: false })).toEqual({
      stdout: '',
      stderr:
        'quire: you may not write to /r/server.sock, so the server was not told; this push could not be kept in /r/spool; ' +
        'the server finds it when it next starts and compares refs\n',
    });
  });
});
