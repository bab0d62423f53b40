/** What helps when SQLite cannot read a database file. */
export const damagedRemedy =
  'stop the server, check the disk, and put a backup in its place (a file that quire backup made; remove ' +
  'quire.db-wal and quire.db-shm, which belong to the old file), or make a new root out of an export: quire --root NEW events import FILE; then run quire doctor';

/** SQLite cannot read the database file, or not all of it. */
export class DamagedDatabaseError extends Error {
  readonly code = 'database-damaged';
  constructor(
    readonly path: string,
    /** What SQLite says. */
    readonly problem: string,
  ) {
    super(`${path} is damaged (SQLite: ${problem}); keep a copy of it, then: ${damagedRemedy}`);
  }
}

/** Whether SQLite says that the bytes of a file are not what it has written. */
export const isDamage = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code));

/** Does what reads a database file. Throws {@link DamagedDatabaseError} where SQLite cannot read it. */
export const withDamageNamed = <T>(path: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw isDamage(error) ? new DamagedDatabaseError(path, error.message) : error;
  }
};
