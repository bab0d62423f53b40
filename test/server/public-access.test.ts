import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { publicAccessOf } from '../../src/server/public-access.js';
import { openStore } from '../../src/store/index.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { makeBareRepo } from '../web/bare-repo.js';

/** A repository of two branches, of which one is public, as far as the store knows them. */
const twoBranches = async () => {
  const root = temporaryRoot();
  const store = openStore(root);
  makeBareRepo(root, 'a', { '.quire/config.fnl': '{:public-runs true}' });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', join(root, 'repos/a.git'), ...args], { encoding: 'utf8' }).trim();
  const open = git('rev-parse', 'HEAD');
  const branch = git('symbolic-ref', '--short', 'HEAD');
  const refs = [{ ref: `refs/heads/${branch}`, oldSha: '0'.repeat(40), newSha: open }];
  await store.append([{ stream: 'repo/a', type: 'repo.created', data: {} }], { actor: 'operator:ann' });
  await store.append(
    [{ stream: 'push/p1', type: 'push.received', data: { repo: 'a', refs, pushedAtMs: 1, pusher: 'ann' } }],
    { actor: 'hook' },
  );
  return { root, store, git };
};

describe('what is public of a repository', () => {
  it('is what the branch says that HEAD names, which is asked of git every five seconds', async () => {
    const { root, store, git } = await twoBranches();
    let nowMs = 0;
    const accessOf = publicAccessOf({ root, store, log: pino({ level: 'silent' }), now: () => nowMs });
    expect(await accessOf('a')).toBe('runs');
    git('symbolic-ref', 'HEAD', 'refs/heads/elsewhere');
    nowMs = 4999;
    expect(await accessOf('a')).toBe('runs');
    nowMs = 5000;
    expect(await accessOf('a')).toBe('nothing');
    await store.close();
  });

  it('is nothing where there is no repository', async () => {
    const { root, store } = await twoBranches();
    expect(await publicAccessOf({ root, store, log: pino({ level: 'silent' }) })('absent')).toBe('nothing');
    await store.close();
  });
});
