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

/** Pages cut a long text where they end: of pieces this far apart, each page of SQLite's holds one at least. */
const pieceBytes = 48;
const piecesApart = 2000;

/** Looking for so many texts takes longer than writing the file anew. */
const maxTexts = 200;

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
  const gone = textsIn(connection.name, [...new Set(texts)]).filter((text) => !isLive(connection, text));
  if (gone.length === 0) return;
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

/** Those of the texts that the file has somewhere. */
const textsIn = (path: string, texts: readonly string[]): readonly string[] => {
  if (texts.length > maxTexts) return texts;
  let sought = texts
    .map((text) => ({ text, pieces: piecesOf(text) }))
    .filter(({ pieces }) => pieces.length > 0);
  const found: string[] = [];
  const buffer = Buffer.allocUnsafe(chunkBytes + pieceBytes);
  const file = openSync(path, 'r');
  try {
    for (let at = 0; sought.length > 0; at += chunkBytes) {
      const bytes = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, at));
      const isHere = ({ pieces }: { readonly pieces: readonly Buffer[] }) =>
        pieces.some((piece) => bytes.includes(piece));
      found.push(...sought.filter(isHere).map(({ text }) => text));
      sought = sought.filter(({ text }) => !found.includes(text));
      if (bytes.length < buffer.length) break;
    }
    return found;
  } finally {
    closeSync(file);
  }
};

/** A text that another event still has is not gone, wherever else copies of it are. */
const isLive = (connection: Database.Database, text: string): boolean =>
  connection
    .prepare('SELECT EXISTS (SELECT 1 FROM events WHERE instr(data, ?) > 0)')
    .pluck()
    .get(inJson(text)) === 1;

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** As a column of its own has it, and as JSON has it. */
const piecesOf = (text: string): Buffer[] =>
  [...new Set([text, inJson(text)])].flatMap((form) => {
    const bytes = Buffer.from(form);
    const count = Math.ceil(bytes.length / piecesApart);
    return Array.from({ length: count }, (_, i) =>
      bytes.subarray(i * piecesApart, i * piecesApart + pieceBytes),
    ).filter((piece) => piece.length >= minBytes);
  });
