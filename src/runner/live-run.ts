import { rm } from 'node:fs/promises';
import { eq } from 'drizzle-orm';
import { jobs, type RunRow } from '../../projections/index.js';
import type { ProcessIdentity } from '../events/index.js';
import {
  decideCancel,
  type Ending,
  isTerminal,
  type RunView,
  requestedEnding,
  runMachine,
  runRow,
  viewRun,
} from '../lifecycle/index.js';
import type { RunApi, RunnerContext } from './context.js';
import { endRun } from './end-run.js';
import { isAlive, killProcess } from './process-identity.js';
import { killTree } from './process-tree.js';
import { runFolder } from './run-folder.js';
import { removeWorkspace } from './workspace.js';

/** A run whose quire-ci this server looks after, whether it started it or found it. */
export interface LiveRun {
  readonly runId: string;
  readonly identity: ProcessIdentity;
  /** What the run becomes when its process ends without having ended it. */
  readonly lost: (view: RunView) => Ending;
  /** For a run that was found: it must call by then. */
  contactBeforeMs: number | undefined;
  api: RunApi | undefined;
  /** Resolves when nothing of the run is being prepared any more; only then can it be cleaned up. */
  launched: Promise<void>;
  /** Set while the end is being dealt with, so that it is dealt with once. */
  settling: boolean;
}

/** Extra time beyond the grace of the commands, for quire-ci to report what it ended. */
const reportMs = 2000;

/**
 * The process has ended, or must: ends whatever is left of its tree, then the run if it is still open, then cleans
 * up. Throws when any of it failed; the watchdog tries again.
 */
export const settle = async (context: RunnerContext, live: LiveRun): Promise<void> => {
  const { runId } = live;
  killProcess(live.identity);
  await live.launched;
  await killTree(runId);
  await endRun(context, runId, 'runner', (view) =>
    view.run.cancelRequestedAtMs === null ? live.lost(view) : requestedEnding(view),
  );
  await live.api?.close();
  await cleanUp(context, runId);
};

/** What is left of a run's folder is its logs. */
export const cleanUp = async (
  { root, keepWorkspaces }: Pick<RunnerContext, 'root' | 'keepWorkspaces'>,
  runId: string,
): Promise<void> => {
  await rm(runFolder(root, runId).apiSocket, { force: true });
  await removeWorkspace(root, runId, keepWorkspaces);
};

/** Whether the run's process has ended, or its time to end by itself is over. Asks for the end at the deadline. */
export const mustSettle = async (context: RunnerContext, live: LiveRun, nowMs: number): Promise<boolean> => {
  if (!isAlive(live.identity)) return true;
  if (live.contactBeforeMs !== undefined && nowMs > live.contactBeforeMs) return true;
  const run = runRow(context.store.read, live.runId);
  if (run === undefined) return true;
  const patienceMs = context.killGraceMs + reportMs;
  if (isTerminal(runMachine, run.state)) return nowMs > (run.finishedAtMs ?? 0) + patienceMs;
  if (run.cancelRequestedAtMs !== null) {
    return nowMs > run.cancelRequestedAtMs + patienceMs && !mayFinishFirst(context, run, nowMs);
  }
  if (run.deadlineAtMs !== null && nowMs > run.deadlineAtMs) await requestTimeOut(context, live.runId);
  return false;
};

/** An uninterruptible job that works may finish, unless force is used or the run's own time is over. */
const mayFinishFirst = ({ store }: RunnerContext, run: RunRow, nowMs: number): boolean => {
  if (run.cancelForced || run.cancelReason === 'timed-out') return false;
  if (run.deadlineAtMs !== null && nowMs > run.deadlineAtMs) return false;
  return store.read
    .select()
    .from(jobs)
    .where(eq(jobs.runId, run.id))
    .all()
    .some(({ state, options }) => state === 'active' && options.uninterruptible);
};

const requestTimeOut = async ({ store }: RunnerContext, runId: string): Promise<void> => {
  await store.append(
    (read) =>
      decideCancel(viewRun(read, runId), {
        by: 'watchdog',
        reason: 'timed-out',
        message: 'the run reached its time limit',
        supersededBy: null,
        force: true,
      }),
    { actor: 'watchdog' },
  );
};
