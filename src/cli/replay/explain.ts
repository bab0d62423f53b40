import { type Blocker, explain, type Reason, type Wait } from '../../history/index.js';
import type { ReadEvent } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { describeEvent } from '../describe-event.js';
import { formatDuration, formatTime } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { withReader } from '../read-store.js';
import { readExcerpt } from '../run/excerpt.js';

/** Shorter waits are no wait: it is what a step takes. */
const waitWorthTelling = 1000;

/** `quire run explain RUN [JOB]`: first cause first. */
export const explainRun = (
  context: CliContext,
  reference: string,
  jobId: string | undefined,
): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const others = readExcerpt(context.root)?.neighbours;
    const explanation = explain(reader, findRun(reader, reference), jobId, { nowMs: context.now(), others });
    const { output } = context;
    if (context.json) {
      await output.document(explanation);
      return exitCode.ok;
    }
    const { reasons, runId } = explanation;
    for (const [i, reason] of reasons.entries()) {
      for (const line of reasonLines(context, reason, reasons[i - 1], runId)) await output.line(line);
    }
    const { waitsFor } = explanation;
    if (waitsFor !== null)
      for (const line of waitingLines(
        waitsFor,
        waitsFor.blockerCount === 0
          ? 'it waits, and no run is in its way: it begins when a server takes it'
          : 'it waits',
        context,
      ))
        await output.line(line);
    return exitCode.ok;
  });

const reasonLines = (
  { output: { style } }: CliContext,
  reason: Reason,
  previous: Reason | undefined,
  runId: string,
): string[] => {
  const { event, waitedMs } = reason;
  const before = previous === undefined ? '' : event.causationSeq === previous.event.seq ? 'so ' : 'then ';
  const waited =
    waitedMs < waitWorthTelling
      ? []
      : waitingLines(reason, `${formatDuration(waitedMs)} later`, { output: { style } });
  return [
    ...waited,
    `${style.dim(formatTime(event.occurredAtMs).slice(11))}  ${before}${told(event, runId)}  ` +
      style.dim(`(${event.type} ${event.seq}, ${event.actor})`),
  ];
};

/** What an event says, and of which run when it is another one. */
const told = (event: ReadEvent, runId: string): string => {
  const what = describeEvent(event);
  if (!event.stream.startsWith('run/') || event.stream === `run/${runId}`) return what;
  const other = `run ${event.stream.slice('run/'.length)}`;
  return event.type.startsWith('run.') ? `${other} ${what.replace(/^run /, '')}` : `in ${other}: ${what}`;
};

/** Names that a person still reads. */
const maxNames = 5;

/** Who was in the way, and which rule made them so. */
const waitingLines = (
  { blockers, blockerCount, ranAtOnce }: Wait,
  when: string,
  { output: { style } }: { readonly output: Pick<CliContext['output'], 'style'> },
): string[] => {
  const shown = blockers.slice(-maxNames);
  const behind = `behind ${blockerCount} other run${blockerCount === 1 ? '' : 's'}`;
  const limit = blockers.some(({ why }) => why === 'limit')
    ? `, of all runs ${ranAtOnce} at once (:max-concurrent-runs)`
    : '';
  const more = blockerCount > shown.length ? '; the last of them:' : ':';
  const title = blockerCount === 0 ? when : `${when}, ${behind}${limit}${more}`;
  return [`      ${title}`, ...shown.map((blocker) => `        ${blockerText(blocker)}`)].map((line) =>
    style.dim(line),
  );
};

const blockerText = ({ runId, why }: Blocker): string =>
  why === 'same-ref' ? `run ${runId} of the same ref, of which one runs at a time` : `run ${runId}`;
