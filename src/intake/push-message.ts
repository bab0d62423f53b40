import { z } from 'zod';
import { refUpdate, timeSortedIdPattern } from '../events/index.js';
import { checkRepoName, isValidRefName, isZeroId } from '../forge/index.js';

/** What the hook writes into the spool and posts to the server. */
export const pushMessage = z.strictObject({
  id: z.string().regex(timeSortedIdPattern, 'expected a push id: 20 lower-case base-32 digits'),
  repo: z.string().max(200),
  pushedAtMs: z.int().nonnegative(),
  pusher: z.string().min(1).max(256),
  refs: z.array(refUpdate).min(1).max(100_000),
});

export type PushMessage = z.infer<typeof pushMessage>;

/** A message that no hook of quire writes. */
export class MalformedPushError extends Error {
  readonly code = 'malformed-push';
  constructor(problem: string) {
    super(`malformed push message: ${problem}`);
  }
}

/** Reads the bytes of a message. Throws {@link MalformedPushError} or InvalidRepoNameError. */
export const parsePushMessage = (text: string): PushMessage => {
  const message = checkShape(parseJson(text));
  checkRepoName(message.repo);
  const names = new Set<string>();
  for (const { ref, oldSha, newSha } of message.refs) {
    const shown = JSON.stringify(ref);
    if (!isValidRefName(ref)) throw new MalformedPushError(`${shown} is not a ref name that git allows`);
    if (names.has(ref)) throw new MalformedPushError(`ref ${shown} is named twice`);
    if (isZeroId(oldSha) && isZeroId(newSha))
      throw new MalformedPushError(`ref ${shown} goes from nothing to nothing`);
    names.add(ref);
  }
  return message;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedPushError(`expected JSON, found text that is not (${(error as Error).message})`);
  }
};

const checkShape = (value: unknown): PushMessage => {
  const parsed = pushMessage.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new MalformedPushError(z.prettifyError(parsed.error).replaceAll('\n', '; '));
};
