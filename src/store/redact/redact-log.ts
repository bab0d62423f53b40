import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { and, eq } from 'drizzle-orm';
import { type ShRow, sh } from '../../../projections/index.js';
import { logRedactionStream, type NewEvent, type StoredEvent } from '../../events/index.js';
import { digestMasked, type LineSpan, type MaskedDigests, overwriteLines } from '../../logs/index.js';
import type { AppendOptions, TransactionReader } from '../append/append.js';
import { type EventSource, type LogName, type LogRedaction, logRedactions } from './log-redactions.js';

/** Lines of a log that are to be destroyed, and the file that they stand in. */
export interface LogRedactionRequest extends LogName, LineSpan {
  readonly path: string;
  readonly reason: string;
}

/** What was done: the event that says so, and whether an earlier attempt had recorded it already. */
export interface LogRedactionOutcome {
  readonly bySeq: number;
  readonly isFinished: 'now' | 'earlier-attempt';
  /** The log's digest as it is now. */
  readonly logSha256: string;
}

/** A log, or these lines of it, cannot be redacted. Nothing was changed. */
export class LogRedactionError extends Error {
  readonly code = 'log-not-redactable';
  constructor(
    readonly log: LogName,
    problem: string,
  ) {
    super(
      `the log of command ${log.n} of job ${log.jobId} of run ${log.runId} cannot be redacted: ${problem}`,
    );
  }
}

interface Store extends EventSource {
  readonly read: TransactionReader;
  append(events: readonly NewEvent[], options: AppendOptions): Promise<readonly StoredEvent[]>;
}

/**
 * Destroys the text of lines of a log: records `log.redacted` with the digests of before and after, then
 * overwrites each byte with an asterisk where it stands and waits for the disk. So an end between the two leaves a
 * log that is not yet what the event says: `verifyLogs` finds it, and the same call, or
 * {@link finishLogRedactions}, does the rest. Throws {@link LogRedactionError}.
 */
export const redactLog = async (
  store: Store,
  { path, reason, fromLine, toLine, ...name }: LogRedactionRequest,
  options: AppendOptions,
): Promise<LogRedactionOutcome> => {
  const row = commandOf(store, name);
  const span = { fromLine, toLine };
  if (row.finishedAtMs === null) {
    throw new LogRedactionError(
      name,
      `the command is still running; wait for its end, or end it: quire run cancel ${name.runId}`,
    );
  }
  return withLog(name, path, async (file) => {
    const earlier = logRedactions(store, name.runId, name);
    const digests = await digestMasked(file, earlier, span);
    if (toLine > digests.lines) {
      throw new LogRedactionError(name, `it has ${digests.lines} lines; asked for was ${linesText(span)}`);
    }
    const finishes = await finish(file, earlier, digests);
    if (digests.after === digests.masked) return alreadyDone(name, span, earlier, finishes, digests);
    const event: NewEvent<'log.redacted'> = {
      stream: logRedactionStream(name.runId),
      type: 'log.redacted',
      cause: row.lastSeq,
      data: {
        ...name,
        ...span,
        spanSha256: digests.span,
        logSha256Before: digests.masked,
        logSha256: digests.after,
        reason,
      },
    };
    const [stored] = await store.append([event], options);
    await overwriteLines(file, [span]);
    return { bySeq: (stored as StoredEvent).seq, isFinished: 'now', logSha256: digests.after };
  });
};

/**
 * Overwrites what the events of a log say is destroyed and is not, because an earlier redaction ended half way.
 * True when there was something. Throws {@link LogRedactionError}.
 */
export const finishLogRedactions = (store: EventSource, name: LogName, path: string): Promise<boolean> =>
  withLog(name, path, async (file) => {
    const earlier = logRedactions(store, name.runId, name);
    return finish(file, earlier, await digestMasked(file, earlier));
  });

const finish = async (
  file: FileHandle,
  earlier: readonly LogRedaction[],
  { found, masked }: MaskedDigests,
): Promise<boolean> => {
  if (found === masked) return false;
  await overwriteLines(file, earlier);
  return true;
};

const alreadyDone = (
  name: LogName,
  span: LineSpan,
  earlier: readonly LogRedaction[],
  finishes: boolean,
  { masked }: MaskedDigests,
): LogRedactionOutcome => {
  const by = earlier.findLast((one) => one.fromLine <= span.toLine && one.toLine >= span.fromLine);
  if (by !== undefined && finishes) {
    return { bySeq: by.bySeq, isFinished: 'earlier-attempt', logSha256: masked };
  }
  throw new LogRedactionError(
    name,
    by === undefined
      ? `there is no text in ${linesText(span)}`
      : `the text of ${linesText(span)} is destroyed already, by event ${by.bySeq}`,
  );
};

const linesText = ({ fromLine, toLine }: LineSpan): string =>
  fromLine === toLine ? `line ${fromLine}` : `lines ${fromLine} to ${toLine}`;

const commandOf = ({ read }: Pick<Store, 'read'>, name: LogName): ShRow => {
  const row = read
    .select()
    .from(sh)
    .where(and(eq(sh.runId, name.runId), eq(sh.jobId, name.jobId), eq(sh.n, name.n)))
    .get();
  if (row === undefined) throw new LogRedactionError(name, 'there is no such command');
  return row;
};

/** A command of the run may have put a link in the place of its log: only the file itself is written to. */
const withLog = async <T>(name: LogName, path: string, use: (file: FileHandle) => Promise<T>): Promise<T> => {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ELOOP') throw error;
    throw new LogRedactionError(name, code === 'ENOENT' ? `there is no file ${path}` : `${path} is a link`);
  }
  try {
    return await use(file);
  } finally {
    await file.close();
  }
};
