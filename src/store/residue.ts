import { closeSync, openSync, readSync } from 'node:fs';
import type Database from 'better-sqlite3';

const chunkBytes = 4 << 20;
const retryMs = 1000;
const readersMayTakeMs = 100;

/** The text is destroyed in events and rows, and copies of it may be left in the file. */
export class ResidueError extends Error {
  readonly code = 'residue-left';
  constructor(path: string, cause: Error) {
    super(
      `the text is destroyed, but unused parts of ${path} may still hold copies: ${cause.message}; ` +
        'make room on the disk and let SQLite write the file anew (VACUUM)',
      { cause },
    );
  }
}

/** A shorter text is met by chance, and says nothing. */
const minBytes = 4;

/** Pages cut a long text where they end: pieces of this size are found where any of them is whole. */
const pieceBytes = 48;

/**
 * Sees to it that destroyed texts are in no unused part of the database file either. SQLite overwrites what it
 * deletes, but a page that was split or freed before may still hold a copy: then the file is written anew, which
 * takes seconds for a large one. Log and file are in step when it returns, unless a reader is in the way: then as
 * soon as that is gone. Throws {@link ResidueError}.
 */
export const destroyResidue = (connection: Database.Database, texts: readonly string[]): void => {
  if (!emptyLog(connection)) {
    setTimeout(() => retry(connection, texts), retryMs).unref();
    return;
  }
  if (!fileHolds(connection.name, texts)) return;
  try {
    connection.exec('VACUUM');
  } catch (error) {
    throw new ResidueError(connection.name, error as Error);
  }
  destroyResidue(connection, []);
};

/** Nobody waits for it any more: the log is emptied with the close of the store at the latest. */
const retry = (connection: Database.Database, texts: readonly string[]): void => {
  try {
    if (connection.open) destroyResidue(connection, texts);
  } catch (error) {
    if (!(error instanceof ResidueError)) throw error;
    process.emitWarning(error);
  }
};

/** Every text in `before` that is not in the same place of `after`. */
export const destroyedTexts = (before: unknown, after: unknown): string[] => {
  if (typeof before === 'string') return before === after ? [] : [before];
  if (typeof before !== 'object' || before === null) return [];
  const other = (typeof after === 'object' && after !== null ? after : {}) as Record<string, unknown>;
  return Object.entries(before).flatMap(([key, value]) => destroyedTexts(value, other[key]));
};

/** The log holds pages as they were; true when nothing of it is left. Waits for readers no longer than appends may. */
const emptyLog = (connection: Database.Database): boolean => {
  const usual = connection.pragma('busy_timeout', { simple: true });
  connection.pragma(`busy_timeout = ${readersMayTakeMs}`);
  try {
    const [outcome] = connection.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return outcome?.busy === 0;
  } finally {
    connection.pragma(`busy_timeout = ${usual}`);
  }
};

const fileHolds = (path: string, texts: readonly string[]): boolean => {
  const pieces = texts.flatMap(piecesOf);
  if (pieces.length === 0) return false;
  const buffer = Buffer.allocUnsafe(chunkBytes + pieceBytes);
  const file = openSync(path, 'r');
  try {
    for (let at = 0; ; at += chunkBytes) {
      const bytes = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, at));
      if (pieces.some((piece) => bytes.includes(piece))) return true;
      if (bytes.length < buffer.length) return false;
    }
  } finally {
    closeSync(file);
  }
};

/** As a column of its own has it, and as JSON has it. */
const piecesOf = (text: string): Buffer[] =>
  [...new Set([text, JSON.stringify(text).slice(1, -1)])].flatMap((form) => {
    const bytes = Buffer.from(form);
    const count = Math.max(1, Math.floor(bytes.length / pieceBytes));
    return Array.from({ length: count }, (_, i) =>
      bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes),
    ).filter((piece) => piece.length >= minBytes);
  });
