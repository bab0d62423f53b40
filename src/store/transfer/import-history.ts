import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openWriter } from '../database/connection.js';
import { importLines } from './event-lines.js';
import { refuseNetworkFileSystem } from '../database/file-system.js';
import { lockRoot } from '../database/lock.js';
import type { Head } from '../append/make-event.js';
import { migrate } from '../database/migrate.js';
import { databasePath, openStore } from '../store.js';

/**
 * Makes a root out of an export, and folds its rows. The root must have no events. Throws ImportError,
 * RootLockedError.
 */
export const importHistory = async (
  root: string,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<Head> => {
  mkdirSync(root, { recursive: true, mode: 0o750 });
  refuseNetworkFileSystem(root);
  const unlock = lockRoot(join(root, 'writer.lock'));
  try {
    const connection = openWriter(databasePath(root));
    try {
      migrate(connection);
      await importLines(connection, lines);
    } finally {
      connection.close();
    }
  } finally {
    unlock();
  }
  const store = openStore(root);
  try {
    await store.caughtUp;
    return store.head();
  } finally {
    await store.close();
  }
};
