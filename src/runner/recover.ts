import { and, inArray, isNotNull } from 'drizzle-orm';
import { type RunRow, runs } from '../../projections/index.js';
import type { ProcessIdentity } from '../events/index.js';
import { decideAdopt, decideRelease, isTerminal, runMachine, runRow, viewRun } from '../lifecycle/index.js';
import type { RunnerContext } from './context.js';
import { cleanUp, type LiveRun, settle } from './live-run.js';
import { isAlive, killProcess } from './process-identity.js';
import { killTree } from './process-tree.js';
import { removeWorkspace, runsWithHome } from './workspace.js';

/**
 * Deals with the runs that an earlier server left under way. One whose quire-ci lives is waited for and adopted at
 * its first call; one whose quire-ci is gone has failed; one that had not started goes back to the queue. Returns
 * those to look after.
 */
export const recoverRuns = async (context: RunnerContext): Promise<LiveRun[]> => {
  const underWay = context.store.read
    .select()
    .from(runs)
    .where(and(inArray(runs.state, ['queued', 'active']), isNotNull(runs.claimedAtMs)))
    .orderBy(runs.id)
    .all();
  const live: LiveRun[] = [];
  for (const run of underWay) {
    if (run.state === 'queued') await release(context, run);
    else live.push(await find(context, run));
  }
  await finishEnded(context);
  return live;
};

/** Runs that had ended when their server stopped, before it had ended their processes and cleaned up. */
const finishEnded = async (context: RunnerContext): Promise<void> => {
  for (const runId of runsWithHome(context.root)) {
    const run = runRow(context.store.read, runId);
    if (run === undefined || !isTerminal(runMachine, run.state)) continue;
    killProcess(identityOf(run));
    await killTree(runId);
    await cleanUp(context, runId);
  }
};

const release = async (context: RunnerContext, run: RunRow): Promise<void> => {
  killProcess(identityOf(run));
  await killTree(run.id);
  await removeWorkspace(context.root, run.id);
  await context.store.append(
    (read) => {
      const { run: now } = viewRun(read, run.id);
      // The socket is open already: an operator or a push may have ended the run meanwhile.
      if (now.state !== 'queued') return [];
      return decideRelease(now, 'the server stopped before the run had started');
    },
    { actor: 'reconciler' },
  );
};

const find = async (context: RunnerContext, run: RunRow): Promise<LiveRun> => {
  const identity = identityOf(run);
  const live: LiveRun = {
    runId: run.id,
    identity,
    lost: () => ({
      type: 'run.failed',
      failureKind: 'orphaned',
      message: 'quire-ci was gone, or silent for too long, when the server came back',
    }),
    contactBeforeMs: Date.now() + context.gracePeriodMs,
    api: undefined,
    launched: Promise.resolve(),
    settling: false,
  };
  if (!isAlive(identity)) {
    live.settling = true;
    await settle(context, live);
    return live;
  }
  let adopted: Promise<unknown> | undefined;
  live.api = await context.openRunApi(run.id, () => {
    if (adopted !== undefined) return;
    live.contactBeforeMs = undefined;
    adopted = context.store
      .append((read) => decideAdopt(viewRun(read, run.id).run, identity), { actor: 'reconciler' })
      .catch((error) => context.log.error({ err: error, runId: run.id }, 'run could not be adopted'));
  });
  return live;
};

const identityOf = (run: RunRow): ProcessIdentity => ({
  bootId: run.ownerBootId ?? '',
  pid: run.ownerPid ?? 0,
  startTime: run.ownerStartTime ?? 0,
});
