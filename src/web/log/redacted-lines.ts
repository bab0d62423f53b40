import { type LogName, logRedactions } from '../../store/index.js';
import type { WebOptions } from '../options.js';
import type { LogLine } from './line.js';

/** The lines, those whose text was destroyed with the reason why. */
export const markRedacted = (
  store: Pick<WebOptions['store'], 'readEvents'>,
  { runId, jobId, n }: LogName,
  lines: LogLine[],
): LogLine[] => {
  if (lines.length === 0) return lines;
  const redactions = logRedactions(store, runId, { jobId, n });
  if (redactions.length === 0) return lines;
  return lines.map((line) => {
    const by = redactions.find(({ fromLine, toLine }) => line.number >= fromLine && line.number <= toLine);
    return by === undefined ? line : { ...line, redacted: { bySeq: by.bySeq, reason: by.reason } };
  });
};
