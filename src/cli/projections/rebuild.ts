import { pushStream, runStream } from '../../events/index.js';
import type { RebuildProgress } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { formatDuration } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { withStore } from '../write-store.js';

export interface RebuildCommandOptions {
  readonly run?: string;
  readonly skipUnknown?: boolean;
}

/** `quire projections rebuild [NAME…] [--run RUN]`, while no server runs on the root. */
export const rebuildProjections = (
  context: CliContext,
  names: readonly string[],
  options: RebuildCommandOptions,
): Promise<ExitCode> =>
  withStore(context.root, async (store) => {
    const { output } = context;
    await store.caughtUp;
    if (options.run !== undefined) {
      const run = findRun(store, options.run);
      store.refold([runStream(run.id), pushStream(run.pushId)]);
      await (context.json
        ? output.document({ rebuilt: run.id })
        : output.line(`the rows of run ${run.id} are folded again`));
      return exitCode.ok;
    }
    const beganAtMs = context.now();
    let shownAtMs = 0;
    await store.rebuild(names.length === 0 ? undefined : names, {
      skipUnknown: options.skipUnknown === true,
      onProgress(progress) {
        if (progress.phase !== 'done' && context.now() - shownAtMs < 500) return;
        shownAtMs = context.now();
        output.note(context.json ? JSON.stringify(progress) : progressLine(progress));
      },
    });
    const tookMs = context.now() - beganAtMs;
    await (context.json
      ? output.document({ rebuilt: names.length === 0 ? 'all' : names, seq: store.head().seq, tookMs })
      : output.line(`folded ${store.head().seq} events in ${formatDuration(tookMs)}`));
    return exitCode.ok;
  });

const progressLine = ({ phase, seq, headSeq, eventsPerSecond }: RebuildProgress): string => {
  const leftMs = eventsPerSecond === 0 ? 0 : ((headSeq - seq) / eventsPerSecond) * 1000;
  return `${phase}: ${seq}/${headSeq}, ${eventsPerSecond} events/s, ${formatDuration(leftMs)} left`;
};
