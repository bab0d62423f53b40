import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { temporaryRoot } from '../store/temporary-store.js';
import { quire } from './quire.js';

describe('quire demo --once', () => {
  it('pushes for real, shows the run, ends with 0 and leaves nothing behind', async () => {
    const temporary = temporaryRoot();
    const { code, stdout, stderr } = await quire(['demo', '--once'], { env: { TMPDIR: temporary } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('$ git push origin main');
    expect(stdout).toMatch(
      /remote: quire: run [0-9a-z]{20} queued for refs\/heads\/main http:\/\/127\.0\.0\.1:\d+\/runs\//,
    );
    expect(stdout).toContain('spelling failed (allowed)');
    expect(stdout).toContain('deploy skipped');
    expect(stdout).toMatch(/✓ succeeded {2}run /);
    expect(stdout).toContain('every job ended as it should');
    expect(readdirSync(temporary)).toEqual([]);
    expect(tmpdir()).not.toBe(temporary);
  });
});
