import { type Blocker, explain, type Reason } from '../../history/index.js';
import type { CliContext } from '../context.js';
import { describeEvent } from '../describe-event.js';
import { formatDuration, formatTime } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { withReader } from '../read-store.js';

/** Shorter waits are no wait: it is what a step takes. */
const waitWorthTelling = 1000;

/** `quire run explain RUN [JOB]`: first cause first. */
export const explainRun = (
  context: CliContext,
  reference: string,
  jobId: string | undefined,
): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const explanation = explain(reader, findRun(reader, reference), jobId);
    const { output } = context;
    if (context.json) {
      await output.document(explanation);
      return exitCode.ok;
    }
    for (const [i, reason] of explanation.reasons.entries()) {
      for (const line of reasonLines(context, reason, i)) await output.line(line);
    }
    return exitCode.ok;
  });

const reasonLines = (
  { output: { style } }: CliContext,
  { event, waitedMs, blockers }: Reason,
  place: number,
): string[] => {
  const before = place === 0 ? '' : 'so ';
  const waited =
    waitedMs < waitWorthTelling
      ? []
      : [
          style.dim(
            `      after ${formatDuration(waitedMs)}${blockers.length === 0 ? '' : ', waiting for:'}`,
          ),
        ];
  return [
    ...waited,
    ...(waitedMs < waitWorthTelling
      ? []
      : blockers.map((blocker) => style.dim(`        ${blockerText(blocker)}`))),
    `${style.dim(formatTime(event.occurredAtMs).slice(11))}  ${before}${describeEvent(event)}  ` +
      style.dim(`(${event.type} ${event.seq}, ${event.actor})`),
  ];
};

const blockerText = ({ runId, why }: Blocker): string =>
  why === 'same-ref'
    ? `run ${runId} of the same ref: one runs at a time`
    : `run ${runId}: as many ran as may run at once`;
