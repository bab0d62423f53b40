import { createHash } from 'node:crypto';
import { createReadStream, type Stats, statSync } from 'node:fs';
import { asc, isNotNull } from 'drizzle-orm';
import { sh } from '../../projections/index.js';
import type { StoreReader } from '../store/index.js';

/** A log that is not what its command's last event says. */
export interface LogFinding {
  readonly code: 'log-missing' | 'log-size' | 'log-changed';
  readonly runId: string;
  readonly jobId: string;
  readonly n: number;
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

export interface LogReport {
  readonly logs: number;
  readonly bytes: number;
  readonly findings: readonly LogFinding[];
}

/** Where the log of a command lies. */
export type LogPath = (runId: string, jobId: string, n: number) => string;

/**
 * Compares each log with the digest in the event that ended its command, or that redacted it last. Reads every
 * byte; memory stays flat.
 */
export const verifyLogs = async (reader: StoreReader, logPath: LogPath): Promise<LogReport> => {
  const redacted = redactedDigests(reader);
  const rows = reader.read
    .select({ runId: sh.runId, jobId: sh.jobId, n: sh.n, bytes: sh.logBytes, sha256: sh.logSha256 })
    .from(sh)
    .where(isNotNull(sh.logSha256))
    .orderBy(asc(sh.runId), asc(sh.jobId), asc(sh.n))
    .all();
  const findings: LogFinding[] = [];
  let bytes = 0;
  for (const { runId, jobId, n, bytes: size, sha256 } of rows) {
    const path = logPath(runId, jobId, n);
    const expected = redacted.get(`${runId}/${jobId}/${n}`) ?? sha256 ?? '';
    const log = { runId, jobId, n, path };
    const stat: Stats | undefined = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) {
      if (size !== 0) findings.push({ ...log, code: 'log-missing', expected, found: 'no file' });
      continue;
    }
    bytes += stat.size;
    if (stat.size !== size) {
      findings.push({ ...log, code: 'log-size', expected: `${size} bytes`, found: `${stat.size} bytes` });
      continue;
    }
    const found = await digestOf(path);
    if (found !== expected) findings.push({ ...log, code: 'log-changed', expected, found });
  }
  return { logs: rows.length, bytes, findings };
};

/** A finding in words. */
export const describeLogFinding = ({ code, runId, jobId, n, path, expected, found }: LogFinding): string => {
  const name = `log of command ${n} of job ${jobId} of run ${runId} (${path})`;
  if (code === 'log-missing') return `${name}: the file is missing`;
  const what = code === 'log-size' ? 'its size was changed' : 'its bytes were changed';
  return `${name}: ${what}; expected ${expected}, found ${found}`;
};

const digestOf = async (path: string): Promise<string> => {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest('hex');
};

const redactedDigests = (reader: StoreReader): Map<string, string> =>
  new Map(
    reader
      .readEvents({ types: ['log.redacted'], limit: 1_000_000 })
      .map(({ data }) => data as { runId: string; jobId: string; n: number; logSha256: string })
      .map(({ runId, jobId, n, logSha256 }) => [`${runId}/${jobId}/${n}`, logSha256]),
  );
