import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { type Assignment, streamId } from '../events/index.js';
import { decideClaim, runRow } from '../lifecycle/index.js';
import type { RunnerContext } from './context.js';
import { endRun } from './end-run.js';
import type { WaitingProcess } from './launchers/launcher.js';
import type { LiveRun } from './live-run.js';
import { nextRun, runsUnderWay } from './next-run.js';
import { runFolder } from './run-folder.js';
import { prepareWorkspace } from './workspace.js';

/** A run taken off the queue, and the process and token it was claimed for. */
export interface ClaimedRun {
  readonly runId: string;
  readonly process: WaitingProcess;
  readonly token: string;
}

/** Takes the next run off the queue, if there is one and a place is free. */
export const claimNext = async (context: RunnerContext): Promise<ClaimedRun | undefined> => {
  const { store, launcher, maxConcurrentRuns } = context;
  const free = () => runsUnderWay(store.read) < maxConcurrentRuns && nextRun(store.read) !== undefined;
  if (!free()) return undefined;
  const process = await launcher.take();
  const token = randomBytes(32).toString('base64url');
  try {
    const [claimed] = await store.append(
      (read) => {
        const run = runsUnderWay(read) < maxConcurrentRuns ? nextRun(read) : undefined;
        if (run === undefined) return [];
        return decideClaim(run, {
          owner: process.identity,
          launcher: launcher.name,
          tokenHash: hashToken(token),
        });
      },
      { actor: 'runner' },
    );
    if (claimed !== undefined) return { runId: streamId(claimed.stream), process, token };
  } catch (error) {
    process.kill('SIGTERM');
    throw error;
  }
  process.kill('SIGTERM');
  return undefined;
};

/** How a run's token is stored: SHA-256, hex. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * Prepares the workspace and hands the run to its process. When that cannot be done the run fails with the reason;
 * when the run has ended meanwhile its process is ended too.
 */
export const launch = async (context: RunnerContext, claimed: ClaimedRun, live: LiveRun): Promise<void> => {
  const { root, store, log, openRunApi } = context;
  const { runId, process, token } = claimed;
  try {
    const run = runRow(store.read, runId);
    if (run?.state !== 'queued') return process.kill('SIGKILL');
    const { path, processLog } = runFolder(root, runId);
    await mkdir(path, { recursive: true });
    live.api = await openRunApi(runId, () => undefined);
    await prepareWorkspace(root, run);
    const assignment: Assignment = { server: live.api.address, token, runId, runDir: path };
    await process.assign(assignment, processLog);
  } catch (error) {
    log.error({ err: error, runId }, 'run could not be launched');
    const message = `the run could not be launched: ${(error as Error).message}`;
    await endRun(context, runId, 'runner', () => ({
      type: 'run.failed',
      failureKind: 'launch-failed',
      message,
    }));
    process.kill('SIGKILL');
  }
};
