import { z } from 'zod';
import { defineEvent } from './define.js';
import { atMs, bytes, jobId, location, sha256 } from './field.js';

export const jobEvents = {
  'job.started': defineEvent(
    'run',
    'A job did the first thing that reaches outside its code, or ended without doing one.',
    z.strictObject({ jobId, deadlineAtMs: atMs.nullable() }),
  ),
  'job.logged': defineEvent(
    'run',
    'The code of a job called (log …).',
    z.strictObject({ jobId, message: z.string().max(16_384) }),
  ),
  'job.retried': defineEvent(
    'run',
    'An attempt of a job failed and the job is tried again.',
    z.strictObject({
      jobId,
      attempt: z.int().positive(),
      message: z.string(),
      location: location.nullable(),
    }),
  ),
  'job.succeeded': defineEvent(
    'run',
    'A job ended well.',
    z.strictObject({
      jobId,
      /** What the run-fn returned, redacted; null when it returned nothing or the outputs are a blob. */
      outputs: z.json(),
      /** The digest of the outputs as JSON when they are too large for an event. */
      outputsSha256: sha256.nullable(),
    }),
  ),
  'job.reused': defineEvent(
    'run',
    'A job was not run: it succeeded in the run that this one repeats, and keeps that result.',
    z.strictObject({
      jobId,
      /** The run the result was taken from. */
      runId: z.string(),
      /** As in `job.succeeded` of that run. */
      outputs: z.json(),
      outputsSha256: sha256.nullable(),
    }),
  ),
  'job.failed': defineEvent(
    'run',
    'A job ended badly.',
    z.strictObject({
      jobId,
      exitCode: z.int().nullable(),
      message: z.string(),
      location: location.nullable(),
      /** True when the job was registered with :allow-failure, so that the run goes on. */
      allowed: z.boolean(),
    }),
  ),
  'job.skipped': defineEvent(
    'run',
    'A job was left out, and why.',
    z.strictObject({
      jobId,
      reason: z.enum(['input-failed', 'input-skipped', 'nothing-to-do']),
      /** The input at fault, for the first two reasons. */
      inputId: z.string().nullable(),
      message: z.string(),
    }),
  ),
  'job.canceled': defineEvent(
    'run',
    'A job ended because its run did.',
    z.strictObject({ jobId, message: z.string() }),
  ),
  'file.read': defineEvent(
    'run',
    'The code of a job read a file of the workspace.',
    z.strictObject({ jobId, path: z.string(), sha256: sha256.nullable(), bytes }),
  ),
  'file.written': defineEvent(
    'run',
    'The code of a job wrote a file of the workspace.',
    z.strictObject({ jobId, path: z.string(), sha256, bytes }),
  ),
  'secret.revealed': defineEvent(
    'run',
    'A job was given a secret; only its name is known here.',
    z.strictObject({ jobId, name: z.string() }),
  ),
};
