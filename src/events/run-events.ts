import { z } from 'zod';
import { defineEvent } from './define.js';
import { atMs, diagnostic, objectId, refName, sha256 } from './field.js';

/** A process that can be told from any other that ever had its pid: `/proc` start time, within one boot. */
export const processIdentity = z.strictObject({
  bootId: z.string(),
  pid: z.int().positive(),
  /** Clock ticks since boot, from /proc/<pid>/stat; 0 where the system has no /proc. */
  startTime: z.int().nonnegative(),
});

export type ProcessIdentity = z.infer<typeof processIdentity>;

export const runEvents = {
  'run.queued': defineEvent(
    'run',
    'A run of one (repository, ref, sha) waits for its turn.',
    z.strictObject({
      repo: z.string(),
      ref: refName,
      sha: objectId,
      previousSha: objectId.nullable(),
      pushId: z.string(),
      pushedAtMs: atMs,
      pusher: z.string(),
      attempt: z.int().positive(),
      rerunOf: z.string().nullable(),
      /** True when what succeeded in the run of `rerunOf` is not run again. */
      onlyFailed: z.boolean(),
      subject: z.string().nullable(),
      author: z.string().nullable(),
    }),
    [(data) => ({ ...(data as object), onlyFailed: false })],
  ),
  'run.claimed': defineEvent(
    'run',
    'The runner took the run off the queue for one quire-ci process and prepares it.',
    z.strictObject({ owner: processIdentity, launcher: z.string(), tokenHash: sha256 }),
  ),
  'run.released': defineEvent(
    'run',
    'A claimed run went back to the queue before it had started.',
    z.strictObject({ reason: z.string() }),
  ),
  'run.started': defineEvent(
    'run',
    'quire-ci fetched its bootstrap: the run is active.',
    z.strictObject({
      /** What math.random of the pipeline is seeded with. */
      seed: z.string(),
      /** The environment that commands get, and that `(env name)` reads; never a secret. */
      env: z.record(z.string(), z.string()),
      deadlineAtMs: atMs,
      traceparent: z.string(),
    }),
  ),
  'run.adopted': defineEvent(
    'run',
    'A restarted server took over a run whose quire-ci had gone on.',
    z.strictObject({ owner: processIdentity }),
  ),
  'run.cancel-requested': defineEvent(
    'run',
    'Somebody asked for the end of an active run; its processes are being ended.',
    z.strictObject({
      by: z.string(),
      reason: z.enum(['operator', 'superseded', 'timed-out']),
      message: z.string(),
      supersededBy: z.string().nullable(),
      /** True when an :uninterruptible job may not finish first. */
      force: z.boolean(),
    }),
  ),
  'run.succeeded': defineEvent(
    'run',
    'Every job ended well, was skipped, or was allowed to fail.',
    z.strictObject({}),
  ),
  'run.failed': defineEvent(
    'run',
    'The run ended badly.',
    z.strictObject({
      /** pipeline-failure, pipeline-invalid, process-crashed, orphaned, launch-failed, timed-out, …: an open set. */
      failureKind: z.string(),
      message: z.string(),
      diagnostics: z.array(diagnostic).max(200),
    }),
  ),
  'run.canceled': defineEvent(
    'run',
    'An operator ended the run.',
    z.strictObject({ by: z.string(), message: z.string() }),
  ),
  'run.superseded': defineEvent(
    'run',
    'A newer push to the same ref took the place of the run.',
    z.strictObject({ supersededBy: z.string() }),
  ),
};
