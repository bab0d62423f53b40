/**
 * The form of a command's log, a line of it being
 *
 *     2026-11-22T14:40:00.123456789Z stdout F all tests passed
 *
 * the time the bytes were read, the stream they came from, `F` for a full line or `P` for a partial one, and
 * the bytes as they came. The newline of a full line stands for one that the command wrote; the newline of a
 * partial line is not part of the output. So the exact output of a stream is: the texts of its lines in
 * order, each full one followed by a newline.
 */
export type LogStream = 'stdout' | 'stderr';

/** One line of a log, taken apart. */
export interface CriLine {
  /** RFC 3339 in UTC with nanoseconds, 30 characters. */
  readonly time: string;
  readonly stream: LogStream;
  /** True when the command wrote no newline here: its line goes on, or its output ended. */
  readonly partial: boolean;
  /** The bytes of the line, in any encoding, without the newline. */
  readonly text: Buffer;
}

/** Bytes of a line before its text; the same for every line. */
export const criPrefixBytes = 40;

/** `atNs`, nanoseconds since 1970, as the time of a log line. */
export const formatCriTime = (atNs: bigint): string => {
  const seconds = new Date(Number(atNs / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(atNs % 1_000_000_000n).padStart(9, '0')}Z`;
};

/** The nanoseconds since 1970 of a log line's `time`. */
export const parseCriTime = (time: string): bigint =>
  BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1_000_000n + BigInt(time.slice(20, 29));
