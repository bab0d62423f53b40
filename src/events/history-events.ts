import { z } from 'zod';
import { defineEvent } from './define.js';
import { sha256, shNumber } from './field.js';

const reason = z.string().min(1).max(1000);

/** What was done to the history itself. The chain stays whole: it covers digests, not bytes. */
export const historyEvents = {
  'event.redacted': defineEvent(
    'history',
    'The text in the data of an event was destroyed; its digest stays in the chain.',
    z.strictObject({
      /** The event whose data was destroyed. */
      seq: z.int().positive(),
      /** The digest of the destroyed data, as the chain has it. */
      dataHash: sha256,
      /** The JSON text that stands in its place: the same shape without its text. */
      replacement: z.string(),
      reason,
    }),
  ),
  'log.redacted': defineEvent(
    'history',
    'Lines of the log of a command were destroyed; each byte of their text became an asterisk.',
    z.strictObject({
      runId: z.string(),
      jobId: z.string(),
      n: shNumber,
      /** The first and last destroyed line, counted from 1. */
      fromLine: z.int().positive(),
      toLine: z.int().positive(),
      /** The digest of these lines as the file had them, times and line ends included; null in version 1. */
      spanSha256: sha256.nullable(),
      /** The digest of the whole log before and after. */
      logSha256Before: sha256,
      logSha256: sha256,
      reason,
    }),
    [(data) => ({ ...(data as object), spanSha256: null })],
  ),
};
