import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { refs, runs } from '../../projections/index.js';
import { repoStream } from '../../src/events/index.js';
import { createReceiver, type ReconcileOptions, reconcileRefs } from '../../src/intake/index.js';
import { WorkTree } from '../forge/scratch.js';
import { temporaryStore } from '../store/temporary-store.js';

type Heard = readonly [repo: string, code: string, retryInMs?: number];

/** A server's root with repositories whose branch `main` nobody has told of, and what is heard of comparing them. */
const rootWith = async (...names: readonly string[]) => {
  const store = temporaryStore();
  const repos = await Promise.all(
    names.map(async (name) => {
      await store.append([{ stream: repoStream(name), type: 'repo.created', data: {} }], {
        actor: 'operator:ada',
      });
      const work = new WorkTree();
      const sha = work.commit({ '.quire/ci.fnl': '(local ci (require :quire.ci))' });
      const gitDir = join(store.root, 'repos', `${name}.git`);
      mkdirSync(dirname(gitDir), { recursive: true });
      work.git('clone', '--quiet', '--bare', '.', gitDir);
      return { gitDir, sha };
    }),
  );
  const heard: Heard[] = [];
  let tell = () => {};
  const report: ReconcileOptions['report'] = (repo, failure) => {
    const { code } = (failure?.problem ?? {}) as { code?: string };
    heard.push(failure === undefined ? [repo, 'compared'] : [repo, code ?? 'unknown', failure.retryInMs]);
    tell();
  };
  const until = async (isEnough: () => boolean): Promise<void> => {
    while (!isEnough()) {
      await new Promise<void>((resolve) => {
        tell = resolve;
      });
    }
  };
  let drains = 0;
  const start = async (limits: Pick<ReconcileOptions, 'firstRetryMs' | 'maxRetryMs'> = {}) => {
    const { root } = store;
    const spool = {
      drain: async () => {
        drains += 1;
      },
    };
    const receiver = createReceiver({ root, store });
    const reconciliation = await reconcileRefs({ root, store, receiver, spool, report, ...limits });
    onTestFinished(() => reconciliation.close());
    return reconciliation;
  };
  return { store, repos, heard, until, start, drains: () => drains };
};

const breakRepo = (gitDir: string): void => renameSync(join(gitDir, 'HEAD'), join(gitDir, 'HEAD.away'));
const mendRepo = (gitDir: string): void => renameSync(join(gitDir, 'HEAD.away'), join(gitDir, 'HEAD'));

describe('comparing refs', () => {
  it('finds what no hook reported, once', async () => {
    const { store, repos, heard, start } = await rootWith('app');
    await start();
    await start();
    expect(store.read.select().from(refs).all()).toMatchObject([{ repo: 'app', sha: repos[0]!.sha }]);
    expect(store.read.select().from(runs).all()).toMatchObject([{ repo: 'app', sha: repos[0]!.sha }]);
    expect(heard).toEqual([]);
  });

  it('goes on with the other repositories when one is broken, and tries that one until it is mended', async () => {
    const { store, repos, heard, until, start, drains } = await rootWith('app', 'site');
    const { gitDir } = repos[0]!;
    breakRepo(gitDir);
    await start({ firstRetryMs: 2, maxRetryMs: 8 });
    expect(store.read.select().from(runs).all()).toMatchObject([{ repo: 'site' }]);
    await until(() => heard.length >= 5);
    mendRepo(gitDir);
    await until(() => heard.at(-1)![1] === 'compared');
    expect(heard.slice(0, 5).map(([, , retryInMs]) => retryInMs)).toEqual([2, 4, 8, 8, 8]);
    expect(heard.slice(0, -1).every(([repo, code]) => repo === 'app' && code === 'git-failed')).toBe(true);
    expect(drains()).toBe(heard.length);
    expect(store.read.select().from(runs).all()).toMatchObject([{ repo: 'site' }, { repo: 'app' }]);
    expect(store.readEvents({ types: ['push.reconciled'] })).toHaveLength(2);
  });

  it('leaves a broken repository alone once it is taken off the server', async () => {
    const { store, repos, heard, until, start } = await rootWith('app', 'site');
    for (const { gitDir } of repos) breakRepo(gitDir);
    await start({ firstRetryMs: 2, maxRetryMs: 2 });
    await store.append([{ stream: repoStream('app'), type: 'repo.removed', data: {} }], {
      actor: 'operator:ada',
    });
    const from = heard.length;
    await until(() => heard.length >= from + 4);
    expect(new Set(heard.slice(from + 1).map(([repo]) => repo))).toEqual(new Set(['site']));
  });

  it('tries nothing any more after its end', async () => {
    const { repos, heard, start } = await rootWith('app');
    breakRepo(repos[0]!.gitDir);
    const reconciliation = await start({ firstRetryMs: 1, maxRetryMs: 1 });
    await reconciliation.close();
    const before = heard.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toHaveLength(before);
  });
});
