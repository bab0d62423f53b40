import type { EventData } from '../../events/catalog.js';
import type { CiEventType } from '../../events/run-protocol.js';
import type { Redactor } from '../../secrets/index.js';

/**
 * The fields of each event that hold what a pipeline or a command produced. The others are names and numbers
 * that hold an event together: a secret that happens to be equal to a job id must not break it.
 */
const content: { readonly [T in CiEventType]: ReadonlyArray<keyof EventData<T>> } = {
  'pipeline.registered': [],
  'job.started': [],
  'job.logged': ['message'],
  'job.retried': ['message'],
  'job.succeeded': ['outputs'],
  'job.reused': ['outputs'],
  'job.failed': ['message'],
  'job.skipped': ['message'],
  'job.canceled': ['message'],
  'file.read': ['path'],
  'file.written': ['path'],
  'sh.started': ['cmd', 'cwd'],
  'sh.finished': [],
  'sh.interrupted': ['reason'],
  'run.succeeded': [],
  'run.failed': ['message', 'diagnostics'],
};

/** The data with every secret known so far taken out of what can hold one. */
export const redactEvent = <T extends CiEventType>(
  type: T,
  data: EventData<T>,
  redactor: Redactor,
): EventData<T> => {
  const fields: ReadonlyArray<keyof EventData<T>> = content[type];
  if (fields.length === 0) return data;
  const redacted = fields.map((field) => [field, redactor.redactJson(data[field])]);
  return { ...data, ...Object.fromEntries(redacted) };
};
