import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { type Observable, Subject } from 'rxjs';
import { type Projection, projections as allProjections } from '../../projections/index.js';
import type { NewEvent, StoredEvent, StreamName } from '../events/index.js';
import { type AppendOptions, createAppender, type Decide } from './append/append.js';
import { backupDatabase } from './database/backup.js';
import { type CheckOptions, checkProjections, cleanUpChecks, type Difference } from './trust/check.js';
import { type Clock, systemClock } from './append/clock.js';
import { createCommitter } from './append/commit.js';
import { openReader, openWriter } from './database/connection.js';
import { withDamageNamed } from './database/damaged.js';
import type { ReadEvent } from './read/decode.js';
import { exportLines } from './transfer/event-lines.js';
import { refuseNetworkFileSystem } from './database/file-system.js';
import { lockRoot } from './database/lock.js';
import { keepTrust, type TrustKeeper } from './trust/keep-trust.js';
import { keepProjections, type ProjectionStatus, storedStatus } from './rebuild/keep-projections.js';
import type { Head } from './append/make-event.js';
import { assertReadable, migrate } from './database/migrate.js';
import { type EventQuery, readEvents } from './read/read-events.js';
import { redactEvents } from './redact/redact.js';
import { type LogRedactionOutcome, type LogRedactionRequest, redactLog } from './redact/redact-log.js';
import type { RebuildOptions } from './rebuild/rebuild.js';
import type { RebuildReport } from './rebuild/rebuild-progress.js';
import { destroyResidue } from './redact/residue.js';
import { refoldStreams } from './fold/refold-streams.js';
import { type ChainReport, type PublishedHead, verifyChain } from './trust/verify-chain.js';

/** Reads of a root's database: what pages, CLI and queue look at. */
export interface StoreReader {
  /** Drizzle on a connection that cannot write. */
  readonly read: BetterSQLite3Database;
  readEvents(query?: EventQuery): ReadEvent[];
  /** Folds all events again and compares with the live rows; empty when they agree. Throws CheckError. */
  check(options?: CheckOptions): Difference[];
  /** Checks the hash chain, the digests and the numbers of all events, and that a published head is among them. */
  verify(published?: PublishedHead, afterSeq?: number): ChainReport;
  /** What SQLite finds wrong with the pages of the database file, in its words; empty when it is sound. */
  findDamage(): string[];
  /** Where each read model stands. */
  projectionStatus(): ProjectionStatus[];
  /** Every event behind this number as one line of NDJSON, without its line end. */
  exportLines(afterSeq?: number): Iterable<string>;
  /** Copies the database, also while a server writes, and checks the copy. Throws BackupError. */
  backup(path: string): Promise<ChainReport>;
  close(): void;
}

/** The events of one data root and the rows folded from them. One process at a time has one. */
export interface EventStore extends StoreReader {
  /** Each commit's events, in order, after the commit. */
  readonly events$: Observable<readonly StoredEvent[]>;
  /** The highest committed number and its hash. */
  head(): Head;
  /**
   * Appends events, or what `decide` makes of the state it reads, in one transaction: versions are checked, data
   * validated, rows folded; a refusal stores nothing. Resolves after the commit has reached the disk.
   */
  append(events: readonly NewEvent[] | Decide, options: AppendOptions): Promise<readonly StoredEvent[]>;
  /**
   * Destroys the text in the data of these events and of the rows folded from it; what stays is who did it and
   * why. Throws RedactionError; ResidueError when it is done and the file could not be written anew.
   */
  redact(seqs: readonly number[], reason: string, options: AppendOptions): readonly StoredEvent[];
  /**
   * Destroys the text of lines of a log and records it; one log after the other. Throws LogRedactionError. A
   * redaction that ended half way is finished by the same call.
   */
  redactLog(request: LogRedactionRequest, options: AppendOptions): Promise<LogRedactionOutcome>;
  /**
   * Folds read models anew while the store serves: all, or the named ones with those they look at. Throws
   * RebuildError, UnknownProjectionError, RebuildRunningError.
   */
  rebuild(names?: readonly string[], options?: RebuildOptions): Promise<void>;
  /** Folds the rows of these streams again, at once. Throws RebuildRunningError. */
  refold(streams: readonly StreamName[]): void;
  /** Where the read models stand and what the last checks came to, and checks that disturb nobody. */
  readonly trust: TrustKeeper;
  /** Resolves once the read models that were outdated at the start are rebuilt; rejects when that failed. */
  readonly caughtUp: Promise<void>;
  /** Waits for appends, ends a rebuild or check under way, which leave no trace, then gives the root back. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly now?: Clock;
  readonly projections?: readonly Projection[];
  /** Told of every rebuild, those at the start included. */
  readonly onRebuild?: (report: RebuildReport) => void;
  /** Leaves events of unknown types out of the rebuilds at the start, which stop at them otherwise. */
  readonly skipUnknown?: boolean;
}

