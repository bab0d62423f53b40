import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runStream } from '../../events/index.js';
import { shLogPath } from '../../runner/run-folder.js';
import type { ReadEvent, StoreReader } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { describeEvent } from '../describe-event.js';
import { formatDuration, formatSpan, formatTime } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { createLiveScreen } from '../live-screen.js';
import { printableFirstLine, printableOutput } from '../printable.js';
import { stateMark } from '../state-mark.js';
import { createWaker, type Waker } from '../waker.js';
import { failureReport } from './failure-report.js';
import { hasEnded, type LoadedRun, loadRun } from './load-run.js';
import { lastLogLines } from './log-lines.js';
import { drawFrame, type Progress } from './watch-frame.js';

/** How often the view is drawn while nothing but time moves. */
const redrawMs = 250;
/** A busy run tells of hundreds of changes a second; nobody reads that many drawings. */
const shortestFrameMs = 40;
const pageSize = 1000;

/**
 * Shows a run until it ends: drawn in place on a terminal, as lines in the order of events elsewhere, as NDJSON
 * of its events with `--json`. Ends with 0 when the run succeeded, else with 1. Closes the waker.
 */
export const watchRun = async (
  context: CliContext,
  reader: StoreReader,
  runId: string,
  waker: Waker = createWaker(context.root, runId, loadRun(reader, runId).run.lastSeq),
): Promise<ExitCode> => {
  try {
    if (context.json) await followEvents(reader, runId, waker, (event) => context.output.record(event));
    else if (context.output.isTerminal) await watchInPlace(context, reader, runId, waker);
    else await watchAsLines(context, reader, runId, waker);
  } finally {
    waker.close();
  }
  const loaded = loadRun(reader, runId);
  if (!context.json) await printEnd(context, loaded);
  return loaded.run.state === 'succeeded' ? exitCode.ok : exitCode.no;
};

const followEvents = async (
  reader: StoreReader,
  runId: string,
  waker: Waker,
  show: (event: ReadEvent) => Promise<void>,
): Promise<void> => {
  const streams = [runStream(runId)];
  let afterSeq = 0;
  for (;;) {
    const { run } = loadRun(reader, runId);
    for (let isLast = false; !isLast; ) {
      const page = reader.readEvents({ streams, afterSeq, limit: pageSize });
      for (const event of page) {
        afterSeq = event.seq;
        await show(event);
      }
      isLast = page.length < pageSize;
    }
    if (hasEnded(run)) return;
    await waker.wait(5000);
  }
};

const watchAsLines = async (
  { output }: CliContext,
  reader: StoreReader,
  runId: string,
  waker: Waker,
): Promise<void> => {
  const { style } = output;
  let startMs: number | undefined;
  await followEvents(reader, runId, waker, (event) => {
    startMs ??= event.occurredAtMs;
    const since = `+${formatDuration(event.occurredAtMs - startMs)}`.padStart(8);
    const time = formatTime(event.occurredAtMs).slice(11);
    return output.line(`${style.dim(`${time} ${since}`)}  ${describeEvent(event)}`);
  });
};

const watchInPlace = async (
  context: CliContext,
  reader: StoreReader,
  runId: string,
  waker: Waker,
): Promise<void> => {
  const { output } = context;
  const screen = createLiveScreen(output);
  try {
    for (;;) {
      const loaded = loadRun(reader, runId);
      const progress = await readProgress(context.root, loaded);
      const waiting = loaded.run.state === 'queued' && waker.serverIsAway();
      const note = waiting ? { note: 'no server runs here: it waits for one' } : {};
      const size = { width: output.width() ?? 80, height: (output.height() ?? 24) - 1 };
      await screen.draw(drawFrame({ loaded, progress, nowMs: context.now(), ...note }, size, output.style));
      if (hasEnded(loaded.run)) return;
      await waker.wait(redrawMs);
      await sleep(shortestFrameMs);
    }
  } finally {
    screen.close();
  }
};

const readProgress = async (root: string, loaded: LoadedRun): Promise<Map<string, Progress>> => {
  const progress = new Map<string, Progress>();
  for (const { jobId } of loaded.jobs) {
    for (const sh of loaded.commandsOf(jobId)) {
      if (sh.state !== 'active') continue;
      const path = shLogPath(root, sh.runId, jobId, sh.n);
      const [line] = await lastLogLines(path, 1);
      if (line === undefined) continue;
      progress.set(`${jobId}/${sh.n}`, {
        logBytes: (await stat(path)).size,
        lastLine: printableOutput(line.text, false).trim(),
      });
    }
  }
  return progress;
};

const printEnd = async (context: CliContext, loaded: LoadedRun): Promise<void> => {
  const { output, now } = context;
  const { run } = loaded;
  for (const line of await failureReport(context, loaded)) await output.line(line);
  const took = formatSpan(run.startedAtMs ?? run.queuedAtMs, run.finishedAtMs, now());
  await output.line('');
  const why = run.message === null ? '' : `: ${printableFirstLine(run.message)}`;
  await output.line(`${stateMark(run.state, output.style)}  run ${run.id} after ${took}${why}`);
};
