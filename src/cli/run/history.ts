import type { RunRow } from '../../../projections/index.js';
import { pushStream, runStream } from '../../events/index.js';
import type { ReadEvent, StoreReader } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { describeEvent } from '../describe-event.js';
import { formatDuration, formatTime } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { withReader } from '../read-store.js';
import { type Column, layoutTable } from '../table.js';

/** An event with its distance from the first one, and from the one before it. */
interface HistoryEntry {
  readonly event: ReadEvent;
  readonly elapsedMs: number;
  readonly gapMs: number;
}

const pageSize = 1000;

/** `quire run history RUN`: every event of the run and of the push behind it, in order. */
export const showHistory = (context: CliContext, reference: string): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const run = findRun(reader, reference);
    if (context.json) {
      for (const { event, elapsedMs, gapMs } of entries(reader, run)) {
        await context.output.record({ ...event, elapsedMs, gapMs });
      }
      return exitCode.ok;
    }
    const all = [...entries(reader, run)];
    const { output } = context;
    const width = output.width();
    const day = formatTime(all[0]?.event.occurredAtMs ?? run.queuedAtMs).slice(0, 10);
    await output.line(output.style.dim(`run ${run.id}, ${day}`));
    for (const line of layoutTable(columns, all, { ...(width && { width }), titleStyle: output.style.dim })) {
      await output.line(line);
    }
    return exitCode.ok;
  });

const columns: readonly Column<HistoryEntry>[] = [
  { title: 'SEQ', align: 'right', cell: ({ event }) => String(event.seq) },
  { title: 'TIME', cell: ({ event }) => formatTime(event.occurredAtMs).slice(11) },
  { title: 'ELAPSED', align: 'right', cell: ({ elapsedMs }) => formatDuration(elapsedMs), dropOrder: 2 },
  { title: 'GAP', align: 'right', cell: ({ gapMs }) => `+${formatDuration(gapMs)}` },
  { title: 'ACTOR', cell: ({ event }) => event.actor, minWidth: 6 },
  {
    title: 'CAUSE',
    align: 'right',
    cell: ({ event }) => (event.causationSeq === null ? '' : String(event.causationSeq)),
  },
  { title: 'EVENT', cell: ({ event }) => event.type, minWidth: 12, dropOrder: 1 },
  { title: 'WHAT', cell: ({ event }) => describeEvent(event), minWidth: 28 },
];

function* entries(reader: StoreReader, run: RunRow): Generator<HistoryEntry> {
  const streams = [pushStream(run.pushId), runStream(run.id)];
  let afterSeq = 0;
  let first: ReadEvent | undefined;
  let before: ReadEvent | undefined;
  for (;;) {
    const page = reader.readEvents({ streams, afterSeq, limit: pageSize });
    for (const event of page) {
      first ??= event;
      const elapsedMs = event.occurredAtMs - first.occurredAtMs;
      yield { event, elapsedMs, gapMs: event.occurredAtMs - (before ?? event).occurredAtMs };
      before = event;
    }
    if (page.length < pageSize) return;
    afterSeq = page.at(-1)!.seq;
  }
}
