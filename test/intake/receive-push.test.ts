import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refs, runs } from '../../projections/index.js';
import { repoStream, type StoredEvent, timeSortedId } from '../../src/events/index.js';
import { createReceiver, type PushMessage } from '../../src/intake/index.js';
import { WorkTree } from '../forge/scratch.js';
import { temporaryStore } from '../store/temporary-store.js';

const none = '0'.repeat(40);
const main = 'refs/heads/main';

/** A repository whose branch was pushed to three times, and a receiver that heard of nothing yet. */
const threePushes = async () => {
  const store = temporaryStore();
  await store.append([{ stream: repoStream('app'), type: 'repo.created', data: {} }], {
    actor: 'operator:ada',
  });
  const work = new WorkTree();
  const shas = ['(+ 1 1)', '(+ 1 2)', '(+ 1 3)'].map((text) => work.commit({ '.quire/ci.fnl': text }));
  const gitDir = join(store.root, 'repos/app.git');
  mkdirSync(dirname(gitDir), { recursive: true });
  work.git('clone', '--quiet', '--bare', '.', gitDir);
  const moveTo = (sha: string) => work.git('--git-dir', gitDir, 'update-ref', main, sha);
  const messages = shas.map(
    (newSha, i): PushMessage => ({
      id: timeSortedId(1000 + i),
      repo: 'app',
      pushedAtMs: 1000 + i,
      pusher: 'ada',
      refs: [{ ref: main, oldSha: shas[i - 1] ?? none, newSha }],
    }),
  );
  return { store, shas, messages, moveTo, receiver: createReceiver({ root: store.root, store }) };
};

const wordsOf = (events: readonly StoredEvent[]): readonly string[] => events.map(({ type }) => type);

describe('taking in a push', () => {
  it('records where git has the ref by then', async () => {
    const { shas, messages, receiver } = await threePushes();
    const [received] = await receiver.receive(messages[0]!);
    expect((received as StoredEvent<'push.received'>).data.refs).toEqual([
      { ref: main, oldSha: none, newSha: shas[0], foundSha: shas[2] },
    ]);
  });

  it('records that git has the ref no more', async () => {
    const { messages, moveTo, receiver } = await threePushes();
    moveTo(none);
    const [received] = await receiver.receive(messages[2]!);
    expect((received as StoredEvent<'push.received'>).data.refs).toMatchObject([{ foundSha: none }]);
  });

  it('gives the latest one its run, the killed one before it a word, and the slow one a reason', async () => {
    const { store, shas, messages, moveTo, receiver } = await threePushes();
    moveTo(shas[0]!);
    expect(wordsOf(await receiver.receive(messages[0]!))).toEqual(['push.received', 'run.queued']);
    moveTo(shas[2]!);
    const latest = await receiver.receive({ ...messages[2]!, pushedAtMs: 5 });
    expect(wordsOf(latest)).toContain('run.queued');
    expect(latest[1]).toMatchObject({
      type: 'push.gap-found',
      data: { ref: main, knownSha: shas[0], oldSha: shas[1] },
    });
    const slow = await receiver.receive(messages[1]!);
    expect(slow[1]).toMatchObject({ type: 'push.ref-ignored', data: { reason: 'outdated' } });
    expect(store.read.select().from(refs).all()).toMatchObject([{ sha: shas[2] }]);
    const pushed = store.read.select().from(runs).all();
    expect(new Set(pushed.map(({ sha }) => sha))).toEqual(new Set([shas[0], shas[2]]));
  });

  it('gives a repeat the first answer, wherever git has the ref by then, and refuses another push of its id', async () => {
    const { store, shas, messages, moveTo, receiver } = await threePushes();
    moveTo(shas[0]!);
    const first = await receiver.receive(messages[0]!);
    moveTo(shas[2]!);
    expect(wordsOf(await receiver.receive(messages[0]!))).toEqual(wordsOf(first));
    await expect(receiver.receive({ ...messages[0]!, pusher: 'mallory' })).rejects.toMatchObject({
      code: 'forged-push',
    });
    expect(store.readEvents({ types: ['push.received'] })).toHaveLength(1);
  });

  it('of a repository where quire makes the pushes itself finds no gaps', async () => {
    const { store, messages } = await threePushes();
    const receiver = createReceiver({ root: store.root, store, source: 'local' });
    expect(wordsOf(await receiver.receive(messages[2]!))).toEqual(['push.received', 'run.queued']);
  });
});
