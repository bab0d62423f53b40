import { z } from 'zod';
import { defineEvent } from './define.js';
import { atMs, bytes, jobId, location, sha256, shNumber } from './field.js';

/** A command: a string is given to `sh -c`, a list is an argument vector. */
export const command = z.union([z.string(), z.array(z.string()).min(1)]);

export type Command = z.infer<typeof command>;

const output = { stdoutBytes: bytes, stderrBytes: bytes, logBytes: bytes, logSha256: sha256 };

export const shEvents = {
  'sh.started': defineEvent(
    'run',
    'A command began.',
    z.strictObject({
      jobId,
      n: shNumber,
      cmd: command,
      /** Relative to the workspace. */
      cwd: z.string(),
      deadlineAtMs: atMs.nullable(),
      location: location.nullable(),
    }),
  ),
  'sh.finished': defineEvent(
    'run',
    'A command ended by itself, by a signal or by its time limit.',
    z
      .strictObject({
        jobId,
        n: shNumber,
        exitCode: z.int().nullable(),
        signal: z.string().nullable(),
        timedOut: z.boolean(),
        /** True when the log reached its size limit; the byte counts and exit code are exact all the same. */
        logTruncated: z.boolean(),
        ...output,
      })
      .refine(({ exitCode, signal }) => (exitCode === null) !== (signal === null), {
        message: 'expected either exitCode or signal, and the other one null',
      }),
  ),
  'sh.interrupted': defineEvent(
    'run',
    'A command was ended from outside or lost with its process; it is never run again by itself.',
    z.strictObject({ jobId, n: shNumber, reason: z.string(), logBytes: bytes, logSha256: sha256.nullable() }),
  ),
};
