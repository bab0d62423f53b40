import { filter, interval, merge, Subject, type Subscription } from 'rxjs';
import { streamId } from '../events/index.js';
import { runRow } from '../lifecycle/index.js';
import type { RunnerContext } from './context.js';
import { claimNext, launch } from './execute.js';
import { type LiveRun, mustSettle, settle } from './live-run.js';
import { recoverRuns } from './recover.js';

/** Takes runs off the queue and looks after them until they have ended. */
export interface Runner {
  /** Recovers what an earlier server left, then begins to take runs. */
  start(): Promise<void>;
  /** Stops taking runs. Those under way go on without this server; the next one adopts them. */
  close(): Promise<void>;
  /** Resolves when this runner looks after no run. */
  idle(): Promise<void>;
}

/** Events after which the queue may have something to give. */
const waking = new Set([
  'run.queued',
  'run.released',
  'run.succeeded',
  'run.failed',
  'run.canceled',
  'run.superseded',
]);

/** Events that may end a run before its process has begun it. */
const abrupt = new Set(['run.canceled', 'run.superseded']);

export const createRunner = (context: RunnerContext): Runner => {
  const { store, launcher, log } = context;
  const live = new Map<string, LiveRun>();
  const wake = new Subject<void>();
  const subscriptions: Subscription[] = [];
  let taking: Promise<void> | undefined;
  let wokenMeanwhile = false;
  let closed = false;
  let watchdog: Subscription | undefined;
  let onIdle: (() => void)[] = [];

  /** Wakes carry nothing: the queue is asked again, and being woken once too often is harmless. */
  const takeRuns = (): void => {
    if (taking !== undefined) {
      wokenMeanwhile = true;
      return;
    }
    wokenMeanwhile = false;
    taking = takeAll()
      .catch((error) => log.error({ err: error }, 'taking runs off the queue failed'))
      .finally(() => {
        taking = undefined;
        if (wokenMeanwhile) takeRuns();
      });
  };

  const takeAll = async (): Promise<void> => {
    while (!closed) {
      const claimed = await claimNext(context);
      if (claimed === undefined) return;
      const run: LiveRun = {
        runId: claimed.runId,
        identity: claimed.process.identity,
        lost: ({ run: { state } }) =>
          state === 'queued'
            ? {
                type: 'run.failed',
                failureKind: 'launch-failed',
                message: 'quire-ci ended before it began the run',
              }
            : { type: 'run.failed', failureKind: 'process-crashed', message: crashMessage(how) },
        contactBeforeMs: undefined,
        api: undefined,
        launched: Promise.resolve(),
        settling: false,
      };
      let how = 'ended';
      look(run);
      // Whatever kept the failure of a launch from being recorded, the run is still to be ended and cleaned up.
      run.launched = launch(context, claimed, run).catch((error) =>
        log.error({ err: error, runId: run.runId }, 'the failure of a launch could not be recorded'),
      );
      claimed.process.ended
        .then(({ exitCode, signal }) => {
          how = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
        })
        .finally(() => settleOnce(run));
      run.launched.then(() => {
        if (!closed) launcher.warmUp();
      });
    }
  };

  const look = (run: LiveRun): void => {
    live.set(run.runId, run);
    watchdog ??= interval(1000).subscribe(() => {
      for (const one of live.values()) void inspect(one);
    });
  };

  const inspect = async (run: LiveRun): Promise<void> => {
    if (run.settling || closed) return;
    try {
      if (await mustSettle(context, run, Date.now())) await settleOnce(run);
    } catch (error) {
      log.error({ err: error, runId: run.runId }, 'looking after a run failed');
    }
  };

  const settleOnce = async (run: LiveRun): Promise<void> => {
    if (run.settling || closed) return;
    run.settling = true;
    try {
      await settle(context, run);
      forget(run);
    } catch (error) {
      run.settling = false;
      log.error({ err: error, runId: run.runId }, 'ending a run failed; it is tried again');
    }
  };

  /** A run that ended before its process had begun it has nothing to report: its process is ended at once. */
  const endAbruptly = (runId: string): void => {
    const run = live.get(runId);
    if (run === undefined) return;
    const row = runRow(store.read, runId);
    if (row?.startedAtMs === null) void settleOnce(run);
  };

  const forget = (run: LiveRun): void => {
    live.delete(run.runId);
    wake.next();
    if (live.size > 0) return;
    watchdog?.unsubscribe();
    watchdog = undefined;
    for (const resolve of onIdle) resolve();
    onIdle = [];
  };

  return {
    async start() {
      subscriptions.push(
        merge(
          wake,
          store.events$.pipe(filter((events) => events.some(({ type }) => waking.has(type)))),
        ).subscribe(takeRuns),
        store.events$.subscribe((events) => {
          for (const { type, stream } of events) if (abrupt.has(type)) endAbruptly(streamId(stream));
        }),
      );
      for (const run of await recoverRuns(context)) {
        if (run.settling) continue;
        look(run);
      }
      launcher.warmUp();
      wake.next();
    },
    async close() {
      closed = true;
      for (const subscription of subscriptions) subscription.unsubscribe();
      watchdog?.unsubscribe();
      await taking;
      await launcher.close();
      await Promise.all([...live.values()].map((run) => run.api?.close()));
    },
    idle: () => new Promise((resolve) => (live.size === 0 ? resolve() : onIdle.push(resolve))),
  };
};

const crashMessage = (how: string): string =>
  `quire-ci ${how} without having ended the run; see quire-ci.log`;
