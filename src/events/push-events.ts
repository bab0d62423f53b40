import { z } from 'zod';
import { defineEvent } from './define.js';
import { atMs, objectId, refName } from './field.js';

/** One updated ref of a push; an all-zero id stands for "did not exist". */
export const refUpdate = z.strictObject({ ref: refName, oldSha: objectId, newSha: objectId });

export type RefUpdate = z.infer<typeof refUpdate>;

const push = z.strictObject({
  repo: z.string(),
  refs: z
    .array(refUpdate)
    .min(1)
    .refine((refs) => new Set(refs.map(({ ref }) => ref)).size === refs.length, {
      message: 'expected each ref once',
    }),
  pushedAtMs: atMs,
  pusher: z.string().max(256),
});

export const pushEvents = {
  'push.received': defineEvent('push', 'The hook reported a push that git had accepted.', push),
  'push.reconciled': defineEvent(
    'push',
    'At start the refs of a repository differed from the last known ones: a push whose hook never reported.',
    push,
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
