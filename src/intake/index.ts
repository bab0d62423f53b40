export { answerPush } from './answer.js';
export { createRepository, type RepositoryContext, removeRepository } from './create-repository.js';
export { MalformedPushError, type PushMessage, parsePushMessage, pushMessage } from './push-message.js';
export { createReceiver, ForgedPushError, type Receiver, UnknownRepoError } from './receive-push.js';
export { movedRefs, type ReconcileOptions, type Reconciliation, reconcileRefs } from './reconcile-refs.js';
export { createSpool, type Spool, type SpoolOutcome, spoolFolder } from './spool.js';
