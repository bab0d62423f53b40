import type { JobState, RunState, ShState } from '../../projections/index.js';
import { type EventType, type NewEvent, runStream } from '../../src/events/index.js';
import { sampleData } from '../events/sample-data.js';

export const runId = 'run-1';

/** The sample event of a type, in the stream of {@link runId}. */
export const sampleEvent = (type: EventType): NewEvent =>
  ({ stream: runStream(runId), type, data: sampleData[type] }) as NewEvent;

const active = ['run.queued', 'run.claimed', 'run.started'] as const;
const registered = [...active, 'pipeline.registered'] as const;
const started = [...registered, 'job.started'] as const;

/** Events that bring the run into each state of its machine; `queued` is claimed, so that it may start. */
export const runPaths: Readonly<Record<RunState | 'none' | 'unclaimed', readonly EventType[]>> = {
  none: [],
  unclaimed: ['run.queued'],
  queued: ['run.queued', 'run.claimed'],
  active,
  succeeded: [...active, 'run.succeeded'],
  failed: [...active, 'run.failed'],
  canceled: ['run.queued', 'run.canceled'],
  superseded: ['run.queued', 'run.superseded'],
};

/** Events that bring the job `test` into each state of its machine, in an active run. */
export const jobPaths: Readonly<Record<JobState | 'none', readonly EventType[]>> = {
  none: active,
  queued: registered,
  active: started,
  succeeded: [...started, 'job.succeeded'],
  failed: [...started, 'job.failed'],
  skipped: [...registered, 'job.skipped'],
  canceled: [...registered, 'job.canceled'],
};

/** Events that bring command 1 of the job `test` into each state of its machine, in an active job. */
export const shPaths: Readonly<Record<ShState | 'none', readonly EventType[]>> = {
  none: started,
  active: [...started, 'sh.started'],
  exited: [...started, 'sh.started', 'sh.finished'],
  interrupted: [...started, 'sh.started', 'sh.interrupted'],
};
