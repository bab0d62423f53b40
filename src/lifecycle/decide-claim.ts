import type { RunRow } from '../../projections/index.js';
import { type EventData, type NewEvent, type ProcessIdentity, runStream } from '../events/index.js';
import { IllegalTransitionError, nextState, runMachine } from './transitions.js';

const subject = (run: RunRow) => `run ${run.id}`;

/** The runner takes a waiting run for one quire-ci process. Throws IllegalTransitionError. */
export const decideClaim = (run: RunRow, claim: EventData<'run.claimed'>): NewEvent[] => {
  nextState(runMachine, run.state, 'run.claimed', subject(run));
  if (run.claimedAtMs !== null) {
    throw new IllegalTransitionError(subject(run), 'queued and already claimed', 'run.claimed', [
      'run.released',
    ]);
  }
  return [{ stream: runStream(run.id), type: 'run.claimed', cause: run.lastSeq, data: claim }];
};

/** A claimed run goes back to the queue; its place in the order stays. Throws IllegalTransitionError. */
export const decideRelease = (run: RunRow, reason: string): NewEvent[] => {
  nextState(runMachine, run.state, 'run.released', subject(run));
  if (run.claimedAtMs === null) {
    throw new IllegalTransitionError(subject(run), 'queued and not claimed', 'run.released', ['run.claimed']);
  }
  return [{ stream: runStream(run.id), type: 'run.released', cause: run.lastSeq, data: { reason } }];
};

/**
 * quire-ci fetched its bootstrap: once. Throws IllegalTransitionError, also the second time. With `again` quire-ci
 * says that it heard no answer: as long as it has not registered its pipeline, nothing follows from that.
 */
export const decideStart = (run: RunRow, start: EventData<'run.started'>, again = false): NewEvent[] => {
  if (again && hasOnlyStarted(run)) return [];
  nextState(runMachine, run.state, 'run.started', subject(run));
  if (run.claimedAtMs === null) {
    throw new IllegalTransitionError(subject(run), 'queued and not claimed', 'run.started', ['run.claimed']);
  }
  return [{ stream: runStream(run.id), type: 'run.started', cause: run.lastSeq, data: start }];
};

/** Whether a run is active and nothing of its pipeline is known: the answer to its bootstrap may be on the way. */
export const hasOnlyStarted = (run: RunRow): boolean => run.state === 'active' && run.sourceSha256 === null;

/** A restarted server takes over a live run. Throws IllegalTransitionError. */
export const decideAdopt = (run: RunRow, owner: ProcessIdentity): NewEvent[] => {
  nextState(runMachine, run.state, 'run.adopted', subject(run));
  return [{ stream: runStream(run.id), type: 'run.adopted', cause: run.lastSeq, data: { owner } }];
};
