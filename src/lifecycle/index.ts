export { decideCancel } from './decide-cancel.js';
export { decideAdopt, decideClaim, decideRelease, decideStart, hasOnlyStarted } from './decide-claim.js';
export { decideEnd, type Ending, type LogState, requestedEnding } from './decide-end.js';
export { decideIngest, OutOfStepError } from './decide-ingest.js';
export { decidePush, type InspectedRef, type PushCommand, type PushState } from './decide-push.js';
export { decideCreateRepo, decideRemoveRepo, RepoStateError } from './decide-repo.js';
export { decideRerun, NothingFailedError, type RerunRequest } from './decide-rerun.js';
export { runRow } from './run-queries.js';
export { type RunView, UnknownRunError, viewRun } from './run-view.js';
export {
  IllegalTransitionError,
  isTerminal,
  jobMachine,
  type Machine,
  nextState,
  runMachine,
  shMachine,
} from './transitions.js';
