import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { repoStream } from '../../src/events/index.js';
import { openStore, openStoreReader, RootLockedError } from '../../src/store/index.js';
import { expectRebuildable } from './expect-rebuildable.js';
import { temporaryRoot } from './temporary-store.js';

const runner = fileURLToPath(new URL('../../node_modules/vite-node/vite-node.mjs', import.meta.url));
const script = fileURLToPath(new URL('./hold-root.ts', import.meta.url));

/** Another process that has the root; resolves once its event is stored. */
const holdRoot = async (root: string, name: string): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [runner, script, root, name], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout!, 'data');
  return child;
};

const created = (name: string) => ({ stream: repoStream(name), type: 'repo.created', data: {} }) as const;

describe('a data root', () => {
  it('has one writer; a second process is told so', async () => {
    const root = temporaryRoot();
    const child = await holdRoot(root, 'a');
    expect(() => openStore(root)).toThrow(RootLockedError);
    expect(() => openStore(root)).toThrow(
      `another quire process is writing to this root (it holds ${root}/writer.lock); stop it first, or ask it instead`,
    );
    child.stdin!.end();
    await once(child, 'exit');
    const store = openStore(root);
    expect(store.head().seq).toBe(1);
    await store.close();
  });

  it('has one writer within a process too', async () => {
    const root = temporaryRoot();
    const store = openStore(root);
    expect(() => openStore(root)).toThrow(RootLockedError);
    await store.close();
    await openStore(root).close();
  });

  it('is free again, with every answered event, when its writer is killed', async () => {
    const root = temporaryRoot();
    const child = await holdRoot(root, 'a');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = openStore(root);
    expect(store.readEvents().map(({ seq, stream }) => [seq, stream])).toEqual([[1, 'repo/a']]);
    const [event] = await store.append([created('b')], { actor: 'operator:ann' });
    expect(event!.seq).toBe(2);
    expectRebuildable(store);
    await store.close();
  });

  it('can be read while another process writes', async () => {
    const root = temporaryRoot();
    const child = await holdRoot(root, 'a');
    const reader = openStoreReader(root);
    expect(reader.readEvents()).toHaveLength(1);
    expectRebuildable(root);
    reader.close();
    child.stdin!.end();
    await once(child, 'exit');
  });
});
