import { timeSortedId } from '../events/index.js';
import { decideCancel, decideRerun, viewRun } from '../lifecycle/index.js';
import type { EventStore } from '../store/index.js';

/** A cancellation as an operator asks for it. */
export interface CancelRequest {
  /** The operator's name. */
  readonly by: string;
  readonly message?: string;
  /** Does not wait for an :uninterruptible job. */
  readonly force?: boolean;
}

/** Asks a run to end; a waiting one ends at once. Throws UnknownRunError, IllegalTransitionError. */
export const cancelRun = async (store: EventStore, runId: string, request: CancelRequest): Promise<void> => {
  const { by, message = `canceled by ${by}`, force = false } = request;
  await store.append(
    (read) =>
      decideCancel(viewRun(read, runId), { by, reason: 'operator', message, supersededBy: null, force }),
    { actor: `operator:${by}` },
  );
};

/** A rerun as an operator asks for it. */
export interface RerunOptions {
  /** The operator's name. */
  readonly by: string;
  /** Jobs that succeeded keep their results; the others run. */
  readonly onlyFailed?: boolean;
}

/** Queues the same commit again and returns the new run's id. Throws UnknownRunError, NothingFailedError. */
export const rerunRun = async (
  store: EventStore,
  runId: string,
  { by, onlyFailed = false }: RerunOptions,
): Promise<string> => {
  const requestedAtMs = Date.now();
  const newRunId = timeSortedId(requestedAtMs);
  await store.append(
    (read) => decideRerun(viewRun(read, runId).run, { newRunId, requestedAtMs, onlyFailed }),
    { actor: `operator:${by}` },
  );
  return newRunId;
};
