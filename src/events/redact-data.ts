import type { EventData, EventType } from './catalog.js';
import type { Diagnostic } from './field.js';

/** What stands where text was destroyed. */
export const redactedText = '[redacted]';

type Redactions = { readonly [T in EventType]?: (data: EventData<T>) => EventData<T> };

const message = <Data extends { readonly message: string }>(data: Data): Data => ({
  ...data,
  message: redactedText,
});

const diagnostic = (one: Diagnostic): Diagnostic => ({
  ...one,
  message: redactedText,
  ...(one.hint !== undefined && { hint: redactedText }),
  ...(one.sourceLine !== undefined && { sourceLine: redactedText }),
});

const push = (data: EventData<'push.received'>): EventData<'push.received'> => ({
  ...data,
  pusher: redactedText,
});

/** What of each type is text that people or programs wrote. Ids, digests, states, numbers and times stay. */
const redactions: Redactions = {
  'push.received': push,
  'push.reconciled': push,
  'push.gap-found': message,
  'push.ref-ignored': message,
  'run.queued': (data) => ({
    ...data,
    pusher: redactedText,
    subject: data.subject === null ? null : redactedText,
    author: data.author === null ? null : redactedText,
  }),
  'run.released': () => ({ reason: redactedText }),
  'run.started': (data) => ({
    ...data,
    env: Object.fromEntries(Object.keys(data.env).map((name) => [name, redactedText])),
  }),
  'run.cancel-requested': message,
  'run.failed': (data) => ({ ...message(data), diagnostics: data.diagnostics.map(diagnostic) }),
  'run.canceled': message,
  'job.logged': message,
  'job.retried': message,
  'job.succeeded': (data) => ({ ...data, outputs: data.outputs === null ? null : redactedText }),
  'job.reused': (data) => ({ ...data, outputs: data.outputs === null ? null : redactedText }),
  'job.failed': message,
  'job.skipped': message,
  'job.canceled': message,
  'file.read': (data) => ({ ...data, path: redactedText }),
  'file.written': (data) => ({ ...data, path: redactedText }),
  'secret.revealed': (data) => ({ ...data, name: redactedText }),
  'sh.started': (data) => ({ ...data, cmd: redactedText, cwd: redactedText }),
  'sh.interrupted': (data) => ({ ...data, reason: redactedText }),
};

/** Whether a type holds text that can be destroyed without breaking what is folded from it. */
export const isRedactable = (type: EventType): boolean => type in redactions;

/** The data with its text destroyed: the same shape, so that it still folds. Pure. */
export const redactData = (type: EventType, data: unknown): unknown =>
  (redactions[type] as ((data: unknown) => unknown) | undefined)?.(data) ?? data;
