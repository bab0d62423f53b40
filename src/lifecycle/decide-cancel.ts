import { type EventData, type NewEvent, runStream } from '../events/index.js';
import { decideEnd, type Ending } from './decide-end.js';
import type { RunView } from './run-view.js';
import { nextState, runMachine } from './transitions.js';

/**
 * Somebody wants a run to end. A waiting run ends at once; an active one is asked to, and the runner sees to it.
 * Asking again changes nothing, unless it is the first time by force. Throws IllegalTransitionError for a run that has ended.
 */
export const decideCancel = (view: RunView, request: EventData<'run.cancel-requested'>): NewEvent[] => {
  const { run } = view;
  if (run.state === 'queued') {
    return decideEnd(view, endingOf(request));
  }
  nextState(runMachine, run.state, 'run.cancel-requested', `run ${run.id}`);
  if (run.cancelRequestedAtMs !== null && (run.cancelForced || !request.force)) return [];
  return [{ stream: runStream(run.id), type: 'run.cancel-requested', cause: run.lastSeq, data: request }];
};

const endingOf = ({ by, reason, message, supersededBy }: EventData<'run.cancel-requested'>): Ending => {
  if (reason === 'superseded' && supersededBy !== null) return { type: 'run.superseded', supersededBy };
  if (reason === 'timed-out') return { type: 'run.failed', failureKind: 'timed-out', message };
  return { type: 'run.canceled', by, message };
};
