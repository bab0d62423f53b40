import { runAddress } from '../addresses.js';
import type { RunModel } from '../models.js';
import { RefName, RepoName, Sha } from './names.js';
import { State } from './state.js';
import { Duration, Time } from './time.js';

/** Runs, one a row: state, what, where, who, how long, when. */
export const RunList = ({
  runs,
  nowMs,
  withRepo = true,
  empty,
}: {
  runs: readonly RunModel[];
  nowMs: number;
  withRepo?: boolean;
  empty: string;
}) =>
  runs.length === 0 ? (
    <p class="empty">{empty}</p>
  ) : (
    <ol class="runs">
      {runs.map((run) => (
        <li key={run.id} id={`run-${run.id}`} class="run-row">
          <State state={run.state} />
          <div class="what">
            <a class="subject" href={runAddress(run.id)}>
              <bdi>{run.subject || `run ${run.id}`}</bdi>
            </a>
            <p class="whence">
              {withRepo && (
                <>
                  <RepoName repo={run.repo} />{' '}
                </>
              )}
              <RefName repo={run.repo} name={run.ref} /> <Sha sha={run.sha} />{' '}
              <span class="by">{causeOf(run)}</span>
              {run.failureKind !== null && run.failureKind !== 'pipeline-failure' && (
                <span class="kind"> {run.failureKind}</span>
              )}
            </p>
          </div>
          <span class="took">
            {run.startedAtMs === null ? (
              waitText(run)
            ) : (
              <Duration fromMs={run.startedAtMs} toMs={run.finishedAtMs} nowMs={nowMs} />
            )}
          </span>
          <span class="when">
            <Time atMs={run.queuedAtMs} nowMs={nowMs} />
          </span>
        </li>
      ))}
    </ol>
  );

/** Who and why, in a few words. */
const causeOf = (run: RunModel): string => {
  if (run.attempt > 1) return `attempt ${run.attempt}, pushed by ${run.pusher}`;
  return `pushed by ${run.pusher}`;
};

const waitText = (run: RunModel): string => {
  if (run.finishedAtMs !== null) return 'never began';
  return run.claimedAtMs === null ? 'waiting' : 'preparing';
};
