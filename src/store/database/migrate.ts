import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate as runMigrations } from 'drizzle-orm/better-sqlite3/migrator';
import { readMigrationFiles } from 'drizzle-orm/migrator';

/** The database was made by a newer quire than this one. */
export class NewerDatabaseError extends Error {
  readonly code = 'newer-database';
  constructor(
    readonly path: string,
    readonly found: number,
    readonly known: number,
  ) {
    super(
      `${path} has ${found} migrations, this quire knows ${known}: ` +
        'it was written by a newer version; install that version or a later one',
    );
  }
}

/** The database was made by an older quire than this one, and only a writer may bring it to today's shape. */
export class OlderDatabaseError extends Error {
  readonly code = 'older-database';
  constructor(
    readonly path: string,
    readonly found: number,
    readonly needed: number,
  ) {
    super(
      `${path} has ${found} migrations, this quire needs ${needed}: it was written by an older version; ` +
        'copy the file, then start quire serve once: it migrates the database',
    );
  }
}

/** Brings the database to this version's schema; each migration commits whole or not at all. */
export const migrate = (connection: Database.Database): void => {
  assertNotNewer(connection);
  connection.pragma('foreign_keys = OFF');
  runMigrations(drizzle(connection), { migrationsFolder });
  connection.pragma('foreign_keys = ON');
};

/** Throws {@link NewerDatabaseError}, {@link OlderDatabaseError}. */
export const assertReadable = (connection: Database.Database): void => {
  assertNotNewer(connection);
  const found = appliedMigrations(connection);
  const known = knownMigrations();
  if (found < known) throw new OlderDatabaseError(connection.name, found, known);
};

const assertNotNewer = (connection: Database.Database): void => {
  const found = appliedMigrations(connection);
  const known = knownMigrations();
  if (found > known) throw new NewerDatabaseError(connection.name, found, known);
};

const appliedMigrations = (connection: Database.Database): number => {
  const table = connection
    .prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '__drizzle_migrations'")
    .pluck();
  if (table.get() === 0) return 0;
  return Number(connection.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get());
};

const knownMigrations = (): number => readMigrationFiles({ migrationsFolder }).length;

/** `drizzle/` beside package.json, above both src/store and dist/src/store. */
const findMigrations = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (
    !existsSync(join(folder, 'package.json')) ||
    !existsSync(join(folder, 'drizzle/meta/_journal.json'))
  ) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('the drizzle/ folder of this installation is missing; install quire again');
    folder = parent;
  }
  return join(folder, 'drizzle');
};

const migrationsFolder = findMigrations();
