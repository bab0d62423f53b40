import type { JobRow, ShRow } from '../../projections/index.js';
import { type NewEvent, runStream } from '../events/index.js';
import type { RunView } from './run-view.js';
import { nextState, runMachine } from './transitions.js';

/** How the server ends a run that quire-ci did not end itself. */
export type Ending =
  | { readonly type: 'run.failed'; readonly failureKind: string; readonly message: string }
  | { readonly type: 'run.canceled'; readonly by: string; readonly message: string }
  | { readonly type: 'run.superseded'; readonly supersededBy: string };

/** What is on disk of the log of a command that was cut off. */
export interface LogState {
  readonly logBytes: number;
  readonly logSha256: string | null;
}

/**
 * Ends a run and everything open in it, in one append: commands are interrupted, jobs canceled, then the run
 * ends. Throws IllegalTransitionError for a run that has ended.
 */
export const decideEnd = (
  view: RunView,
  ending: Ending,
  logState: (sh: ShRow) => LogState = () => ({ logBytes: 0, logSha256: null }),
): NewEvent[] => {
  const { run } = view;
  const stream = runStream(run.id);
  nextState(runMachine, run.state, ending.type, `run ${run.id}`);
  const reason = reasonOf(ending);
  const interrupt = ({ jobId, n }: ShRow, log: LogState): NewEvent => ({
    stream,
    type: 'sh.interrupted',
    cause: run.lastSeq,
    data: { jobId, n, reason, ...log },
  });
  const cancel = ({ jobId }: JobRow): NewEvent => ({
    stream,
    type: 'job.canceled',
    cause: run.lastSeq,
    data: { jobId, message: reason },
  });
  return [
    ...view.openSh().map((sh) => interrupt(sh, logState(sh))),
    ...view.openJobs().map(cancel),
    endEvent(stream, ending, run.lastSeq),
  ];
};

/** The ending that a requested cancellation leads to. */
export const requestedEnding = ({ run }: RunView): Ending => {
  const by = run.cancelBy ?? 'unknown';
  if (run.cancelReason === 'superseded')
    return { type: 'run.superseded', supersededBy: run.supersededBy ?? '' };
  if (run.cancelReason === 'timed-out') {
    return { type: 'run.failed', failureKind: 'timed-out', message: 'the run reached its time limit' };
  }
  return { type: 'run.canceled', by, message: run.message ?? `canceled by ${by}` };
};

const reasonOf = (ending: Ending): string => {
  if (ending.type === 'run.superseded') return `superseded by run ${ending.supersededBy}`;
  return ending.message;
};

const endEvent = (stream: NewEvent['stream'], ending: Ending, cause: number): NewEvent => {
  switch (ending.type) {
    case 'run.failed': {
      const { failureKind, message } = ending;
      return { stream, type: 'run.failed', cause, data: { failureKind, message, diagnostics: [] } };
    }
    case 'run.canceled':
      return { stream, type: 'run.canceled', cause, data: { by: ending.by, message: ending.message } };
    case 'run.superseded':
      return { stream, type: 'run.superseded', cause, data: { supersededBy: ending.supersededBy } };
  }
};
