export { catalog, type EventData, type EventType, eventTypes, isEventType } from './catalog.js';
export type { EventDefinition } from './define.js';
export type { Actor, Envelope, NewEvent, StoredEvent } from './event.js';
export { atMs, type Diagnostic, diagnostic, type Location, objectId, refName, sha256 } from './field.js';
export { genesisHash, hashData, hashEvent } from './hash.js';
export { randomId, timeSortedId, timeSortedIdPattern } from './ids.js';
export {
  type EncodedData,
  encodeEventData,
  InvalidEventError,
  parseEventData,
  UnreadableEventError,
  upcast,
} from './parse.js';
export { type JobOptions, jobOptions, type RegisteredJob, registeredJob } from './pipeline-events.js';
export { type RefUpdate, refUpdate } from './push-events.js';
export { type ProcessIdentity, processIdentity } from './run-events.js';
export { type Command, command } from './sh-events.js';
export { isRedactable, redactData, redactedText } from './redact-data.js';
export {
  logRedactionStream,
  pushStream,
  redactionStream,
  repoStream,
  runStream,
  type StreamKind,
  type StreamName,
  streamId,
  streamKind,
} from './stream.js';
export {
  type Assignment,
  acknowledgement,
  apiError,
  assignment,
  type Bootstrap,
  blobAnswer,
  bootstrap,
  type CancelSignal,
  type CiEvent,
  type CiEventType,
  cancelSignal,
  ciEvent,
  ciEventTypes,
  logAnswer,
  type PushOutputs,
  pushOutputs,
  type ReusableJob,
  type RunLimits,
  runLimits,
  secretAnswer,
} from './run-protocol.js';
