import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findProblems } from '../../src/cli/demo/find-problems.js';
import { ownCommand } from '../../src/cli/own-command.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { filledRoot, ids } from './filled-root.js';
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
  });
});

describe('what the demo checks', () => {
  it('is the end of the run and of every job, and that the rows are what the events say', async () => {
    const { store } = await filledRoot();
    const expected = { lint: 'succeeded', test: 'succeeded', docs: 'skipped' };
    const check = () => [{ table: 'runs', key: 'x', folded: {}, live: undefined }];
    expect(findProblems({ read: store.read, check }, ids.failed, expected)).toEqual([
      'the run is failed',
      'job test is failed, not succeeded',
      'job docs is missing, not skipped',
      'job deploy is skipped, not expected at all',
      'row x of runs is not what the events say',
    ]);
    const right = { lint: 'succeeded', test: 'skipped', deploy: 'skipped' };
    expect(findProblems(store, ids.succeeded, right)).toEqual([]);
  });
});

describe('the name that quire calls itself by', () => {
  it.each([
    ['/usr/bin/quire', '/home/ann', 'quire'],
    ['/home/ann/quire/dist/quire.js', '/home/ann', 'node quire/dist/quire.js'],
    ['/opt/quire/dist/quire.js', '/home/ann', 'node /opt/quire/dist/quire.js'],
  ])('for %s in %s is %s', (script, cwd, name) => {
    expect(ownCommand(script, cwd)).toBe(name);
  });
});
