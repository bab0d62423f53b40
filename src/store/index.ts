export type { AppendOptions, Decide, TransactionReader } from './append.js';
export { BackupError } from './backup.js';
export { type ChainFinding, describeFinding, isFault } from './chain-finding.js';
export { CheckError, type CheckOptions, type Difference, maxDifferences } from './check.js';
export { type Clock, systemClock } from './clock.js';
export { decodeForFolding, isKnownEvent, type ReadEvent } from './decode.js';
export { eventLine, ImportError } from './event-lines.js';
export { type EventRow, events } from './events-table.js';
export { type ExpectedVersion, VersionConflictError } from './expected-version.js';
export { fileSystemOf, NetworkFileSystemError } from './file-system.js';
export { createFold, type Fold, type FoldedRow } from './fold.js';
export { importExcerpt } from './import-excerpt.js';
export { importHistory } from './import-history.js';
export { type ProjectionStatus, RebuildRunningError, UnknownProjectionError } from './keep-projections.js';
export type { TrustKeeper } from './keep-trust.js';
export { RootLockedError } from './lock.js';
export { type LogName, type LogRedaction, logRedactions } from './log-redactions.js';
export type { Head } from './make-event.js';
export { NewerDatabaseError } from './migrate.js';
export type { EventQuery } from './read-events.js';
export type { RebuildOptions } from './rebuild.js';
export {
  RebuildError,
  type RebuildProgress,
  type RebuildReport,
  rebuildTimeLeftMs,
} from './rebuild-error.js';
export { RedactionError } from './redact.js';
export {
  finishLogRedactions,
  LogRedactionError,
  type LogRedactionOutcome,
  type LogRedactionRequest,
} from './redact-log.js';
export {
  databasePath,
  type EventStore,
  openStore,
  openStoreReader,
  type StoreOptions,
  type StoreReader,
} from './store.js';
export type { CheckOutcome, Trust, VerifyOutcome } from './trust.js';
export { type ChainReport, maxFindings, type PublishedHead } from './verify-chain.js';
