import { z } from 'zod';
import { defineEvent } from './define.js';
import { bytes, jobId, sha256 } from './field.js';

/** The options of a job as registered; times in milliseconds. */
export const jobOptions = z.strictObject({
  allowFailure: z.boolean(),
  always: z.boolean(),
  uninterruptible: z.boolean(),
  timeoutMs: z.int().positive().nullable(),
  /** How often a failing job is tried again: 0 = never. */
  retry: z.int().nonnegative(),
});

export type JobOptions = z.infer<typeof jobOptions>;

export const registeredJob = z.strictObject({
  id: jobId,
  inputs: z.array(z.string()).min(1),
  options: jobOptions,
  /** 1-based line of the registration in `.quire/ci.fnl`. */
  line: z.int().positive(),
});

export type RegisteredJob = z.infer<typeof registeredJob>;

/** A file below `.quire/lib` that the pipeline is made of; the bytes are the blob of that name. */
export const pipelineModule = z.strictObject({ path: z.string(), sha256 });

export const pipelineEvents = {
  'pipeline.registered': defineEvent(
    'run',
    'The pipeline was compiled, checked and registered its jobs, in the order they will run.',
    z.strictObject({
      /** The digest of `.quire/ci.fnl`; the bytes are the blob of that name. */
      sourceSha256: sha256,
      sourceBytes: bytes,
      /** The files of `.quire/lib` that its top level was made of. */
      modules: z.array(pipelineModule).max(1000).optional(),
      /** What its code was given beside files and commands: a blob with the push and the limits, as JSON. */
      givenSha256: sha256.nullable().optional(),
      image: z.string().nullable(),
      /** How many jobs may overlap. */
      maxParallelJobs: z.int().positive(),
      jobs: z
        .array(registeredJob)
        .min(1)
        .max(1000)
        .refine((jobs) => new Set(jobs.map(({ id }) => id)).size === jobs.length, {
          message: 'expected each job id once',
        }),
    }),
    [(data) => ({ ...(data as object), modules: [], givenSha256: null })],
  ),
};
