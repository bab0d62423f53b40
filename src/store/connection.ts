import Database from 'better-sqlite3';

/**
 * Opens the writing connection. FULL, because under NORMAL a power cut can take back numbers that someone has
 * already seen; recursive_triggers, so that INSERT OR REPLACE meets the DELETE trigger. A checkpoint
 * every 32 MB of log instead of 4: a page that many appends touch is then carried over once.
 */
export const openWriter = (path: string): Database.Database => {
  const connection = new Database(path, { timeout: 5000 });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('recursive_triggers = ON');
  connection.pragma('trusted_schema = OFF');
  connection.pragma('cache_size = -32768');
  connection.pragma('wal_autocheckpoint = 8000');
  connection.pragma('journal_size_limit = 67108864');
  return connection;
};

/** Opens a connection that can only read; it waits for nobody and nobody waits for it. */
export const openReader = (path: string): Database.Database => {
  const connection = new Database(path, { readonly: true, fileMustExist: true, timeout: 5000 });
  connection.pragma('query_only = ON');
  connection.pragma('trusted_schema = OFF');
  connection.pragma('cache_size = -32768');
  return connection;
};
