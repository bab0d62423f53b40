import { z } from 'zod';
import type { CriLine } from '../../logs/index.js';

/** Lines on a page: two blocks of the viewer, which hold a whole one wherever they begin. */
export const linesPerPage = 200;

/** One line of a log as pages and JSON show it. */
export const logLine = z.strictObject({
  /** From 1. */
  number: z.int(),
  /** RFC 3339 in UTC with nanoseconds. */
  time: z.string(),
  stream: z.enum(['stdout', 'stderr']),
  /** True when the command wrote no newline here. */
  partial: z.boolean(),
  /** As UTF-8; bytes that are not have U+FFFD in their place. Escape sequences are as the command wrote them. */
  text: z.string(),
  /** There when the text was destroyed: the event that says so, and why. An asterisk stands for each byte. */
  redacted: z.strictObject({ bySeq: z.int(), reason: z.string() }).optional(),
});

export type LogLine = z.infer<typeof logLine>;

export const presentLine = (line: CriLine, number: number): LogLine => ({
  number,
  time: line.time,
  stream: line.stream,
  partial: line.partial,
  text: line.text.toString('utf8'),
});
