import { z } from 'zod';

/** Milliseconds since 1970, UTC. */
export const atMs = z.int().nonnegative();

/** A byte count. */
export const bytes = z.int().nonnegative();

/** A SHA-256 digest in lower-case hex. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');

/** A git object id: SHA-1 or SHA-256, in lower-case hex. */
export const objectId = z
  .string()
  .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'expected a 40- or 64-digit git object id');

/** A full ref name; git's own rules are checked at the intake. */
export const refName = z.string().min(1).max(1024).startsWith('refs/');

export const jobId = z.string().min(1).max(128);

/** The number of a `(sh …)` within its job, from 1. */
export const shNumber = z.int().positive();

/** A place in the pipeline's source: 1-based line and column. */
export const location = z.object({
  file: z.string(),
  line: z.int().positive(),
  column: z.int().nonnegative().optional(),
});

/** One finding about a pipeline's source. */
export const diagnostic = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  file: z.string(),
  line: z.int().nonnegative(),
  column: z.int().nonnegative(),
  sourceLine: z.string().optional(),
});

export type Diagnostic = z.infer<typeof diagnostic>;
export type Location = z.infer<typeof location>;
