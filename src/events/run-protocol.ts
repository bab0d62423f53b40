import { z } from 'zod';
import { isEventType } from './catalog.js';
import { atMs, objectId, refName, sha256 } from './field.js';
import type { EventType } from './catalog.js';

/** What quire-ci reads as one JSON line from its standard input: where its run is to be had. */
export const assignment = z.strictObject({
  /** `unix:<path>` or `http://host:port`. */
  server: z.string(),
  token: z.string().min(32),
  runId: z.string(),
  /** The folder of the run: quire-ci.log, jobs/<job>/sh-<n>.log. */
  runDir: z.string(),
});

export type Assignment = z.infer<typeof assignment>;

/** What `(jobs :quire/push)` gives, and what the commands' environment is made from. */
export const pushOutputs = z.strictObject({
  sha: objectId,
  ref: refName,
  branch: z.string().nullable(),
  tag: z.string().nullable(),
  previousSha: objectId.nullable(),
  filesChanged: z.array(z.string()),
  pusher: z.string(),
  commitMessage: z.string(),
  pushedAtMs: atMs,
  repo: z.string(),
});

export type PushOutputs = z.infer<typeof pushOutputs>;

/** The limits quire-ci holds its run to; sizes in bytes, times in milliseconds. */
export const runLimits = z.strictObject({
  /** CPU of Lua code at top level, and of a run-fn between two host calls. */
  luaCpuMs: z.int().positive(),
  luaMemoryBytes: z.int().positive(),
  /** What `.stdout` or `.stderr` of one `(sh …)` and one `(read-file …)` may hold in memory. */
  captureBytes: z.int().positive(),
  /** One log file; beyond it the log says where it was cut. */
  logBytes: z.int().positive(),
  /** One line of a log; a longer one is split into partial lines. */
  logLineBytes: z.int().positive(),
  /** Events of one run. */
  maxEvents: z.int().positive(),
  /** Between SIGTERM and SIGKILL. */
  killGraceMs: z.int().nonnegative(),
  /** For how long quire-ci tries to reach a server that is away. */
  serverAwayMs: z.int().positive(),
});

export type RunLimits = z.infer<typeof runLimits>;

/** The answer of `GET /api/run/bootstrap`. */
export const bootstrap = z.strictObject({
  runId: z.string(),
  push: pushOutputs,
  workspace: z.string(),
  blobs: z.string(),
  env: z.record(z.string(), z.string()),
  seed: z.string(),
  deadlineAtMs: atMs,
  traceparent: z.string(),
  /** Jobs that succeeded in the run that this one repeats; those whose inputs stay the same are not run again. */
  reusable: z
    .array(
      z.strictObject({
        jobId: z.string(),
        runId: z.string(),
        outputs: z.json(),
        /** Set when the event that tells of the outputs is to name a blob of them. */
        outputsSha256: sha256.nullable(),
      }),
    )
    .optional(),
  /** True when quire-ci may write logs and blobs where the server reads them; otherwise it sends the bytes. */
  sharedDisk: z.boolean(),
  limits: runLimits,
});

export type Bootstrap = z.infer<typeof bootstrap>;

/** What the code of a pipeline is given beside files and commands: enough, with these, to run it again. */
export const given = z.strictObject({ version: z.literal(1), push: pushOutputs, limits: runLimits });

export type Given = z.infer<typeof given>;

/** The bytes that `givenSha256` of `pipeline.registered` is the digest of. */
export const encodeGiven = ({ push, limits }: Pick<Bootstrap, 'push' | 'limits'>): Buffer =>
  Buffer.from(JSON.stringify({ version: 1, push, limits } satisfies Given));

/** The result of a job of an earlier run. */
export type ReusableJob = NonNullable<Bootstrap['reusable']>[number];

/** The event types that quire-ci may send. */
export const ciEventTypes = [
  'pipeline.registered',
  'job.started',
  'job.logged',
  'job.retried',
  'job.succeeded',
  'job.reused',
  'job.failed',
  'job.skipped',
  'job.canceled',
  'file.read',
  'file.written',
  'sh.started',
  'sh.finished',
  'sh.interrupted',
  'run.succeeded',
  'run.failed',
] as const satisfies readonly EventType[];

export type CiEventType = (typeof ciEventTypes)[number];

/**
 * One line of the NDJSON body of `POST /api/run/events`. Numbers count from 1 without a gap; the same number
 * with the same body is answered again, with another body it is refused.
 */
export const ciEvent = z.strictObject({
  number: z.int().positive(),
  type: z.enum(ciEventTypes).refine(isEventType),
  occurredAtMs: atMs,
  data: z.record(z.string(), z.unknown()),
});

export type CiEvent = z.infer<typeof ciEvent>;

/** The answer of `POST /api/run/events`: the highest number stored. */
export const acknowledgement = z.strictObject({ acknowledged: z.int().nonnegative() });

/** An error answer of the run API; `code` says what to do: see docs/ARCHITECTURE.md. */
export const apiError = z.object({ code: z.string(), message: z.string() });

/** The answer of `GET /api/run/secrets/:name?job=<job id>`. */
export const secretAnswer = z.strictObject({ value: z.string() });

/** The data of a server-sent `cancel` of `GET /api/run/signals`. */
export const cancelSignal = z.strictObject({
  reason: z.enum(['operator', 'superseded', 'timed-out']),
  message: z.string(),
  /** True when an :uninterruptible job may not finish first. */
  force: z.boolean(),
});

export type CancelSignal = z.infer<typeof cancelSignal>;

/** The answer of `POST /api/run/logs/:job/:n?offset=<bytes>`: how many bytes of the log are stored. */
export const logAnswer = z.strictObject({ size: z.int().nonnegative() });

/** The answer of `PUT /api/run/blobs/:sha256`. */
export const blobAnswer = z.strictObject({ sha256 });
