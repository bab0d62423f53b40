export type { Divergence, ReplayedCall, ToldCall } from './call.js';
export type { JobReplay, Outcome, Verdict } from './compare.js';
export { redactedEvents } from './read-recorded.js';
export type { RecordedRun } from './recorded-run.js';
export {
  NotReplayableError,
  type ReadFile,
  type Replay,
  type ReplayRequest,
  type RunFiles,
  replayRun,
} from './replay-run.js';
