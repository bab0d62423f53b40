import Database from 'better-sqlite3';

/**
 * Opens the writing connection. FULL, because under NORMAL a power cut can take back numbers that someone has
 * already seen; recursive_triggers, so that INSERT OR REPLACE meets the DELETE trigger. A checkpoint every 8 MB
 * of log: a page that many appends touch is carried over once, and the log is soon long enough to be written over
 * instead of grown, which made a commit of one event twice as slow (`npm run bench -- append`).
 */
export const openWriter = (path: string): Database.Database => {
  const connection = new Database(path, { timeout: 5000 });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('recursive_triggers = ON');
  connection.pragma('secure_delete = FAST');
  connection.pragma('trusted_schema = OFF');
  connection.pragma('cache_size = -32768');
  connection.pragma('wal_autocheckpoint = 2000');
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
