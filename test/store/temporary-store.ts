import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type EventStore, openStore, type StoreOptions } from '../../src/store/index.js';

/** A new empty folder that goes away with the test. */
export const temporaryRoot = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'quire-root-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
};

/** A store in a new root; both go away with the test. */
export const temporaryStore = (options?: StoreOptions): EventStore & { readonly root: string } => {
  const root = temporaryRoot();
  const store = openStore(root, options);
  onTestFinished(() => store.close());
  return Object.assign(store, { root });
};
