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
  /** Does something else that asks where git has the refs of a repository, with no push taken in meanwhile. */
  inTurn<Result>(repo: string, perform: () => Promise<Result>): Promise<Result>;
}

export interface ReceiverContext {
  readonly root: string;
  readonly store: EventStore;
  /** `local` where quire makes the pushes itself and no hook could have missed one; `hook` when left out. */
  readonly source?: 'hook' | 'local';
}

export const createReceiver = (context: ReceiverContext): Receiver => {
  const lastOfRepo = new Map<string, Promise<unknown>>();
  const inTurn = <Result>(repo: string, perform: () => Promise<Result>): Promise<Result> => {
    const before = lastOfRepo.get(repo) ?? Promise.resolve();
    const result = before.then(perform);
    const settled = result
      .catch(() => undefined)
      .then(() => {
        if (lastOfRepo.get(repo) === settled) lastOfRepo.delete(repo);
      });
    lastOfRepo.set(repo, settled);
    return result;
  };
  return { inTurn, receive: (message) => inTurn(message.repo, () => receiveOne(context, message)) };
};

const receiveOne = async (
  { root, store, source = 'hook' }: ReceiverContext,
  message: PushMessage,
): Promise<readonly StoredEvent[]> => {
  const repeated = earlierArrival(store, message);
  if (repeated !== undefined) return repeated;
  const repo = store.read.select().from(repos).where(eq(repos.name, message.repo)).get();
  if (repo?.state !== 'present') throw new UnknownRepoError(message.repo);
  const refs = await inspectPush(repoDir(root, message.repo), message.refs);
  try {
    return await storePush(store, { ...message, refs, source });
  } catch (error) {
    const first = error instanceof VersionConflictError ? earlierArrival(store, message) : undefined;
    if (first !== undefined) return first;
    throw error;
  }
};

const earlierArrival = (store: EventStore, message: PushMessage): readonly StoredEvent[] | undefined => {
  const stored = storedPush(store, message.id);
  const received = stored.find((event) => event.type === 'push.received');
  if (received?.type !== 'push.received') return undefined;
  const { id: _id, ...body } = message;
  const refs = received.data.refs.map(({ foundSha: _foundSha, ...update }) => update);
  if (!isDeepStrictEqual({ ...received.data, refs }, body)) throw new ForgedPushError(message.id);
  return stored;
};
