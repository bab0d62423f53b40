import { existsSync } from 'node:fs';
import { databasePath, openStoreReader, type StoreReader } from '../store/index.js';
import { CliError } from './cli-error.js';
import { rootRule } from './root.js';

/**
 * Opens the database of a root for reading, beside a running server or without one, and closes it after `use`.
 * Throws CliError `no-database`.
 */
export const withReader = async <T>(
  root: string,
  use: (reader: StoreReader) => T | Promise<T>,
): Promise<T> => {
  if (!existsSync(databasePath(root))) {
    throw new CliError(
      'no-database',
      `there is no quire database in ${root}; the root is ${rootRule}; make one with: quire serve`,
    );
  }
  const reader = openStoreReader(root);
  try {
    return await use(reader);
  } finally {
    reader.close();
  }
};
