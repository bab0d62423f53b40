import type { StoredEvent } from '../../src/events/index.js';

/** Events as short lines, so that a whole scenario can be read and pinned as text. */
export const sequence = (events: readonly StoredEvent[]): string[] => events.map(line);

/** The life of a run from its claim on, when it has one job with one command and all goes well. */
export const oneJob = (id: string): string[] => [
  'run.claimed',
  'run.started',
  `pipeline.registered ${id}`,
  `job.started ${id}`,
  `sh.started ${id}/1`,
  `sh.finished ${id}/1: 0`,
  `job.succeeded ${id}`,
  'run.succeeded',
];

const line = (event: StoredEvent): string => {
  const { type } = event;
  switch (event.type) {
    case 'push.received':
    case 'push.reconciled':
      return `${type} ${event.data.refs.map(({ ref }) => ref).join(' ')}`;
    case 'push.gap-found':
      return `${type} ${event.data.ref}`;
    case 'push.ref-ignored':
      return `${type} ${event.data.ref}: ${event.data.reason}`;
    case 'run.queued':
      return `${type} ${event.data.ref}`;
    case 'run.failed':
      return `${type} ${event.data.failureKind}`;
    case 'run.cancel-requested':
      return `${type} ${event.data.reason}`;
    case 'pipeline.registered':
      return `${type} ${event.data.jobs.map(({ id }) => id).join(' ')}`;
    case 'job.skipped':
      return `${type} ${event.data.jobId}: ${event.data.reason}`;
    case 'job.failed':
      return `${type} ${event.data.jobId}${event.data.allowed ? ' (allowed)' : ''}`;
    case 'sh.started':
      return `${type} ${event.data.jobId}/${event.data.n}`;
    case 'sh.finished':
      return `${type} ${event.data.jobId}/${event.data.n}: ${event.data.exitCode ?? event.data.signal}`;
    case 'sh.interrupted':
      return `${type} ${event.data.jobId}/${event.data.n}`;
    case 'job.started':
    case 'job.logged':
    case 'job.retried':
    case 'job.succeeded':
    case 'job.reused':
    case 'job.canceled':
    case 'file.read':
    case 'file.written':
    case 'secret.revealed':
      return `${type} ${event.data.jobId}`;
    default:
      return type;
  }
};
