import { z } from 'zod';
import {
  jobStates,
  type JobRow,
  type RunRow,
  runStates,
  type ShRow,
  shStates,
} from '../../projections/index.js';
import { command, diagnostic, jobOptions } from '../events/index.js';

/** What the JSON form of a page says of a run, a job and a command. Owner and token of a run stay inside. */
const atMs = z.int();
const location = z.object({ file: z.string(), line: z.int(), column: z.int().optional() });

export const runModel = z.strictObject({
  id: z.string(),
  repo: z.string(),
  ref: z.string(),
  sha: z.string(),
  previousSha: z.string().nullable(),
  state: z.enum(runStates),
  subject: z.string().nullable(),
  author: z.string().nullable(),
  pusher: z.string(),
  pushId: z.string(),
  pushedAtMs: atMs,
  attempt: z.int(),
  rerunOf: z.string().nullable(),
  supersededBy: z.string().nullable(),
  failureKind: z.string().nullable(),
  message: z.string().nullable(),
  diagnostics: z.array(diagnostic).readonly().nullable(),
  cancelRequestedAtMs: atMs.nullable(),
  cancelReason: z.string().nullable(),
  cancelBy: z.string().nullable(),
  queuedAtMs: atMs,
  claimedAtMs: atMs.nullable(),
  startedAtMs: atMs.nullable(),
  finishedAtMs: atMs.nullable(),
  deadlineAtMs: atMs.nullable(),
  launcher: z.string().nullable(),
  maxParallelJobs: z.int().nullable(),
  sourceSha256: z.string().nullable(),
  correlationId: z.string(),
  /** The number of the last event of the run itself, those of its jobs left out. */
  lastSeq: z.int(),
});

export type RunModel = z.infer<typeof runModel>;

export const jobModel = z.strictObject({
  jobId: z.string(),
  position: z.int(),
  inputs: z.array(z.string()).readonly(),
  options: jobOptions,
  line: z.int(),
  state: z.enum(jobStates),
  allowedFailure: z.boolean(),
  attempt: z.int(),
  exitCode: z.int().nullable(),
  message: z.string().nullable(),
  location: location.nullable(),
  outputs: z.json(),
  outputsSha256: z.string().nullable(),
  /** The earlier run whose result the job keeps; null for a job that was decided in its own run. */
  reusedFrom: z.string().nullable(),
  queuedAtMs: atMs,
  startedAtMs: atMs.nullable(),
  finishedAtMs: atMs.nullable(),
  deadlineAtMs: atMs.nullable(),
});

export type JobModel = z.infer<typeof jobModel>;

export const shModel = z.strictObject({
  jobId: z.string(),
  n: z.int(),
  state: z.enum(shStates),
  cmd: command,
  cwd: z.string(),
  location: location.nullable(),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  timedOut: z.boolean(),
  message: z.string().nullable(),
  stdoutBytes: z.int().nullable(),
  stderrBytes: z.int().nullable(),
  logBytes: z.int().nullable(),
  logSha256: z.string().nullable(),
  logTruncated: z.boolean(),
  startedAtMs: atMs,
  finishedAtMs: atMs.nullable(),
  deadlineAtMs: atMs.nullable(),
});

export type ShModel = z.infer<typeof shModel>;

export const presentRun = (row: RunRow): RunModel => pick(row, runFields) as RunModel;
export const presentJob = (row: JobRow): JobModel => pick(row, jobFields) as JobModel;
export const presentSh = (row: ShRow): ShModel => pick(row, shFields) as ShModel;

const runFields = Object.keys(runModel.shape);
const jobFields = Object.keys(jobModel.shape);
const shFields = Object.keys(shModel.shape);

const pick = (row: object, names: readonly string[]): object => {
  const picked: Record<string, unknown> = {};
  for (const name of names) picked[name] = (row as Record<string, unknown>)[name];
  return picked;
};
