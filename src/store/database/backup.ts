import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { verifyChain, type ChainReport } from '../trust/verify-chain.js';
import { isFault } from '../trust/chain-finding.js';

/** The copy is there already, or is not what was copied. */
export class BackupError extends Error {
  readonly code = 'backup-failed';
  constructor(
    readonly path: string,
    problem: string,
  ) {
    super(`backup ${path}: ${problem}`);
  }
}

/**
 * Copies the database as it is at one moment, while its server goes on, and checks the copy: its pages, its
 * chain. The file appears under its name only when it is whole and on the disk. Throws {@link BackupError}.
 */
export const backupDatabase = async (connection: Database.Database, path: string): Promise<ChainReport> => {
  if (existsSync(path)) throw new BackupError(path, 'the file exists already; choose another name');
  if (!existsSync(dirname(path)))
    throw new BackupError(path, `there is no folder ${dirname(path)}; make it first`);
  const unfinished = `${path}.part`;
  rmSync(unfinished, { force: true });
  try {
    await connection.backup(unfinished);
    const report = checkCopy(unfinished, path);
    flush(unfinished);
    renameSync(unfinished, path);
    flush(dirname(path));
    return report;
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(unfinished + suffix, { force: true });
  }
};

/** Waits until the disk has a file, or the names in a folder. */
const flush = (path: string): void => {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const checkCopy = (unfinished: string, path: string): ChainReport => {
  const copy = new Database(unfinished);
  try {
    copy.pragma('journal_mode = DELETE');
    const integrity = copy.pragma('integrity_check(1)', { simple: true });
    if (integrity !== 'ok') throw new BackupError(path, `SQLite finds the copy damaged: ${integrity}`);
    const report = verifyChain(copy);
    const fault = report.findings.find(isFault);
    if (fault !== undefined) {
      throw new BackupError(path, `the chain of the copy has a fault (${fault.code}); see: quire verify`);
    }
    return report;
  } finally {
    copy.close();
  }
};
