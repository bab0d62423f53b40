import { z } from 'zod';
import { defineEvent } from './define.js';
import { atMs, objectId, refName } from './field.js';

/** One updated ref of a push; an all-zero id stands for "did not exist". */
export const refUpdate = z.strictObject({ ref: refName, oldSha: objectId, newSha: objectId });

export type RefUpdate = z.infer<typeof refUpdate>;

/**
 * An update as the server took it in: `foundSha` is where git had the ref then, an all-zero id when it had none.
 * Absent where git was not asked: in what was recorded before version 2.
 */
const receivedUpdate = refUpdate.extend({ foundSha: objectId.optional() });

const pushOf = <Update extends typeof refUpdate>(update: Update) =>
  z.strictObject({
    repo: z.string(),
    refs: z
      .array(update)
      .min(1)
      .refine((refs) => new Set(refs.map(({ ref }) => ref)).size === refs.length, {
        message: 'expected each ref once',
      }),
    pushedAtMs: atMs,
    pusher: z.string().max(256),
  });

export const pushEvents = {
  'push.received': defineEvent(
    'push',
    'The hook reported a push that git had accepted. `foundSha` (not in version 1) is where git had the ref when it was taken in.',
    pushOf(receivedUpdate),
    [(data) => data],
  ),
  'push.reconciled': defineEvent(
    'push',
    'At start the refs of a repository differed from the last known ones: a push whose hook never reported.',
    pushOf(refUpdate),
  ),
  'push.gap-found': defineEvent(
    'push',
    'The push began elsewhere than where its ref was known to be: what was pushed in between has no run of its own.',
    z.strictObject({ ref: refName, knownSha: objectId, oldSha: objectId, message: z.string() }),
  ),
  'push.ref-ignored': defineEvent(
    'push',
    'An updated ref started no run, and why.',
    z.strictObject({
      ref: refName,
      newSha: objectId,
      reason: z.enum(['deleted', 'no-pipeline', 'not-a-commit', 'outdated']),
      message: z.string(),
    }),
  ),
};