/** Where the database of a root lies. */
export const databasePath = (root: string): string => join(root, 'quire.db');

/**
 * Opens the root for writing: creates and migrates the database when needed. Throws RootLockedError,
 * NetworkFileSystemError, NewerDatabaseError or DamagedDatabaseError.
 */
export const openStore = (root: string, options: StoreOptions = {}): EventStore =>
  withDamageNamed(databasePath(root), () => openUndamaged(root, options));

const openUndamaged = (root: string, options: StoreOptions): EventStore => {
  const projections = options.projections ?? allProjections;
  mkdirSync(root, { recursive: true, mode: 0o750 });
  refuseNetworkFileSystem(root);
  const unlock = lockRoot(join(root, 'writer.lock'));
  try {
    const connection = openWriter(databasePath(root));
    migrate(connection);
    cleanUpChecks(databasePath(root));
    const reading = openReader(databasePath(root));
    const published = new Subject<readonly StoredEvent[]>();
    const appender = createAppender(connection, drizzle(connection), projections, options.now ?? systemClock);
    const keeper = keepProjections({
      path: databasePath(root),
      connection,
      appender,
      register: projections,
      now: options.now ?? systemClock,
      report: options.onRebuild,
      skipUnknown: options.skipUnknown,
    });
    const committer = createCommitter(connection, appender, (events) => published.next(events));
    const reads = readsOf(reading, projections);
    const append: EventStore['append'] = (events, appendOptions) =>
      committer.append(typeof events === 'function' ? events : () => events, appendOptions);
    const trust = keepTrust({
      databasePath: databasePath(root),
      names: projections.map(({ name }) => name),
      headSeq: () => appender.head().seq,
      projections: () => keeper.status(),
      now: options.now ?? systemClock,
    });
    let lastLogRedaction: Promise<unknown> = Promise.resolve();
    return {
      events$: published.asObservable(),
      head: () => appender.head(),
      append,
      ...reads,
      trust,
      projectionStatus: () => keeper.status(),
      caughtUp: keeper.caughtUp,
      rebuild: (names, rebuildOptions = {}) => keeper.rebuild(names, rebuildOptions),
      refold(streams) {
        keeper.assertIdle();
        connection.transaction(() => refoldStreams(connection, projections, streams)).immediate();
        appender.forget(appender.head());
      },
      redact(seqs, reason, appendOptions) {
        keeper.assertIdle();
        const { stored, texts } = redactEvents(
          connection,
          appender,
          projections,
          seqs,
          reason,
          appendOptions,
        );
        published.next(stored);
        destroyResidue(connection, texts);
        return stored;
      },
      redactLog(request, appendOptions) {
        const outcome = lastLogRedaction.then(() => redactLog({ ...reads, append }, request, appendOptions));
        lastLogRedaction = outcome.catch(() => undefined);
        return outcome;
      },
      async close() {
        await trust.close();
        await lastLogRedaction;
        await committer.idle();
        await keeper.close();
        published.complete();
        reading.close();
        connection.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
};

/**
 * Opens the root for reading only, beside a running server or without one. Throws when there is no database,
 * DamagedDatabaseError, NewerDatabaseError, OlderDatabaseError.
 */
export const openStoreReader = (root: string): StoreReader => {
  const path = databasePath(root);
  const connection = withDamageNamed(path, () => openReader(path));
  try {
    withDamageNamed(path, () => assertReadable(connection));
  } catch (error) {
    connection.close();
    throw error;
  }
  return { ...readsOf(connection, allProjections), close: () => connection.close() };
};

const readsOf = (
  connection: Database.Database,
  projections: readonly Projection[],
): Omit<StoreReader, 'close'> => {
  const read = drizzle(connection);
  return {
    read,
    readEvents: (query) => readEvents(read, query),
    check: (options) => checkProjections(connection.name, projections, options),
    projectionStatus: () => storedStatus(connection, projections),
    exportLines: (afterSeq) => exportLines(connection, afterSeq),
    findDamage: () => damageOf(connection),
    verify: (published, afterSeq) =>
      verifyChain(connection, { published, ...(afterSeq !== undefined && { afterSeq }) }),
    backup: (path) => backupDatabase(connection, path),
  };
};

const maxDamage = 20;

const damageOf = (connection: Database.Database): string[] => {
  const found = connection.pragma(`quick_check(${maxDamage})`) as { quick_check: string }[];
  return found.map((row) => row.quick_check).filter((line) => line !== 'ok');
};
