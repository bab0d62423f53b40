export {
  type Blocker,
  type Explanation,
  explain,
  type Reason,
  UnknownJobError,
  type Wait,
} from './explain.js';
export { momentAt, UnknownMomentError } from './moment-at.js';
export {
  type Divergence,
  type JobReplay,
  NotReplayableError,
  type Outcome,
  type ReadFile,
  type RecordedRun,
  type Replay,
  type ReplayedCall,
  type ReplayRequest,
  type RunFiles,
  redactedEvents,
  replayRun,
  type ToldCall,
  type Verdict,
} from './replay/index.js';
export {
  type ColumnChange,
  foldRun,
  historyOf,
  type Moment,
  type RowChange,
  type RunSnapshot,
} from './run-history.js';
export {
  type Extras,
  extras,
  type Neighbour,
  neighbour,
  type OpenedRun,
  openRunFile,
  RunFileError,
  type WrittenRunFile,
  writeRunFile,
} from './run-file/index.js';
export {
  type BlobFinding,
  type BlobReport,
  describeBlobFinding,
  maxBlobFindings,
  verifyBlobs,
} from './verify-blobs.js';
export { type RunInTheWay, runsInTheWay } from './runs-in-the-way.js';
export { writeWholeFile } from './write-whole-file.js';
export {
  describeLogFinding,
  describeLogRedaction,
  type LogFinding,
  type LogPath,
  type LogReport,
  maxLogFindings,
  verifyLogs,
} from './verify-logs.js';
