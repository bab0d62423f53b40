import { logRedactionStream } from '../../events/index.js';
import type { LineSpan } from '../../logs/index.js';
import type { ReadEvent } from '../read/decode.js';
import type { EventQuery } from '../read/read-events.js';

/** Reads events; a StoreReader does. */
export interface EventSource {
  readEvents(query?: EventQuery): ReadEvent[];
}

/** The log of one command. */
export interface LogName {
  readonly runId: string;
  readonly jobId: string;
  readonly n: number;
}

/** Lines of a log whose text was destroyed, as the event says that recorded it. */
export interface LogRedaction extends LogName, LineSpan {
  /** The event's number; who did it, when and why. */
  readonly bySeq: number;
  readonly actor: string;
  readonly atMs: number;
  readonly reason: string;
  /** The digest of the whole log before and after. */
  readonly logSha256Before: string;
  readonly logSha256: string;
}

/** What was destroyed in the logs of a run, or in one of them, in the order it was done. */
export const logRedactions = (
  reader: EventSource,
  runId: string,
  log?: Pick<LogName, 'jobId' | 'n'>,
): LogRedaction[] => {
  const found: LogRedaction[] = [];
  for (let afterSeq = 0; ; ) {
    const page = reader.readEvents({ streams: [logRedactionStream(runId)], afterSeq, limit: pageSize });
    for (const { seq, type, actor, occurredAtMs, data } of page) {
      afterSeq = seq;
      if (type !== 'log.redacted') continue;
      const { jobId, n, ...rest } = data as Omit<LogRedaction, 'bySeq' | 'actor' | 'atMs'>;
      if (log !== undefined && (log.jobId !== jobId || log.n !== n)) continue;
      found.push({ ...rest, jobId, n, bySeq: seq, actor, atMs: occurredAtMs });
    }
    if (page.length < pageSize) return found;
  }
};

const pageSize = 500;
