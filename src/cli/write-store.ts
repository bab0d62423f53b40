import { existsSync } from 'node:fs';
import { databasePath, type EventStore, openStore, type StoreOptions } from '../store/index.js';
import { CliError } from './cli-error.js';
import { rootRule } from './root.js';

/**
 * Opens a root for writing, for commands that no running server is asked to do, and closes it after `use`. Throws
 * CliError `no-database`, RootLockedError while a server runs.
 */
export const withStore = async <T>(
  root: string,
  use: (store: EventStore) => T | Promise<T>,
  options?: StoreOptions,
): Promise<T> => {
  if (!existsSync(databasePath(root))) {
    throw new CliError(
      'no-database',
      `there is no quire database in ${root}; the root is ${rootRule}; make one with: quire serve`,
    );
  }
  const store = openStore(root, options);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
};
