export type { AppendOptions, Decide, TransactionReader } from './append/append.js';
export { BackupError } from './database/backup.js';
export { DamagedDatabaseError, damagedRemedy, isDamage } from './database/damaged.js';
export { type ChainFinding, describeFinding, isFault } from './trust/chain-finding.js';
export { CheckError, type CheckOptions, type Difference, maxDifferences } from './trust/check.js';
export { type Clock, systemClock } from './append/clock.js';
export { decodeForFolding, isKnownEvent, type ReadEvent } from './read/decode.js';
export { eventLine, ImportError } from './transfer/event-lines.js';
export { type EventRow, events } from './database/events-table.js';
export { type ExpectedVersion, VersionConflictError } from './append/expected-version.js';
export { fileSystemOf, NetworkFileSystemError } from './database/file-system.js';
export { createFold, type Fold, type FoldedRow } from './fold/fold.js';
export { importExcerpt } from './transfer/import-excerpt.js';
export { importHistory } from './transfer/import-history.js';
export {
  type ProjectionStatus,
  RebuildRunningError,
  UnknownProjectionError,
} from './rebuild/keep-projections.js';
export type { TrustKeeper } from './trust/keep-trust.js';
export { RootLockedError } from './database/lock.js';
export { type LogName, type LogRedaction, logRedactions } from './redact/log-redactions.js';
export type { Head } from './append/make-event.js';
export { NewerDatabaseError, OlderDatabaseError } from './database/migrate.js';
export type { EventQuery } from './read/read-events.js';
export type { RebuildOptions } from './rebuild/rebuild.js';
export { RebuildError } from './rebuild/rebuild-error.js';
export { describeProgress, type RebuildProgress, type RebuildReport } from './rebuild/rebuild-progress.js';
export { RedactionError } from './redact/redact.js';
export {
  finishLogRedactions,
  LogRedactionError,
  type LogRedactionOutcome,
  type LogRedactionRequest,
} from './redact/redact-log.js';
export {
  databasePath,
  type EventStore,
  openStore,
  openStoreReader,
  type StoreOptions,
  type StoreReader,
} from './store.js';
export type { CheckOutcome, Trust, VerifyOutcome } from './trust/trust.js';
export { type ChainReport, maxFindings, type PublishedHead } from './trust/verify-chain.js';
