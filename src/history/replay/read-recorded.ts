import { logRedactionStream, redactionStream, runStream, type StoredEvent } from '../../events/index.js';
import { isKnownEvent, type StoreReader } from '../../store/index.js';
import { gatherRun, type RecordedRun } from './recorded-run.js';

/** A run as its events tell it, and which of its logs have lost lines. */
export interface ReadRun {
  readonly recorded: RecordedRun;
  isLogRedacted(jobId: string, n: number): boolean;
}

/** The numbers of the events whose text was destroyed, of all runs; to be read once for many runs. */
export const redactedEvents = (reader: StoreReader): ReadonlySet<number> =>
  new Set(
    [...eventsIn(reader, redactionStream)].flatMap((event) =>
      event.type === 'event.redacted' ? [event.data.seq] : [],
    ),
  );

/** Reads the events of one run; undefined when there is no such run. */
export const readRecorded = (
  reader: StoreReader,
  runId: string,
  redacted = redactedEvents(reader),
): ReadRun | undefined => {
  const recorded = gatherRun(runId, eventsIn(reader, runStream(runId)), (seq) => redacted.has(seq));
  if (recorded === undefined) return undefined;
  const logs = new Set<string>();
  for (const event of eventsIn(reader, logRedactionStream(runId))) {
    if (event.type === 'log.redacted') logs.add(`${event.data.n}/${event.data.jobId}`);
  }
  return { recorded, isLogRedacted: (jobId, n) => logs.has(`${n}/${jobId}`) };
};

const pageSize = 1000;

function* eventsIn(reader: StoreReader, stream: string): Generator<StoredEvent> {
  for (let afterSeq = 0; ; ) {
    const page = reader.readEvents({ streams: [stream], afterSeq, limit: pageSize });
    for (const event of page) if (isKnownEvent(event)) yield event;
    if (page.length < pageSize) return;
    afterSeq = page.at(-1)!.seq;
  }
}
