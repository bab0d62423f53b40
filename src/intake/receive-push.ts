import { isDeepStrictEqual } from 'node:util';
import { eq } from 'drizzle-orm';
import { repos } from '../../projections/index.js';
import type { StoredEvent } from '../events/index.js';
import { repoDir } from '../forge/index.js';
import { type EventStore, VersionConflictError } from '../store/index.js';
import { inspectPush } from './inspect-push.js';
import type { PushMessage } from './push-message.js';
import { storedPush, storePush } from './store-push.js';

/** The push is for a repository that is not on this server. */
export class UnknownRepoError extends Error {
  readonly code = 'unknown-repo';
  constructor(readonly repo: string) {
    super(`repository ${repo} is not on this server; \`quire repo list\` shows those that are`);
  }
}

/** A push id that is stored already, with other refs: no hook makes one. */
export class ForgedPushError extends Error {
  readonly code = 'forged-push';
  constructor(readonly id: string) {
    super(`push ${id} is stored already and says something else; a hook never uses an id twice`);
  }
}

/** Takes pushes in. One per repository at a time, in the order they came. */
export interface Receiver {
  /**
   * Stores the push and what follows from it; a repeat changes nothing and gets the first answer. Resolves with the
   * events after their commit. Throws {@link UnknownRepoError}, {@link ForgedPushError} or GitError.
   */
  receive(message: PushMessage): Promise<readonly StoredEvent[]>;
}

export const createReceiver = (context: { readonly root: string; readonly store: EventStore }): Receiver => {
  const lastOfRepo = new Map<string, Promise<unknown>>();
  return {
    receive(message) {
      const before = lastOfRepo.get(message.repo) ?? Promise.resolve();
      const result = before.then(() => receiveOne(context, message));
      const settled = result
        .catch(() => undefined)
        .then(() => {
          if (lastOfRepo.get(message.repo) === settled) lastOfRepo.delete(message.repo);
        });
      lastOfRepo.set(message.repo, settled);
      return result;
    },
  };
};

const receiveOne = async (
  { root, store }: { readonly root: string; readonly store: EventStore },
  message: PushMessage,
): Promise<readonly StoredEvent[]> => {
  const repeated = earlierArrival(store, message);
  if (repeated !== undefined) return repeated;
  const repo = store.read.select().from(repos).where(eq(repos.name, message.repo)).get();
  if (repo?.state !== 'present') throw new UnknownRepoError(message.repo);
  const refs = await inspectPush(repoDir(root, message.repo), message.refs);
  try {
    return await storePush(store, { ...message, refs, source: 'hook' });
  } catch (error) {
    const first = error instanceof VersionConflictError ? earlierArrival(store, message) : undefined;
    if (first !== undefined) return first;
    throw error;
  }
};

const earlierArrival = (store: EventStore, message: PushMessage): readonly StoredEvent[] | undefined => {
  const stored = storedPush(store, message.id);
  const received = stored.find(({ type }) => type === 'push.received');
  if (received === undefined) return undefined;
  const { id: _id, ...body } = message;
  if (!isDeepStrictEqual(received.data, body)) throw new ForgedPushError(message.id);
  return stored;
};
