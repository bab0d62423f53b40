import { z } from 'zod';
import { given } from '../../events/given.js';
import { sha256 } from '../../events/index.js';

/**
 * One run as a file: gzip over NDJSON. The first line says what it is, the last one digests all before it. Between
 * them: events, then files, each a line that names it and the lines of its bytes. A reader refuses versions it does not
 * know; within a version, fields may be added that a reader passes over.
 */
export const formatName = 'quire-run';
export const formatVersion = 1;

/** Bytes of a file in one line. */
export const chunkBytes = 48 * 1024;

const id = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/);
const size = z.int().nonnegative();

export const header = z.object({
  format: z.literal(formatName),
  version: z.int().positive(),
  runId: id,
  exportedAtMs: size,
  /** The quire that wrote it. */
  quire: z.string(),
});

export type Header = z.infer<typeof header>;

/** Another run that was in the way while this one waited; of another repository nothing but its times is told. */
export const neighbour = z.object({
  id,
  sameRef: z.boolean(),
  queuedAtMs: size,
  claimedAtMs: size,
  finishedAtMs: size.nullable(),
});

export type Neighbour = z.infer<typeof neighbour>;

const jobId = z
  .string()
  .min(1)
  .max(128)
  .refine((text) => !/[/\\\0]/.test(text) && text !== '.' && text !== '..', {
    message: 'expected the name of a job, which is a safe file name',
  });

/** A file of the run: the log of a command, or what is kept by its digest. `bytes` of it follow in `data` lines. */
export const file = z.discriminatedUnion('file', [
  z.object({ file: z.literal('log'), jobId, n: z.int().positive(), bytes: size, sha256 }),
  z.object({ file: z.literal('blob'), bytes: size, sha256 }),
]);

export type FileLine = z.infer<typeof file>;

/** The files below `.quire` in the commit of the run, by path: their bytes are blobs. */
export const sources = z.record(z.string().max(4096), sha256);

/** What the excerpt of a history has beside events, logs and blobs. */
export const extras = z.object({ sources, given: given.nullable() });

export type Extras = z.infer<typeof extras>;

export const line = z.union([
  z.object({ event: z.unknown() }).refine(({ event }) => event !== undefined),
  z.object({ neighbour }),
  z.object({ extras }),
  z.object({ data: z.base64() }),
  z.object({ end: z.object({ lines: size, sha256 }) }),
  file,
]);

/** A file that is no export of a run, not all of one, or not what was exported. */
export class RunFileError extends Error {
  readonly code = 'bad-run-file';
  constructor(path: string, problem: string) {
    super(`${path} cannot be opened: ${problem}`);
  }
}
