import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Background, startInBackground } from '../../src/store/background/start.js';

const withoutEnd = new URL('./fixtures/tell-without-end.mjs', import.meta.url);

describe('work in the background', () => {
  it('is told its request, tells how far it is, and ends when it is ended', async () => {
    let background: Background | undefined;
    const told = await new Promise((resolve) => {
      background = startInBackground(withoutEnd, { from: 'the test' }, resolve);
    });
    expect(told).toEqual({ from: 'the test' });
    await background!.end();
    expect(await background!.ended).toBe('its process ended with SIGKILL');
  });

  it('says why it never began', async () => {
    const missing = new URL('./fixtures/src/not-there.mjs', import.meta.url);
    expect(await startInBackground(missing, {}, () => undefined).ended).toBe('its process ended with code 1');
  });

  it('ends by itself when the process that started it was killed', async () => {
    const script = fileURLToPath(new URL('./fixtures/start-and-wait.mjs', import.meta.url));
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
    await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    // Both processes hold this pipe: it ends with the last of them.
    parent.stderr.resume();
    await once(parent.stderr, 'end');
  });

  it('is served after the process that started it', async () => {
    const script = fileURLToPath(new URL('./fixtures/start-and-wait.mjs', import.meta.url));
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(parent.stdout, 'data');
    const [child] = readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8').split(' ');
    expect(getPriority(Number(child))).toBeGreaterThan(getPriority(parent.pid!));
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  });
});
