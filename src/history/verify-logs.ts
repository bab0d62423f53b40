import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { and, asc, isNotNull, sql } from 'drizzle-orm';
import { sh } from '../../projections/index.js';
import { digestMasked } from '../logs/index.js';
import { type LogName, type LogRedaction, logRedactions, type StoreReader } from '../store/index.js';

/**
 * A log that is not what its command's last event says. `redaction-unfinished`: an event says that lines of it are
 * destroyed, and they are still there; everything else of it is right. `changed-before-redaction`: it was not what
 * the event said when lines of it were destroyed, so its text was changed before.
 */
export interface LogFinding extends LogName {
  readonly code:
    | 'log-missing'
    | 'log-unreadable'
    | 'log-cut-off'
    | 'log-grown'
    | 'log-changed'
    | 'redaction-unfinished'
    | 'changed-before-redaction';
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  /** The event that destroyed lines of it, for the last two codes. */
  readonly bySeq?: number;
}

export interface LogReport {
  readonly logs: number;
  readonly bytes: number;
  /** At most {@link maxLogFindings}. */
  readonly findings: readonly LogFinding[];
  /** Lines that were destroyed through the door made for it: no fault. */
  readonly redactions: readonly LogRedaction[];
}

/** Where the log of a command lies. */
export type LogPath = (runId: string, jobId: string, n: number) => string;

export const maxLogFindings = 1000;

/**
 * Compares each log with the digest in the event that ended its command, or that redacted it last. Reads every
 * byte; memory stays flat.
 */
export const verifyLogs = async (reader: StoreReader, logPath: LogPath): Promise<LogReport> => {
  const findings: LogFinding[] = [];
  const redactions: LogRedaction[] = [];
  let logs = 0;
  let bytes = 0;
  for (const log of endedLogs(reader)) {
    const path = logPath(log.runId, log.jobId, log.n);
    const redacted = logRedactions(reader, log.runId, log);
    const checked = await verifyLog(log, path, redacted).catch((error) => unreadable(log, path, error));
    logs += 1;
    bytes += checked.bytes;
    redactions.push(...redacted.slice(0, maxLogFindings - redactions.length));
    findings.push(...checked.findings.slice(0, maxLogFindings - findings.length));
  }
  return { logs, bytes, findings, redactions };
};

/** A finding in words: what is wrong, and where. */
export const describeLogFinding = (finding: LogFinding): string => {
  const { code, runId, jobId, n, path, expected, found, bySeq } = finding;
  const name = `log of command ${n} of job ${jobId} of run ${runId} (${path})`;
  switch (code) {
    case 'log-missing':
      return `${name}: the file is missing; expected ${expected}`;
    case 'log-unreadable':
      return `${name}: it cannot be read: ${found}`;
    case 'log-cut-off':
      return `${name}: its end was cut off; expected ${expected}, found ${found}`;
    case 'log-grown':
      return `${name}: something was added to it; expected ${expected}, found ${found}`;
    case 'log-changed':
      return `${name}: its bytes were changed; expected digest ${expected}, found ${found}`;
    case 'redaction-unfinished':
      return `${name}: event ${bySeq} says that lines of it are destroyed, and they are still there; quire doctor --fix destroys them`;
    case 'changed-before-redaction':
      return `${name}: its bytes were changed before event ${bySeq} destroyed lines of it; expected digest ${expected}, found ${found}`;
  }
};

/** What was destroyed in a log, in words. */
export const describeLogRedaction = (redaction: LogRedaction): string => {
  const { runId, jobId, n, fromLine, toLine, bySeq, reason } = redaction;
  const lines = fromLine === toLine ? `line ${fromLine}` : `lines ${fromLine} to ${toLine}`;
  return `log of command ${n} of job ${jobId} of run ${runId}: ${lines} redacted by event ${bySeq}: ${reason}`;
};

interface EndedLog extends LogName {
  readonly size: number;
  readonly sha256: string;
}

const pageSize = 1000;

/** A page at a time: a server has more commands than fit into memory. */
function* endedLogs({ read }: StoreReader): Generator<EndedLog> {
  let last: LogName = { runId: '', jobId: '', n: 0 };
  for (;;) {
    const behind = sql`(${sh.runId}, ${sh.jobId}, ${sh.n}) > (${last.runId}, ${last.jobId}, ${last.n})`;
    const page = read
      .select({ runId: sh.runId, jobId: sh.jobId, n: sh.n, size: sh.logBytes, sha256: sh.logSha256 })
      .from(sh)
      .where(and(isNotNull(sh.logSha256), behind))
      .orderBy(asc(sh.runId), asc(sh.jobId), asc(sh.n))
      .limit(pageSize)
      .all();
    for (const { size, sha256, ...name } of page) {
      last = name;
      yield { ...name, size: size ?? 0, sha256: sha256 ?? '' };
    }
    if (page.length < pageSize) return;
  }
}

/** One file that the system refuses to read is no reason to look at none. */
const unreadable = ({ runId, jobId, n, size }: EndedLog, path: string, error: NodeJS.ErrnoException) => {
  if (error.syscall === undefined) throw error;
  const log: LogName = { runId, jobId, n };
  const finding: LogFinding = {
    ...log,
    code: 'log-unreadable',
    path,
    expected: sizeText(size),
    found: error.message,
  };
  return { bytes: 0, findings: [finding] };
};

const sizeText = (bytes: number): string => `${bytes} bytes`;

const verifyLog = async (
  { size, sha256, ...name }: EndedLog,
  path: string,
  redacted: readonly LogRedaction[],
): Promise<{ readonly bytes: number; readonly findings: readonly LogFinding[] }> => {
  const log = { ...name, path };
  const found = await sizeOf(path);
  if (found === undefined) {
    const missing = { ...log, code: 'log-missing', expected: sizeText(size), found: 'no file' } as const;
    return { bytes: 0, findings: size === 0 ? [] : [missing] };
  }
  if (found !== size) {
    const code = found < size ? 'log-cut-off' : 'log-grown';
    return {
      bytes: found,
      findings: [{ ...log, code, expected: sizeText(size), found: sizeText(found) }],
    };
  }
  const { findings, expected } = followRedactions(log, sha256, redacted);
  const digest = await digestOf(path);
  if (digest === expected) return { bytes: found, findings };
  const bySeq = redacted.at(-1)?.bySeq;
  const unfinished = bySeq !== undefined && (await maskedDigestOf(path, redacted)) === expected;
  const wrong: LogFinding = unfinished
    ? { ...log, code: 'redaction-unfinished', expected, found: digest, bySeq }
    : { ...log, code: 'log-changed', expected, found: digest };
  return { bytes: found, findings: [...findings, wrong] };
};

/** Each redaction says what the log was before it: that must be what the event before it left. */
const followRedactions = (
  log: LogName & { readonly path: string },
  sha256: string,
  redacted: readonly LogRedaction[],
): { readonly findings: LogFinding[]; readonly expected: string } => {
  const findings: LogFinding[] = [];
  let expected = sha256;
  for (const { logSha256Before, logSha256, bySeq } of redacted) {
    if (logSha256Before !== expected) {
      findings.push({ ...log, code: 'changed-before-redaction', expected, found: logSha256Before, bySeq });
    }
    expected = logSha256;
  }
  return { findings, expected };
};

const sizeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const digestOf = async (path: string): Promise<string> => {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest('hex');
};

const maskedDigestOf = async (path: string, redacted: readonly LogRedaction[]): Promise<string> => {
  const file = await open(path, 'r');
  try {
    return (await digestMasked(file, redacted)).masked;
  } finally {
    await file.close();
  }
};
