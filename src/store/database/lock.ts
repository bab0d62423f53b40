import Database from 'better-sqlite3';

/** Another process already writes to this root. */
export class RootLockedError extends Error {
  readonly code = 'root-locked';
  constructor(readonly path: string) {
    super(
      `another quire process is writing to this root (it holds ${path}); stop it first, or ask it instead`,
    );
  }
}

/**
 * Makes this process the only writer of a root until it ends, however it ends: an exclusive SQLite transaction
 * on a file of its own, which the kernel gives back with the process. Returns what releases it.
 */
export const lockRoot = (path: string): (() => void) => {
  const connection = new Database(path, { timeout: 0 });
  try {
    connection.pragma('journal_mode = DELETE');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new RootLockedError(path);
    }
    throw error;
  }
  return () => connection.close();
};
